import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepProgram } from '../../packaging/keep-program.ts';
import { keptProgram } from '../../project/kept-program.ts';

/** A clone whose sources may be changed: files of its own, packages by links. */
const repository = join(import.meta.dirname, '../..');
const root = mkdtempSync(join(tmpdir(), 'landfall-kept-'));
const programs = join(root, 'node_modules/.cache/landfall/program');
const sources = [
  'functions',
  'cli',
  'localstack',
  'project',
  'packaging',
  'infra',
  'index.ts',
  'package.json',
  'tsconfig.json',
];

beforeAll(() => {
  for (const name of sources) cpSync(join(repository, name), join(root, name), { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  for (const name of readdirSync(join(repository, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function landfall(...typed: readonly string[]): Promise<string> {
  const words = ['--import', './cli/check-node.mjs', 'cli/main.ts', ...typed];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
  return stdout;
}

test('a kept bundle starts the command, and a changed source is seen at once', { timeout: 120_000 }, async () => {
  const before = await landfall('--help');
  // the times of files that were copied a moment ago are too young to tell whether they are read as they are
  await new Promise((resolve) => setTimeout(resolve, 200));
  await keepProgram(root, programs);
  const folder = keptProgram(root, programs);
  expect(folder).not.toBe(null);
  expect(readdirSync(folder ?? '').toSorted()).toEqual(['command', 'kept.json', 'worker']);
  expect(await landfall('--help')).toBe(before);

  // that it is the bundle which answers: one of the same size that says so
  const main = join(folder ?? '', 'command/main.mjs');
  const code = readFileSync(main, 'utf8');
  const marked = "process.stdout.write('of the bundle');process.exit();//";
  writeFileSync(main, marked + code.slice(marked.length));
  expect(await landfall('--help')).toBe('of the bundle');

  const verbs = join(root, 'cli/verbs.ts');
  writeFileSync(verbs, readFileSync(verbs, 'utf8').replace('landfall VERB', 'landfall WORD'));
  const changed = await landfall('--help');
  expect(changed).not.toBe(before);
  expect(changed).toContain('landfall WORD');

  await keepProgram(root, programs);
  const next = keptProgram(root, programs);
  expect([next === null, next === folder]).toEqual([false, false]);
  expect(await landfall('--help')).toBe(changed);
});
