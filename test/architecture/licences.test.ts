import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

type Locked = Readonly<Record<string, { readonly license?: string; readonly dev?: boolean }>>;

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  readonly packages: Locked;
};

/** Licences that ask for no more than a notice, in what is installed with the package as in what builds and tests it. */
const permissive = ['Apache-2.0', 'MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0'];
/** Taken by tools that are not handed on: whoever changes such a file has to publish it. */
const toolsOnly = ['MPL-2.0'];

/** Whether one of the licences that are offered may be taken: `A OR B`, in brackets or not. */
const mayTake = (written: string, taken: readonly string[]): boolean =>
  written
    .replaceAll(/[()]/gu, '')
    .split(' OR ')
    .some((each) => taken.includes(each));

test('every package of the lock has a licence that a company may take', () => {
  const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(entries.length).toBeGreaterThan(300);
  const refused = entries.filter(
    ([, { license = 'none', dev = false }]) => !mayTake(license, dev ? [...permissive, ...toolsOnly] : permissive),
  );
  expect(refused.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['AGPL-3.0-or-later', false],
  ['MIT AND GPL-3.0-only', false],
  ['SEE LICENSE IN LICENSE', false],
  ['none', false],
])('%s: %s', (written, right) => expect(mayTake(written, permissive)).toBe(right));
