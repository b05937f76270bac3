import { expect, test } from 'vitest';
import { keptFor } from '../../../functions/runtime/kept.ts';

function counting() {
  let fetches = 0;
  let time = 0;
  const kept = keptFor(
    1_000,
    (name) => Promise.resolve(`${name} ${(fetches += 1)}`),
    () => time,
  );
  return { kept, wait: (milliseconds: number) => (time += milliseconds) };
}

test('a text is fetched once until its time is over', async () => {
  const { kept, wait } = counting();
  expect(await Promise.all([kept.read('a'), kept.read('a'), kept.read('b')])).toEqual(['a 1', 'a 1', 'b 2']);
  wait(999);
  expect(await kept.read('a')).toBe('a 1');
  wait(1);
  expect(await kept.read('a')).toBe('a 3');
});

test('of several who find a text stale one fetches, and the others get that', async () => {
  const { kept } = counting();
  const stale = await kept.read('a');
  expect(await kept.readAgain('a', stale)).toBe('a 2');
  expect(await kept.readAgain('a', stale)).toBe('a 2');
  expect(await kept.read('a')).toBe('a 2');
});

test('a failure is not kept', async () => {
  let fails = true;
  const kept = keptFor(1_000, () => (fails ? Promise.reject(new Error('not now')) : Promise.resolve('there')));
  await expect(kept.read('a')).rejects.toThrow('not now');
  fails = false;
  expect(await kept.read('a')).toBe('there');
});
