import { link, mkdir, mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileVersion } from '../../../functions/objects/directory/file-version.ts';
import { provenBelow } from '../../../functions/objects/directory/proven-file.ts';

// What somebody who may write into the folder does between the listing and the load.

let outside: string;
let root: string;
const inside = (...names: string[]): string => join(root, ...names);

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'landfall-proof-'));
  root = join(outside, 'landing');
  await mkdir(inside('orders'), { recursive: true });
  await writeFile(inside('orders/a.csv'), 'id\n1\n');
  await mkdir(join(outside, 'private'));
  await writeFile(join(outside, 'private/a.csv'), 'secret\n');
});
afterEach(() => rm(outside, { recursive: true }));

async function listed(path: string): Promise<{ path: string; version: string }> {
  return { path, version: fileVersion(await stat(path, { bigint: true })) };
}

test('a file that lies there is proven, and one that was written to or removed is another', async () => {
  const file = await listed(inside('orders/a.csv'));
  expect(await provenBelow(root, file, false)).toBe('proven');
  await writeFile(file.path, 'id\n1\n2\n');
  expect(await provenBelow(root, file, false)).toBe('changed');
  await rm(file.path);
  expect(await provenBelow(root, file, false)).toBe('changed');
});

test('a root that is a link of its owner is where it leads to', async () => {
  await symlink(root, join(outside, 'named'));
  expect(await provenBelow(join(outside, 'named'), await listed(inside('orders/a.csv')), false)).toBe('proven');
  expect(await provenBelow(join(outside, 'named'), await listed(join(outside, 'named/orders/a.csv')), false)).toBe(
    'proven',
  );
});

test('a link in its place is not followed, whatever version was listed', async () => {
  await rm(inside('orders/a.csv'));
  await symlink(join(outside, 'private/a.csv'), inside('orders/a.csv'));
  const file = await listed(inside('orders/a.csv'));
  expect(await provenBelow(root, file, false)).toEqual({ why: expect.stringContaining('is a link') });
  expect(await provenBelow(root, file, true)).toBe('proven');
});

test('a folder that was swapped for a link is noticed, also where the listing looked through it', async () => {
  await rename(inside('orders'), inside('before'));
  await symlink(join(outside, 'private'), inside('orders'));
  const file = await listed(inside('orders/a.csv'));
  expect(await provenBelow(root, file, false)).toEqual({ why: expect.stringContaining('private/a.csv') });
});

test('a second name that came after the listing is noticed', async () => {
  await link(join(outside, 'private/a.csv'), inside('orders/b.csv'));
  expect(await provenBelow(root, await listed(inside('orders/b.csv')), false)).toEqual({
    why: expect.stringContaining('2 names'),
  });
});

test('a folder beside the root whose name begins alike is outside', async () => {
  await mkdir(`${root}-private`);
  await writeFile(`${root}-private/a.csv`, 'secret\n');
  await symlink(`${root}-private`, inside('alike'));
  expect(await provenBelow(root, await listed(inside('alike/a.csv')), false)).toEqual({
    why: expect.stringContaining('behind a link'),
  });
});
