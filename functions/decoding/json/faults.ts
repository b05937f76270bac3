import { DecodingFault } from '../decoder.ts';
import { CR, LF } from '../../core/format/json-bytes.ts';
import type { Document } from './document.ts';
import { chunkStart } from './record-output.ts';
import { AFTER_VALUE, expected } from './states.ts';

/** chunk[at] is none of what may stand there. */
export function unexpected(document: Document, byte: number, at: number): DecodingFault {
  const isWide = byte === 0 && document.base + at - chunkStart < 4;
  const hint = isWide
    ? '; a text in UTF-16 has such bytes: declare it with --encoding utf-16 (in a dataset encoding)'
    : '';
  return corrupt(document, at, `expected ${expectedIn(document)}, found ${shownByte(byte)}${hint}`);
}

/** The document is none from chunk[at] on. */
export function corrupt(document: Document, at: number, words: string): DecodingFault {
  const { base, line, lineStart, selection } = document;
  const { output } = selection;
  const inRecord = output.isOpen ? `, in record ${output.records}` : '';
  const byte = base + at - chunkStart;
  return new DecodingFault('JSON_CORRUPT', byte, `line ${line}, column ${byte - lineStart + 1}${inRecord}: ${words}`);
}

function expectedIn({ state, depth, objects }: Document): string {
  if (state !== AFTER_VALUE) return expected[state] ?? '';
  if (depth === 0) return 'nothing behind the document';
  return objects[depth] === 1 ? "',' or '}'" : "',' or ']'";
}

function shownByte(byte: number): string {
  if (byte === LF || byte === CR) return 'a line end';
  if (byte > 0x20 && byte < 0x7f) return `'${String.fromCharCode(byte)}'`;
  return byte === 0x20 ? 'a blank' : `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
