import type { Decoder } from '../decoder.ts';
import { type Document, startDocument } from './document.ts';
import { keysOfPath } from './json-path.ts';
import { beginChunk, chunkStart, endChunk } from './record-output.ts';
import { requireFound } from './records-of.ts';
import { endWalk, walk } from './walk.ts';

/** 256 KiB: what a scan takes at once. */
const chunkBytes = 256 * 1024;

/**
 * A document of JSON (RFC 8259) becomes its records, one a line: the elements of its array, or of the one at the path, which is
 * the argument as a JSON pointer; an object in their place is one record. Each stands as it does in the document, but that
 * blanks are put for line ends. Memory: a chunk, whatever a record has.
 */
export const json: Decoder = {
  kind: 'json',
  decode: ({ chunks }, argument) => ({ chunks: records(chunks(), argument ?? ''), paddingBytes: 0 }),
};

async function* records(chunks: AsyncIterable<Buffer>, pointer: string): AsyncGenerator<Buffer> {
  const document = startDocument(keysOfPath(pointer) ?? []);
  const { output } = document.selection;
  for await (const bytes of withoutMark(chunks, document)) {
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      const piece = bytes.subarray(from, from + chunkBytes);
      const chunk = beginChunk(output, piece.length);
      piece.copy(chunk, chunkStart);
      walk(document, chunk);
      const lines = endChunk(output, chunk);
      if (lines.length > 0) yield lines;
    }
  }
  const chunk = beginChunk(output, 0);
  endWalk(document);
  const lines = endChunk(output, chunk);
  requireFound(document.selection, document.base);
  if (lines.length > 0) yield lines;
}

const mark = Buffer.from('\ufeff');

/** A document may begin with a byte order mark. */
async function* withoutMark(chunks: AsyncIterable<Buffer>, document: Document): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < mark.length) continue;
    const isMarked = head.subarray(0, mark.length).equals(mark);
    if (isMarked) document.base = mark.length;
    yield isMarked ? head.subarray(mark.length) : head;
    head = null;
  }
  if (head !== null) yield head;
}
