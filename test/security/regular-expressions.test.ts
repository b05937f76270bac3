import { checkSync } from 'recheck/lib/browser.js';
import { describe, expect, it } from 'vitest';
import { expressionsOf, repeats } from './regular-expressions.ts';

const all = ['functions', 'infra', 'localstack'].map(expressionsOf);

/**
 * Those that are read here instead. In redact.ts what is searched from each place has an end (timed in time-bounds.test.ts). Three files put theirs together of constants: one character that looks at eight beside it at
 * most, a word at a line's beginning, and runs of characters of which each is in one alternative. One is of fixed length, because
 * names of `fetch.as` have {date} and {time} in them and nothing else.
 */
const computedOf = [
  'functions/core/printable.ts',
  'functions/core/redact.ts',
  'functions/datasets/fetched-name.ts',
  'functions/db/own-code.ts',
  'functions/report/formula-guard.ts',
];

describe('No text can make a regular expression slow', () => {
  const written = all.flatMap((folder) => folder.written);
  const different = new Map(written.filter(repeats).map((found) => [`/${found.source}/${found.flags}`, found]));

  it.each([...different])(
    '%s takes time in proportion to the text',
    (_, { place, source, flags }) => {
      const { status, complexity, attack } = checkSync(source, flags, { timeout: 100_000 });
      expect({ status, complexity, attack }, place).toMatchObject({ status: 'safe' });
    },
    120_000,
  );

  it('and none is put together from a text, but for those that are read here', () => {
    const computed = all.flatMap((folder) => folder.computed).map((place) => place.replace(/:\d+$/, ''));
    expect([...new Set(computed)].toSorted()).toEqual(computedOf);
  });
});
