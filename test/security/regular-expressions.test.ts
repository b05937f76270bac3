import { checkSync } from 'recheck/lib/browser.js';
import { describe, expect, it } from 'vitest';
import { expressionsOf, repeats } from './regular-expressions.ts';

const all = ['functions', 'infra', 'localstack', 'cli'].map(expressionsOf);

/**
 * Those that are read here instead. In redact.ts what is searched from each place has an end (timed in time-bounds.test.ts). Four files put theirs together of constants: one character that looks at eight beside it at
 * most, a word at a line's beginning, and runs of characters of which each is in one alternative. One is a class of one character of a dataset's pattern. One is of fixed length, because
 * names of `fetch.as` have {date} and {time} in them and nothing else. One has the name of a column of rejects.csv in it.
 */
const computedOf = [
  'functions/cleaning/patterns/read-pattern.ts',
  'functions/cleaning/texts/blanks.ts',
  'functions/compile/schedule/fetched-name.ts',
  'functions/core/printable.ts',
  'functions/core/redact.ts',
  'functions/db/own-code.ts',
  'functions/replay/formula-guard.ts',
];

/**
 * A text that makes the expression slow; null: there is none. What has no automaton is tried with texts that the library makes up, by
 * its own count of steps, which is too high for repetitions with an end: such a text has to take time here too. It is made so
 * long that what goes by squares takes 5 s and more.
 */
function slowText({ source, flags }: { readonly source: string; readonly flags: string }): string | null {
  const { status, checker, attack } = checkSync(source, flags, { timeout: 100_000, ...quickly });
  if (status === 'safe') return null;
  if (status === 'unknown' || attack === undefined) return 'not known';
  if (checker !== 'fuzz') return attack.pattern;
  const startedAt = performance.now();
  new RegExp(source, flags).test(attack.string);
  return performance.now() - startedAt > 1_000 ? attack.pattern : null;
}

/** A third of the library's rounds and of their texts: a quarter of the time, and what is slow is found all the same. */
const quickly = { maxIteration: 3, maxGenerationSize: 40 } as const;

it.each([
  [String.raw`\s*,\s*x`, ''],
  [String.raw`^\s*(\d+\s*)+x$`, ''],
  [String.raw`n (?:\d+|\d+\.\d*)*x`, 'i'],
  [String.raw`(?<=a*)x(\d+)\d*y`, ''],
])('what would be slow is found: /%s/%s', (source, flags) => {
  expect(slowText({ source, flags })).not.toBe(null);
});

describe('No text can make a regular expression slow', () => {
  const written = all.flatMap((folder) => folder.written);
  const different = new Map(written.filter(repeats).map((found) => [`/${found.source}/${found.flags}`, found]));

  it.each([...different])(
    '%s takes time in proportion to the text',
    (_, { place, source, flags }) => {
      expect(slowText({ source, flags }), place).toBe(null);
    },
    120_000,
  );

  it('and none is put together from a text, but for those that are read here', () => {
    const computed = all.flatMap((folder) => folder.computed).map((place) => place.replace(/:\d+$/, ''));
    expect([...new Set(computed)].toSorted()).toEqual(computedOf);
  });
});
