import { expect, test } from 'vitest';
import {
  allDispositions,
  dispositions,
  noCounts,
  recordsOf,
  sumOfCounts,
} from '../../../functions/core/dispositions.ts';

test('each disposition has a letter and a count of its own', () => {
  const facts = allDispositions.map((name) => dispositions[name]);
  expect(new Set(facts.map(({ letter }) => letter)).size).toBe(facts.length);
  expect(new Set(facts.map(({ countedAs }) => countedAs)).size).toBe(facts.length);
});

test('nothing is written for a record that is not offered to the target', () => {
  const quarantined = allDispositions.map((name) => dispositions[name]).filter(({ isOffered }) => !isOffered);
  expect(quarantined.map(({ writes }) => writes)).toEqual([null, null]);
});

test('counts add up by disposition', () => {
  const sum = sumOfCounts({ ...noCounts, new: 2, stale: 1 }, { ...noCounts, new: 3 });
  expect(sum).toEqual({ ...noCounts, new: 5, stale: 1 });
  expect(recordsOf(sum, allDispositions)).toBe(6);
});
