import { describe, expect, test } from 'vitest';
import { rowRanges } from '../../../functions/extract/row-slices.ts';

const part = (rows: number, bytes: number, splits = true) => ({ rows, bytes, splits });

describe('rows are cut where their parts end', () => {
  test.each([
    ['no rows', [], 100, []],
    ['parts without rows', [part(0, 0), part(0, 0)], 100, []],
    ['small parts stand together', [part(10, 40), part(10, 40), part(10, 40)], 100, [20, 30]],
    ['large ones are cut again', [part(10, 300)], 100, [3, 6, 10]],
    ['but for those that are not entered', [part(10, 300, false), part(5, 50)], 100, [10, 15]],
    ['what is left of a large one takes the next small one', [part(10, 200), part(1, 0)], 100, [5, 11]],
    ['never into more pieces than it has rows', [part(2, 10_000)], 100, [1, 2]],
  ])('%s', (_, parts, wished, ends) => {
    const ranges = rowRanges(parts, wished);
    expect(ranges.map(({ rangeEnd }) => rangeEnd)).toStrictEqual(ends);
    expect(ranges.map(({ rangeStart }) => rangeStart)).toStrictEqual([0, ...ends].slice(0, ends.length));
  });

  test('never into more slices than an execution takes', () => {
    const many = Array.from({ length: 30_000 }, () => part(1_000, 1_000_000));
    expect(rowRanges(many, 1).length).toBeLessThanOrEqual(1_000);
    expect(rowRanges([part(1_000_000_000, 1e12)], 1).length).toBeLessThanOrEqual(1_000);
  });
});
