import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { chunkBytes, demandInside, piecesOf } from '../byte-ranges.ts';
import { readFault } from './directory-errors.ts';
import { fileVersion } from './file-version.ts';
import { objectChanged } from '../object-errors.ts';
import { oneAhead } from '../one-ahead.ts';
import type { ByteRange, StoredObject } from '../store.ts';

/**
 * Yields [start, end) of the pinned file in pieces of 1 MiB, one read ahead of the consumer. The file's identity is
 * compared before the first and after every piece, before it is yielded: a reader that stops early has seen no other version.
 */
export async function* readFileRange(
  object: StoredObject,
  range: ByteRange,
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<Buffer, void, undefined> {
  const { signal } = options;
  demandInside(object, range);
  signal?.throwIfAborted();
  const file = await openPinned(object);
  try {
    await demandSame(object, file);
    const pieces = oneAhead(piecesOf(range, chunkBytes), (piece) => readPiece(object, file, piece));
    for await (const bytes of pieces) {
      signal?.throwIfAborted();
      yield bytes;
    }
  } finally {
    await file.close();
  }
}

/** O_NONBLOCK: a named pipe that took the file's place is opened at once (and refused) instead of waited for. */
async function openPinned(object: StoredObject): Promise<FileHandle> {
  try {
    return await open(object.key, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw readFault(object, error);
  }
}

async function readPiece(object: StoredObject, file: FileHandle, piece: ByteRange): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(piece.end - piece.start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await readAt(object, file, bytes, filled, piece.start + filled);
    if (bytesRead === 0)
      throw objectChanged(object, `it ends at byte ${piece.start + filled}, before its ${object.sizeBytes}`);
    filled += bytesRead;
  }
  await demandSame(object, file);
  return bytes;
}

async function readAt(object: StoredObject, file: FileHandle, into: Buffer, offset: number, position: number) {
  try {
    return await file.read(into, offset, into.length - offset, position);
  } catch (error) {
    throw readFault(object, error);
  }
}

/** Both the open file (rewritten in place) and what its name leads to (replaced, removed) must still be the pinned version. */
async function demandSame(object: StoredObject, file: FileHandle): Promise<void> {
  try {
    const [opened, named] = await Promise.all([file.stat({ bigint: true }), stat(object.key, { bigint: true })]);
    if (fileVersion(opened) !== object.versionId) throw objectChanged(object, 'it was written to while it was read');
    if (fileVersion(named) !== object.versionId) throw objectChanged(object, 'another file took its name');
  } catch (error) {
    throw readFault(object, error);
  }
}
