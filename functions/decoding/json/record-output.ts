import { BLANK, LF } from '../../core/format/json-bytes.ts';

/**
 * Records, one a line, written over the chunk that they are read from: they are moved to its beginning, those together that
 * one byte separates. A byte is free before the chunk, so that a line end never stands where nothing was read yet.
 */
export interface RecordOutput {
  /** Bytes that are written. */
  used: number;
  /** Where records begin that are read and not moved yet, and where they end; -1: there are none. */
  from: number;
  end: number;
  /** A record stands open. */
  isOpen: boolean;
  /** Records that began, the open one too. */
  records: number;
}

/** Index of a chunk's first byte. */
export const chunkStart = 1;

/** Nothing is written yet. */
export function recordOutput(): RecordOutput {
  return { used: 0, from: -1, end: -1, isOpen: false, records: 0 };
}

/** Room for a chunk of so many bytes; the open record goes on with its first one. */
export function beginChunk(output: RecordOutput, chunkBytes: number): Buffer {
  output.used = 0;
  output.from = output.isOpen ? chunkStart : -1;
  return Buffer.allocUnsafeSlow(chunkStart + chunkBytes);
}

/** What of the chunk is written; the open record goes on in the next one. */
export function endChunk(output: RecordOutput, chunk: Buffer): Buffer {
  if (output.isOpen) moveRecords(output, chunk, chunk.length);
  else if (output.from !== -1) endRecords(output, chunk);
  return chunk.subarray(0, output.used);
}

/** A record begins with chunk[at]. */
export function beginRecord(output: RecordOutput, chunk: Buffer, at: number): void {
  output.isOpen = true;
  output.records += 1;
  if (output.from !== -1 && at === output.end + 1) {
    chunk[output.end] = LF;
    return;
  }
  if (output.from !== -1) endRecords(output, chunk);
  output.from = at;
}

/** The open record ends before chunk[end]. */
export function endRecord(output: RecordOutput, end: number): void {
  output.isOpen = false;
  output.end = end;
}

/** chunk[at] is a line end: none is inside of a string, so that a blank means the same. */
export function blankLineEnd({ isOpen }: RecordOutput, chunk: Buffer, at: number): void {
  if (isOpen) chunk[at] = BLANK;
}

function endRecords(output: RecordOutput, chunk: Buffer): void {
  moveRecords(output, chunk, output.end);
  chunk[output.used] = LF;
  output.used += 1;
}

function moveRecords(output: RecordOutput, chunk: Buffer, end: number): void {
  const { from, used } = output;
  chunk.copyWithin(used, from, end);
  output.used = used + end - from;
  output.from = -1;
}
