import { type Document, startDocument } from './document.ts';
import { keysOfPath } from '../../core/format/json-path.ts';
import { beginChunk, chunkStart, endChunk } from './record-output.ts';
import { requireFound } from './records-of.ts';
import { endWalk, walk } from './walk.ts';

/** 256 KiB: what a scan takes at once. */
const chunkBytes = 256 * 1024;

/** The records of a document, one a line. @param pointer where they stand (RFC 6901) */
export async function* records(chunks: AsyncIterable<Buffer>, pointer: string): AsyncGenerator<Buffer> {
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
