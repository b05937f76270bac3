import { printable } from '../core/printable.ts';

import type { ByteRange, StoredObject } from './store.ts';

/** 1 MiB: no chunk that a store yields is larger. It fits a core's cache while it is scanned, and costs one COPY write. */
export const chunkBytes = 1024 * 1024;

/** Cuts [start, end) into consecutive ranges of at most `pieceBytes`; an empty range has none. */
export function* piecesOf(range: ByteRange, pieceBytes: number): Generator<ByteRange, void, undefined> {
  for (let start = range.start; start < range.end; start += pieceBytes) {
    yield { start, end: Math.min(start + pieceBytes, range.end) };
  }
}

/** Throws RangeError for a range that does not lie in the object: a mistake of the caller, not of the load. */
export function demandInside(object: StoredObject, range: ByteRange): void {
  const { start, end } = range;
  if (
    Number.isSafeInteger(start) &&
    Number.isSafeInteger(end) &&
    start >= 0 &&
    start <= end &&
    end <= object.sizeBytes
  ) {
    return;
  }
  throw new RangeError(
    `bytes [${start}, ${end}) do not lie in ${printable(object.key)}, which has ${object.sizeBytes} bytes`,
  );
}
