import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Landed, landedFiles, stillness } from '../../../cli/loading/landing.ts';
import { landingKey } from '../../../cli/typed/named-datasets.ts';

function landed(fields: Partial<Landed>): Landed {
  const file = { path: '/l/orders/a.csv', key: 'orders/a.csv', version: 'v', changedNs: 1n };
  return { ...file, sizeBytes: 1, lastModified: new Date(0), ...fields };
}

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
  expect((await landedFiles(folder, { followLinks: false })).files.map(({ key }) => key)).toEqual([
    'orders/2024/a.csv',
    'orders/b.csv',
  ]);
  rmSync(folder, { recursive: true });
});

test('a file is taken once it was still for two seconds, once a version', () => {
  let time = 0;
  const still = stillness(() => time);
  const at = (milliseconds: number, version: string): readonly string[] => {
    time = milliseconds;
    return still.take([landed({ version })]).map((file) => file.version);
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
  const file = landed({});
  still.take([file]);
  time = 2_000;
  expect(still.take([file])).toEqual([file]);
  still.take([]);
  still.take([file]);
  time = 4_000;
  expect(still.take([file])).toEqual([file]);
});

test('of files that have been still alike the oldest is taken first', () => {
  let time = 0;
  const still = stillness(() => time);
  const files = [3n, 1n, 2n].map((changedNs, place) => landed({ path: `/l/${place}`, key: `${place}`, changedNs }));
  still.take(files);
  time = 2_000;
  expect(still.take(files).map(({ key }) => key)).toEqual(['1', '2', '0']);
});

test.each([
  ['/home/landing/orders/a.csv', 'orders/a.csv'],
  ['/home/landing', null],
  ['/home/landing-2/a.csv', null],
  ['/home/a.csv', null],
  ['/elsewhere/orders/a.csv', null],
])('%s is an upload under the key %s', (path, key) => {
  expect(landingKey(path, '/home')).toBe(key);
});
