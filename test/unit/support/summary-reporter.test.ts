import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

test('a run ends with the passed and the failed, broken files and hooks counted as failed', () => {
  const run = runVitest({
    'good.test.js': `test('one', () => {}); test('two', () => {}); test.skip('three', () => {});`,
    'bad.test.js': `test('wrong', () => { throw new Error('wrong'); });`,
    'broken.test.js': `import './not-there.js';`,
    'hook.test.js': `afterAll(() => { throw new Error('left something behind'); }); test('fine', () => {});`,
  });
  expect(run.lines.slice(-2)).toEqual(['1 skipped', '3 passed, 3 failed']);
  expect(run.status).toBe(1);
});

test('a clean run ends with 0 failed', () => {
  const run = runVitest({ 'good.test.js': `test('one', () => {});` });
  expect(run.lines.at(-1)).toBe('1 passed, 0 failed');
  expect(run.status).toBe(0);
});

/** Runs the real vitest, with the real reporter, on a folder of its own. */
function runVitest(files: Readonly<Record<string, string>>): { lines: readonly string[]; status: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-reporter-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const reporter = resolve('test/support/summary-reporter.ts');
  const run = spawnSync(
    process.execPath,
    [
      resolve('node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      folder,
      '--globals',
      '--reporter=default',
      `--reporter=${reporter}`,
    ],
    { encoding: 'utf8', env: { PATH: process.env['PATH'] }, timeout: 25_000 },
  );
  return { lines: run.stdout.trimEnd().split('\n'), status: run.status };
}
