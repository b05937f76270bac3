import type { Content } from '../content/content.ts';
import { formatOf } from '../formats/format-of.ts';
import { contentBytes, type PlannedLoad } from '../ledger/loads/load.ts';
import type { SliceRow } from '../ledger/slices/slices-sql.ts';

/** 64 KiB: ~500 rows of 130 bytes. 1 MiB: one long text and some rows after it, tried only where 64 KiB do not suffice. */
const windows = [64 * 1024, 1024 * 1024];

/**
 * Guesses where the slice's first record starts. null: no record starts in this slice. 'not found': none starts in the
 * bytes that were looked at, which proves nothing; Compose will tell from the slice before.
 */
export async function findStart(
  load: PlannedLoad,
  row: SliceRow,
  content: Content,
): Promise<number | null | 'not found'> {
  const format = formatOf(load);
  const length = contentBytes(load);
  let coversSlice = false;
  for (const bytes of windows) {
    const start = Math.max(0, row.rangeStart - 1);
    const end = Math.min(start + bytes, length ?? Infinity);
    const window = await readAll(content, { start, end });
    const guess = format.guess(window, {
      fileColumns: load.fileColumns,
      windowOffset: start,
      from: row.rangeStart,
      objectEndsInWindow: end === length,
    });
    if (guess !== null) return guess < row.rangeEnd ? guess : null;
    if (end === length) return null;
    coversSlice = end >= row.rangeEnd;
  }
  return coversSlice ? null : 'not found';
}

async function readAll(content: Content, range: { start: number; end: number }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content.read(range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
