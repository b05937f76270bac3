import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { landedFiles, stillness } from '../../../localstack/cli/landing.ts';

test('only finished names count, at any depth, in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-landing-'));
  mkdirSync(join(folder, 'orders/2024'), { recursive: true });
  mkdirSync(join(folder, 'orders/.cache'), { recursive: true });
  for (const key of [
    'orders/b.csv',
    'orders/2024/a.csv',
    'orders/.DS_Store',
    'orders/c.csv.tmp',
    'orders/d.part',
    'orders/.cache/e.csv',
  ]) {
    writeFileSync(join(folder, key), 'x');
  }
  expect((await landedFiles(folder)).map(({ key }) => key)).toEqual(['orders/2024/a.csv', 'orders/b.csv']);
  rmSync(folder, { recursive: true });
});

test('a file is taken once it was still for two seconds, once a version', () => {
  let time = 0;
  const still = stillness(() => time);
  const at = (milliseconds: number, version: string): readonly string[] => {
    time = milliseconds;
    return still([{ path: '/l/orders/a.csv', key: 'orders/a.csv', version, changedNs: 1n }]).map(
      (file) => file.version,
    );
  };
  expect(at(0, 'growing')).toEqual([]);
  expect(at(1_900, 'grown')).toEqual([]);
  expect(at(3_800, 'grown')).toEqual([]);
  expect(at(3_900, 'grown')).toEqual(['grown']);
  expect(at(9_000, 'grown')).toEqual([]);
  expect(at(10_000, 'replaced')).toEqual([]);
  expect(at(12_000, 'replaced')).toEqual(['replaced']);
});

test('a file that was taken away and put back is taken again', () => {
  let time = 0;
  const still = stillness(() => time);
  const file = { path: '/l/orders/a.csv', key: 'orders/a.csv', version: 'v', changedNs: 1n };
  still([file]);
  time = 2_000;
  expect(still([file])).toEqual([file]);
  still([]);
  still([file]);
  time = 4_000;
  expect(still([file])).toEqual([file]);
});

test('of files that have been still alike the oldest is taken first', () => {
  let time = 0;
  const still = stillness(() => time);
  const files = [3n, 1n, 2n].map((changedNs, place) => ({
    path: `/l/${place}`,
    key: `${place}`,
    version: 'v',
    changedNs,
  }));
  still(files);
  time = 2_000;
  expect(still(files).map(({ key }) => key)).toEqual(['1', '2', '0']);
});
