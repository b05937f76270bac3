import { expect, test } from 'vitest';
import { tooManyNames } from '../../../cli/typed/sets/read-set.ts';

const named = (count: number, length: number): readonly { readonly key: string }[] =>
  Array.from({ length: count }, (_, i) => ({ key: `${i}`.padStart(length, 'k') }));

test('more names than a request has room for are to be listed in a manifest', () => {
  // {"key":"..."}, is 11 bytes beside the name
  expect(tooManyNames(named(10_000, 13))).toEqual([]);
  expect(tooManyNames(named(900, 255))).toEqual([]);
  const [problem, ...more] = tooManyNames(named(10_000, 14));
  expect(more).toEqual([]);
  expect(problem).toContain('the names of 10000 files are 250 kB');
  expect(problem).toContain('--manifest FILE');
  // bytes, not characters: one of these is two
  expect(tooManyNames([{ key: 'ü'.repeat(119_994) }])).toEqual([]);
  expect(tooManyNames([{ key: 'ü'.repeat(119_995) }])).toHaveLength(1);
});
