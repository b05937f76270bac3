import type { StageItem } from '../../protocol/states.ts';
import { SLICE_BYTES } from '../../compile/declaration/limits.ts';
import type { SliceRow } from '../../ledger/slices/slices-sql.ts';

/** A slice that was staged before keeps its start, so that the refilled staging holds the same records. */
export function stageItemOf(slice: SliceRow): StageItem {
  const from = slice.baseRecord === null ? null : (slice.startOffset ?? slice.rangeEnd);
  return { slice: slice.slice, through: slice.slice, from };
}

/**
 * Slices of several objects: those of small ones that follow each other are one item of as many bytes as a slice may have, so that a
 * call stages many of them. Of a slice that begins its object everybody knows where its first record starts.
 */
export function stageItems(slices: readonly SliceRow[], most = SLICE_BYTES): readonly StageItem[] {
  const items: { slice: number; through: number; from: number | null; bytes: number }[] = [];
  let before: SliceRow | null = null;
  for (const row of slices) {
    const bytes = Math.min(most, row.rangeEnd - row.rangeStart);
    const last = items.at(-1);
    const follows = before !== null && row.slice === before.slice + 1 && row.object !== before.object;
    if (last !== undefined && follows && last.bytes + bytes <= most) {
      last.through = row.slice;
      last.bytes += bytes;
    } else items.push({ ...stageItemOf(row), bytes });
    before = row;
  }
  return items.map(({ slice, through, from }) => ({ slice, through, from }));
}
