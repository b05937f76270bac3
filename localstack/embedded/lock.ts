import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseOwner } from '../../functions/runtime/env.ts';
import { ownerIsAlive, thisOwner } from '../../functions/runtime/owner.ts';
import { EmbeddedServerError } from './server-error.ts';

/**
 * Runs `work` while no other command does: a file that names its owner by pid and start time, so that a dead one's is
 * taken over at once. Two commands that take over the same dead lock in the same instant could both get in; then
 * PostgreSQL's own lock file and the rename of a finished data directory still let only one succeed.
 */
export async function withLock<T>(
  path: string,
  options: { waitMs: number; signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + options.waitMs;
  while (!(await take(path))) {
    options.signal?.throwIfAborted();
    const holder = await holderOf(path);
    if (holder !== null && (holder === 'nobody' || !ownerIsAlive(holder))) await rm(path, { force: true });
    else if (Date.now() > deadline) {
      throw new EmbeddedServerError(
        `another command (process ${holder?.pid ?? 'unknown'}) has held ${path} for ${options.waitMs / 1_000} s. If it hangs, end it and run this command again; the lock goes with it.`,
      );
    } else await sleep(20);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** link() either makes the file with its whole content or fails, unlike open and write. */
async function take(path: string): Promise<boolean> {
  const mine = `${path}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify(thisOwner()), { mode: 0o644 });
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/** null: it is free by now. nobody: a power cut left the file empty. */
async function holderOf(path: string): Promise<LeaseOwner | 'nobody' | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LeaseOwner;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof SyntaxError) return 'nobody';
    throw error;
  }
}
