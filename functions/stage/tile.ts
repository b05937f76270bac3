import type { StageItem } from '../protocol/states.ts';
import type { SliceRow } from '../ledger/slices/slices-sql.ts';

/** What tile() reads of a slice and its receipt. */
export type TiledSlice = Pick<
  SliceRow,
  'slice' | 'rangeStart' | 'rangeEnd' | 'epoch' | 'startOffset' | 'endOffset' | 'guessFailed' | 'openQuoteOffset'
>;

/** Whether the slices tile the object, and what to do where they do not. */
export interface Tiling<Slice> {
  /** What to stage again; empty when all fit. */
  readonly misfits: readonly StageItem[];
  /** Where the last slice's last record ends. */
  readonly end: number;
  /** A quote opens in this slice and never closes: nothing after it can be told apart, so nothing after it is compared. */
  readonly openQuote: Slice | null;
}

/** With more misfits than this in one round, guessing does not suit the file: the rest is staged one slice after the other. */
const maxMisfits = 4;

/**
 * Compares each slice's start with the end of the one before. A misfit is staged again from where its predecessor
 * ended; that is certain for the first misfit only, so for the others it is a better guess, compared again next time:
 * each round settles at least one. Where there are many, the slices from the first misfit to the last are staged in one
 * sequence, each from the end of the one before, which is certain for all of them.
 */
export function tile<Slice extends TiledSlice>(
  slices: readonly Slice[],
  bodyOffset: number,
  epoch: string,
): Tiling<Slice> {
  const misfits: StageItem[] = [];
  let openQuote: Slice | null = null;
  let expected = bodyOffset;
  for (const slice of slices) {
    const isFit = fits(slice, expected, epoch);
    if (!isFit) misfits.push({ slice: slice.slice, through: slice.slice, from: expected });
    if (isFit && misfits.length === 0 && slice.openQuoteOffset !== null) {
      openQuote = slice;
      break;
    }
    expected = endOf(slice, expected);
  }
  return { misfits: misfits.length > maxMisfits ? [sequence(misfits)] : misfits, end: expected, openQuote };
}

/** A slice owns nothing where the record before it runs past its end; else it begins exactly where that one ended. */
function fits(slice: TiledSlice, expected: number, epoch: string): boolean {
  if (slice.epoch !== epoch || slice.guessFailed) return false;
  return slice.startOffset === null ? expected >= slice.rangeEnd : slice.startOffset === expected;
}

function endOf(slice: TiledSlice, expected: number): number {
  return slice.endOffset === null || slice.guessFailed ? Math.max(expected, slice.rangeEnd) : slice.endOffset;
}

function sequence(misfits: readonly StageItem[]): StageItem {
  const first = misfits[0];
  const last = misfits.at(-1);
  if (first === undefined || last === undefined) throw new Error('no misfits, no sequence');
  return { ...first, through: last.slice };
}
