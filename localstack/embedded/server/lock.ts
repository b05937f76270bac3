import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseOwner } from '../../../functions/core/lease-owner.ts';
import { ownerIsAlive, thisOwner } from '../../../functions/runtime/owner.ts';
import { EmbeddedServerError } from './server-error.ts';

/**
 * Runs `work` while no other command does: a file that names its owner by pid and start time, so that a dead one's is
 * taken over at once.
 */
export async function withLock<T>(
  path: string,
  options: { waitMs: number; signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + options.waitMs;
  while (!(await take(path))) {
    options.signal?.throwIfAborted();
    const text = await textOf(path);
    if (text === null) continue;
    const holder = holderOf(text);
    if (holder === null || !ownerIsAlive(holder)) await removeDead(path, text, options);
    else if (Date.now() > deadline) {
      throw new EmbeddedServerError(
        `another command (process ${holder.pid}) has held ${path} for ${options.waitMs / 1_000} s. If it hangs, end it and run this command again; the lock goes with it.`,
      );
    } else await sleep(20);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * Of all who saw the same dead lock, a late one must not remove what the first has put in its place. So who removes holds
 * a lock for that, and looks again; a dead one of those is removed in the same way.
 */
async function removeDead(
  path: string,
  dead: string,
  options: { waitMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  await withLock(`${path}.dead`, options, async () => {
    if ((await textOf(path)) === dead) await rm(path, { force: true });
  });
}

/** link() either makes the file with its whole content or fails, unlike open and write. */
async function take(path: string): Promise<boolean> {
  const mine = `${path}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify(thisOwner()), { mode: 0o644, flag: 'wx' });
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

/** null: it is free by now. */
async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** null: a power cut left the file empty. */
function holderOf(text: string): LeaseOwner | null {
  try {
    return JSON.parse(text) as LeaseOwner;
  } catch {
    return null;
  }
}
