import type { Document } from './document.ts';
import { keyEnds } from './records-of.ts';

/** Of a path's longest key each character may be an escape of six bytes. */
const longestKey = 6_000;

/** A key that is compared with the path begins at chunk[at]. */
export function beginKey(document: Document, at: number): void {
  document.keyFrom = at;
  document.keyBefore = '';
}

/** The chunk ends in the key. */
export function keepKey(document: Document, chunk: Buffer, end: number): void {
  const { keyBefore, keyFrom } = document;
  const isShort = keyBefore !== null && keyBefore.length + end - keyFrom <= longestKey;
  document.keyBefore = isShort ? keyBefore + chunk.toString('latin1', keyFrom, end) : null;
}

/** chunk[at] is the closing quote of the key. @param byte its offset in the document */
export function endKey(document: Document, chunk: Buffer, at: number, byte: number): void {
  keepKey(document, chunk, at);
  const { keyBefore, selection } = document;
  keyEnds(selection, keyBefore === null ? null : Buffer.from(keyBefore, 'latin1').toString('utf8'), byte);
  document.keyFrom = -1;
}
