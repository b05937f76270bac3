import { tableIn } from '../content/row-content.ts';
import type { RowPart } from '../decoding/decoder.ts';
import type { DecodingStep } from '../decoding/steps.ts';
import { SLICE_BYTES } from '../compile/declaration/limits.ts';
import type { PlannedSlice } from '../ledger/slices/slices-sql.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import { maxSlices } from './slice-ranges.ts';

/** How a table of which any row may be entered is cut. */
export interface RowSlices {
  /** Says how many rows there are (functions/decoding/steps.ts). */
  readonly decoding: readonly DecodingStep[];
  /** Ranges of rows. */
  readonly ranges: readonly PlannedSlice[];
  /** What the table holds unpacked. */
  readonly bytes: number;
}

/** The slices of an object that is such a table itself; null: it is none. Throws LoadRejected. */
export async function rowSlices(
  store: ObjectStore,
  object: StoredObject,
  {
    decoding,
    wished = SLICE_BYTES,
  }: { readonly decoding: readonly DecodingStep[] | null; readonly wished?: number | undefined },
): Promise<RowSlices | null> {
  const [step, ...more] = decoding ?? [];
  if (step === undefined || more.length > 0) return null;
  const table = await tableIn(store, object, step);
  if (table === null) return null;
  const { rows, bytes, parts } = table;
  return { decoding: [{ kind: step.kind, argument: String(rows) }], ranges: rowRanges(parts, wished), bytes };
}

/**
 * Rows cut where their parts end, into slices of about so many bytes of text: small parts stand together in one, large ones are cut
 * again where that costs no reading. The wish is raised until maxSlices suffice.
 */
export function rowRanges(parts: readonly RowPart[], wishedBytes: number): readonly PlannedSlice[] {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const sliceBytes = Math.max(wishedBytes, Math.ceil((2 * total) / maxSlices));
  const ends: number[] = [];
  let row = 0;
  let waiting = 0;
  const cut = (): void => {
    if (row > (ends.at(-1) ?? 0)) ends.push(row);
    waiting = 0;
  };
  for (const { rows, bytes, splits } of parts) {
    if (waiting + bytes > sliceBytes) cut();
    const pieces = splits ? Math.min(rows, Math.round(bytes / sliceBytes)) : 1;
    for (let piece = 1; piece < pieces; piece += 1) ends.push(row + Math.floor((rows * piece) / pieces));
    row += rows;
    waiting += bytes / Math.max(1, pieces);
  }
  cut();
  return ends.map((rangeEnd, slice) => ({ slice, rangeStart: ends[slice - 1] ?? 0, rangeEnd }));
}
