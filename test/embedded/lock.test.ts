import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withLock } from '../../localstack/embedded/server/lock.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const dead = JSON.stringify({ pid: process.pid, startedAt: 'another', host: hostname() });

/** Whoever is inside beside another is counted. */
async function crowd(path: string, size: number): Promise<{ inside: number; most: number }> {
  let [now, inside, most] = [0, 0, 0];
  await Promise.all(
    Array.from({ length: size }, () =>
      withLock(path, { waitMs: 20_000 }, async () => {
        now += 1;
        inside += 1;
        most = Math.max(most, now);
        await sleep(1);
        now -= 1;
      }),
    ),
  );
  return { inside, most };
}

test.each([
  ['that a dead command left', [dead]],
  ['that a power cut emptied', ['']],
  ['that a command left which died while it removed that of a dead one', [dead, dead]],
])('of six that find a lock %s, one is inside at a time', async (what, left) => {
  for (let round = 0; round < 8; round += 1) {
    const path = join(folder, `${what.length}-${round}`);
    for (const [index, text] of left.entries()) await writeFile(path + '.dead'.repeat(index), text);
    expect(await crowd(path, 6)).toEqual({ inside: 6, most: 1 });
  }
  expect(await readdir(folder)).toEqual([]);
});

test('a living one is waited for, and then named', async () => {
  const path = join(folder, 'living');
  await withLock(path, { waitMs: 1_000 }, async () => {
    await expect(withLock(path, { waitMs: 50 }, async () => undefined)).rejects.toThrow(
      `another command (process ${process.pid}) has held ${path} for 0.05 s. If it hangs, end it`,
    );
  });
  await withLock(path, { waitMs: 50 }, async () => undefined);
});
