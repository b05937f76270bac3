import { isNullWord } from './null-words.ts';
import type { Scan } from './scan.ts';

/**
 * Notes the unquoted cell bytes[start, end) of the record that is read if it is a word for NULL; `cell` counts from 1.
 * Answers whether it is NULL by that, or text as any other.
 */
export function noteNullWord(scan: Scan, bytes: Buffer, start: number, end: number, cell: number): boolean {
  const { words, declared, counted } = scan.nulls;
  if (!isNullWord(words, bytes, start, end) || !(declared || counted[cell - 1] === 1)) return false;
  scan.nullPlaces[2 * scan.nullCells] = start;
  scan.nullPlaces[2 * scan.nullCells + 1] = end;
  scan.nullCells += 1;
  return declared;
}

/** Takes the words for NULL out of the record that was appended last; it ends at `end` among the bytes that are read. */
export function emptyNullCells({ chunks, nullPlaces, nullCells }: Scan, end: number): void {
  const { chunk } = chunks;
  const shift = chunks.used - 1 - end;
  let at = shift + (nullPlaces[0] as number);
  for (let i = 0; i < nullCells; i += 1) {
    const from = nullPlaces[2 * i + 1] as number;
    const until = i + 1 < nullCells ? (nullPlaces[2 * i + 2] as number) : end;
    chunk.copyWithin(at, shift + from, shift + until);
    at += until - from;
  }
  chunk[at] = 0x0a;
  chunks.used = at + 1;
}

/** Counts the words in the sound record just read, where they are text. */
export function countNullWords({ nulls, nullPlaces, nullCells, nullWordCells }: Scan, bytes: Buffer): void {
  for (let i = 0; i < nullCells; i += 1) {
    const [start, end] = [nullPlaces[2 * i] as number, nullPlaces[2 * i + 1] as number];
    const word = nulls.words.findIndex((one) => isNullWord([one], bytes, start, end));
    nullWordCells[word] = (nullWordCells[word] ?? 0) + 1;
  }
}
