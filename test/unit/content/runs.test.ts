import { expect, test } from 'vitest';
import { endOfRun, firstsOfRuns } from '../../../functions/content/runs.ts';

test.each([1, 7, 8, 9, 31, 1_000])('of %i slices at most eight runs hold each slice once', (slices) => {
  const all = Array.from({ length: slices }, (_, slice) => slice);
  const firsts = firstsOfRuns(all, slices);
  expect(firsts.length).toBeLessThanOrEqual(8);
  expect(
    firsts.flatMap((first) => all.filter((slice) => slice >= first && slice < endOfRun(first, slices))),
  ).toStrictEqual(all);
});

test('slices that are left of a run begin where they are left', () => {
  expect(firstsOfRuns([3, 5, 6, 17], 24)).toStrictEqual([3, 6, 17]);
  expect(endOfRun(5, 24)).toBe(6);
});
