import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keptFile, keptNow, type KeptProgram, keptProgram, stateOf } from '../../../project/kept-program.ts';
import { started } from '../../../localstack/embedded/machine/started.ts';

const inputs = ['cli/main.ts', 'node_modules/pg/index.js', 'migrations', 'migrations/0001_first.sql'];

/** A repository of three files, with a bundle of them that is kept. */
function kept(): { readonly root: string; readonly programs: string; readonly folder: string } {
  const root = mkdtempSync(join(tmpdir(), 'landfall-kept-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['cli', 'node_modules/pg', 'migrations', 'node_modules/.cache/landfall/program/3/command'])
    mkdirSync(join(root, folder), { recursive: true });
  for (const path of inputs) if (path !== 'migrations') writeFileSync(join(root, path), `${path} as it was`);
  const programs = join(root, 'node_modules/.cache/landfall/program');
  const folder = join(programs, '3');
  writeFileSync(join(folder, 'command/main.mjs'), 'bundled');
  const made: KeptProgram = {
    inputs: Object.fromEntries(inputs.map((path) => [path, stateOf(join(root, path))])),
    outputs: { 'command/main.mjs': 7 },
  };
  writeFileSync(join(folder, keptFile), JSON.stringify(made));
  writeFileSync(join(programs, keptNow), '3');
  return { root, programs, folder };
}

test('a bundle is used where all that it was made of is as it was', () => {
  const { root, programs, folder } = kept();
  expect(keptProgram(root, programs)).toBe(folder);
});

type Of = ReturnType<typeof kept>;
test.each<[string, (of: Of) => void]>([
  ['a source has another size', ({ root }) => appendFileSync(join(root, 'cli/main.ts'), ' not')],
  [
    'a source has other bytes, of the same number and time',
    ({ root }) => {
      const path = join(root, 'cli/main.ts');
      const { atime, mtime } = statSync(path);
      // a file system may count time in ticks of some milliseconds
      execFileSync('sleep', ['0.02']);
      writeFileSync(path, 'cli/main.ts as it is!');
      utimesSync(path, atime, mtime);
    },
  ],
  ['a file of a package has changed', ({ root }) => writeFileSync(join(root, 'node_modules/pg/index.js'), 'another')],
  ['a file is gone', ({ root }) => rmSync(join(root, 'migrations/0001_first.sql'))],
  [
    'a folder has a file more',
    ({ root }) => {
      execFileSync('sleep', ['0.02']);
      writeFileSync(join(root, 'migrations/0002_second.sql'), '');
    },
  ],
  ['the bundle is cut off', ({ folder }) => writeFileSync(join(folder, 'command/main.mjs'), 'bund')],
  ['a file of the bundle is gone', ({ folder }) => rmSync(join(folder, 'command/main.mjs'))],
  ['its list is cut off', ({ folder }) => writeFileSync(join(folder, keptFile), '{"inputs": {')],
  ['nothing says which one counts', ({ programs }) => rmSync(join(programs, keptNow))],
  ['another one counts, which is gone', ({ programs }) => writeFileSync(join(programs, keptNow), '4')],
])('the sources run where %s', (_what, change) => {
  const of = kept();
  change(of);
  expect(keptProgram(of.root, of.programs)).toBe(null);
});

test('the sources run where the packages are those of another checkout', () => {
  const { root } = kept();
  const other = kept();
  rmSync(join(root, 'node_modules'), { recursive: true });
  symlinkSync(join(other.root, 'node_modules'), join(root, 'node_modules'));
  expect(keptProgram(root, join(root, 'node_modules/.cache/landfall/program'))).toBe(null);
});

test('the sources run for who debugs them', () => {
  const { root, programs } = kept();
  const before = process.env['NODE_OPTIONS'];
  onTestFinished(() => {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  });
  process.env['NODE_OPTIONS'] = '--inspect-brk';
  expect(keptProgram(root, programs)).toBe(null);
});

test('functions of a folder that somebody names are called by the sources, whose modules they share', () => {
  const functions = new URL('file:///srv/functions/');
  expect(started(functions)).toMatchObject({
    program: { pathname: expect.stringMatching(/\/machine\/worker-main\.ts$/u) as string },
    functions,
  });
});
