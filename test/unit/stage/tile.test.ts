import { describe, expect, it } from 'vitest';
import { type TiledSlice, tile } from '../../../functions/stage/tile.ts';

const epoch = 'e';
/** Ranges of ten bytes from 0; a start of null: no record starts there. */
function slice(number: number, start: number | null, end: number | null, more: Partial<TiledSlice> = {}): TiledSlice {
  return {
    slice: number,
    rangeStart: number * 10,
    rangeEnd: number * 10 + 10,
    epoch,
    startOffset: start,
    endOffset: end,
    guessFailed: false,
    openQuoteOffset: null,
    ...more,
  };
}

describe('do the slices tile the object?', () => {
  it('they do where each begins at the end of the one before, and a slice inside a long record owns nothing', () => {
    const slices = [slice(0, 0, 12), slice(1, 12, 35), slice(2, null, null), slice(3, 35, 40)];
    expect(tile(slices, 0, epoch)).toEqual({ misfits: [], end: 40, openQuote: null });
  });

  it.each([
    ['a wrong start', [slice(0, 0, 12), slice(1, 15, 20)], [{ slice: 1, through: 1, from: 12 }]],
    ['records inside a record', [slice(0, 0, 22), slice(1, 12, 22)], [{ slice: 1, through: 1, from: 22 }]],
    ['an overlooked start', [slice(0, 0, 12), slice(1, null, null)], [{ slice: 1, through: 1, from: 12 }]],
    [
      'a guess that failed',
      [slice(0, 0, 12), slice(1, null, null, { guessFailed: true })],
      [{ slice: 1, through: 1, from: 12 }],
    ],
    [
      'staging of another epoch',
      [slice(0, 0, 12, { epoch: 'old' }), slice(1, 12, 20)],
      [{ slice: 0, through: 0, from: 0 }],
    ],
  ])('%s is staged again from where the one before ended', (_, slices, misfits) => {
    expect(tile(slices, 0, epoch).misfits).toEqual(misfits);
  });

  it('many misfits are staged in one sequence, each from the end of the other', () => {
    const slices = Array.from({ length: 9 }, (_, i) => slice(i, i * 10 + (i > 1 && i < 8 ? 3 : 0), i * 10 + 10));
    expect(tile(slices, 0, epoch).misfits).toEqual([{ slice: 2, through: 7, from: 20 }]);
  });

  it('an open quote counts only once its slice is known to begin right', () => {
    const open = { openQuoteOffset: 15 };
    const right = tile([slice(0, 0, 12), slice(1, 12, 14, open), slice(2, 20, 30)], 0, epoch);
    expect(right).toMatchObject({ misfits: [], openQuote: { slice: 1 } });
    const wrong = tile([slice(0, 0, 12), slice(1, 13, 14, open)], 0, epoch);
    expect(wrong).toMatchObject({ misfits: [{ slice: 1, from: 12 }], openQuote: null });
  });
});
