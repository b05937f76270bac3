import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isBuiltin } from 'node:module';
import { outside } from '../../packaging/program.ts';
import { readFile, readFolder } from './repository.ts';

/** What runs of an installed package. */
const sources = [
  readFile('index.ts'),
  ...['cli', 'functions', 'infra', 'localstack/embedded', 'project'].flatMap((folder) => readFolder(folder)),
];
const imported = new Set(
  sources
    .flatMap(({ imports }) => imports)
    .filter(({ typeOnly, target }) => !typeOnly && target !== null && /^[@a-z]/u.test(target))
    .map(({ target }) => target ?? '')
    .filter((target) => !isBuiltin(target) && !/\.m?ts$/u.test(target)),
);
// esbuild bundles the functions where the stack is made of this repository
const bundled = [...imported].filter((name) => !outside.includes(name) && name !== 'esbuild');

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}
type Locked = Readonly<Record<string, LockedPackage>>;

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

/** The packages that bundled ones may bring into the package: they are handed on, development packages or not. */
function reached(): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = bundled.map((name) => `node_modules/${name}`);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    for (const name of Object.keys(lock.packages[path]?.dependencies ?? {})) waiting.push(placeOf(name, path));
  }
  return found;
}

/** Where Node finds a package from another one's folder. */
function placeOf(name: string, from: string): string {
  const inside = `${from}/node_modules/${name}`;
  if (inside in lock.packages) return inside;
  const above = from.lastIndexOf('/node_modules/');
  return above < 0 ? `node_modules/${name}` : placeOf(name, from.slice(0, above));
}

test('every package of the lock has a licence that a company may take', () => {
  const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(entries.length).toBeGreaterThan(300);
  const handedOn = reached();
  expect(handedOn.size).toBeGreaterThan(bundled.length);
  expect([...handedOn].filter((path) => !(path in lock.packages))).toEqual([]);
  const refused = entries.filter(
    ([path, { license = 'none', dev = false }]) =>
      !mayTake(license, dev && !handedOn.has(path) ? [...permissive, ...toolsOnly] : permissive),
  );
  expect(refused.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});

test('what is bundled is no dependency of who installs the package, and what is not is one', () => {
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as Readonly<Record<'dependencies' | 'devDependencies' | 'peerDependencies', object>>;
  expect(bundled.length).toBeGreaterThan(20);
  // the public declarations name its types
  const ofDeclarations = ['zod'];
  const wrong = bundled.filter((name) => name in dependencies || !(name in devDependencies));
  expect(wrong).toEqual(ofDeclarations);
  expect(outside.filter((name) => !(name in dependencies || name in peerDependencies))).toEqual([]);
  expect(Object.keys(dependencies).filter((name) => !outside.includes(name))).toEqual(ofDeclarations);
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['AGPL-3.0-or-later', false],
  ['MIT AND GPL-3.0-only', false],
  ['SEE LICENSE IN LICENSE', false],
  ['none', false],
])('%s: %s', (written, right) => expect(mayTake(written, permissive)).toBe(right));
