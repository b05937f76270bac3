import { SLICE_BYTES } from '../compile/declaration/limits.ts';
import type { PlannedSlice } from '../ledger/slices/slices-sql.ts';

/** An inline Map item costs ~7 of an execution's 25,000 history events: 1,000 items and their retries fit. */
export const maxSlices = 1_000;

/** [bodyOffset, sizeBytes) cut into ranges of the wished length, raised until maxSlices suffice. No bytes, no slices. */
export function sliceRanges(bodyOffset: number, sizeBytes: number, wishedBytes = SLICE_BYTES): readonly PlannedSlice[] {
  const bytes = Math.max(0, sizeBytes - bodyOffset);
  const sliceBytes = Math.max(wishedBytes, Math.ceil(bytes / maxSlices));
  const count = Math.ceil(bytes / sliceBytes);
  return Array.from({ length: count }, (_, slice) => ({
    slice,
    rangeStart: bodyOffset + slice * sliceBytes,
    rangeEnd: Math.min(bodyOffset + (slice + 1) * sliceBytes, sizeBytes),
  }));
}
