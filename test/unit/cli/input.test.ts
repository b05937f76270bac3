import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { World } from '../../../cli/context.ts';
import { globbed } from '../../../cli/input/globbed.ts';
import { spooledStdin, stdinFolder, stdinProblem } from '../../../cli/input/spooled-stdin.ts';
import { foldersToRemove } from '../../support/folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-input-'));
foldersToRemove.push(folder);
for (const name of ['g1.csv', 'g10.csv', 'g2.csv', '.g3.csv', 'h.txt', 'orders (1).csv', 'orders (2).csv', 'x*y.csv'])
  writeFileSync(join(folder, name), 'id\n1\n');
mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
writeFileSync(join(folder, 'deep', 'er', 'g9.csv'), 'id\n1\n');

test.each([
  [['g1.csv'], ['g1.csv']],
  [['g*.csv'], ['g1.csv', 'g10.csv', 'g2.csv']],
  [
    ['h.txt', 'g?.csv'],
    ['h.txt', 'g1.csv', 'g2.csv'],
  ],
  [['g{1,2}.csv'], ['g1.csv', 'g2.csv']],
  [['g[12].csv'], ['g1.csv', 'g2.csv']],
  [['orders (*).csv'], ['orders (1).csv', 'orders (2).csv']],
  [['x*y.csv'], ['x*y.csv']],
  [['*/g9.csv'], ['*/g9.csv']],
  [['**/g9.csv'], [join('deep', 'er', 'g9.csv')]],
  [['deep/../g1*.csv'], ['g1.csv', 'g10.csv']],
  [['s3://landing/g*.csv'], ['s3://landing/g*.csv']],
  [['none*.csv'], ['none*.csv']],
  [[join(folder, 'g1*.csv')], [join(folder, 'g1.csv'), join(folder, 'g10.csv')]],
])('%j are %j', async (typed, names) => {
  expect(await globbed(typed, folder)).toEqual(names);
});

function world(home: string, from: Readable & { isTTY?: boolean }): Pick<World, 'home' | 'stdin' | 'signal'> {
  return { home: join(folder, home), stdin: () => from, signal: new AbortController().signal };
}

test('stdin is a file called by its SHA-256, for this user alone, and the same bytes are the same file', async () => {
  const text = 'id,v\n1,ä\n';
  const sha256 = createHash('sha256').update(text).digest('hex');
  const first = await spooledStdin(
    world('same', Readable.from([Buffer.from(text.slice(0, 4)), Buffer.from(text.slice(4))])),
  );
  expect(first).toBe(join(stdinFolder(join(folder, 'same')), sha256));
  expect(readFileSync(first, 'utf8')).toBe(text);
  const stats = statSync(first, { bigint: true });
  expect(Number(stats.mode & 0o777n)).toBe(0o600);
  expect(await spooledStdin(world('same', Readable.from([Buffer.from(text)])))).toBe(first);
  const again = statSync(first, { bigint: true });
  expect([again.ino, again.mtimeNs]).toEqual([stats.ino, stats.mtimeNs]);
  expect(readdirSync(join(folder, 'same', 'stdin'))).toEqual([sha256]);
});

test('nothing, a terminal, and no stdin at all are refused in words, and leave nothing', async () => {
  await expect(spooledStdin(world('empty', Readable.from([])))).rejects.toThrow(/^stdin is empty/);
  expect(readdirSync(join(folder, 'empty', 'stdin'))).toEqual([]);
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  expect(stdinProblem(world('terminal', terminal))).toContain('stdin is a terminal');
  await expect(spooledStdin(world('terminal', terminal))).rejects.toThrow(/stdin is a terminal/);
  expect(existsSync(join(folder, 'terminal'))).toBe(false);
  expect(stdinProblem({})).toContain('this command has none');
});

test('Ctrl-C while it is read leaves nothing', async () => {
  const ending = new AbortController();
  const endless = new PassThrough();
  endless.write('id\n1\n');
  const reading = spooledStdin({ ...world('ended', endless), signal: ending.signal });
  setTimeout(() => ending.abort(new Error('interrupted')), 50);
  await expect(reading).rejects.toThrow(/abort/i);
  expect(readdirSync(join(folder, 'ended', 'stdin'))).toEqual([]);
});

test('what is older than 30 days goes, and what somebody else put there stays', async () => {
  const kept = stdinFolder(join(folder, 'old'));
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const old = (name: string, days: number): void => {
    writeFileSync(join(kept, name), 'x');
    const then = Date.now() / 1_000 - days * 86_400;
    utimesSync(join(kept, name), then, then);
  };
  old('a'.repeat(64), 31);
  old('b'.repeat(64), 29);
  old('.0a0a0a0a-0000-4000-8000-000000000000.part', 2);
  old('mine.csv', 99);
  const path = await spooledStdin(world('old', Readable.from([Buffer.from('id\n1\n')])));
  const names = [path.slice(-64), 'b'.repeat(64), 'mine.csv'];
  expect(readdirSync(kept).toSorted()).toEqual(names.toSorted());
});
