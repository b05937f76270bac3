import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, type Stats } from 'node:fs';
import { lstat, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytes } from '../../functions/words/quantities.ts';
import { makeOwnFolder } from '../../localstack/embedded/server/own-folder.ts';
import type { Context } from '../context.ts';
import { CommandError, UsageError } from '../typed/usage.ts';

/** What stands for stdin among FILE... */
export const stdinName = '-';

/** 256 MB: with less, other programs of the machine, and its database, would soon stand still. */
const leastFreeBytes = 256_000_000;
/** How much is written between two looks at what is free. */
const lookEveryBytes = 64 * 1024 * 1024;

/** 30 days: until then the same bytes are known again, and what was refused, held or failed can be gone on with. */
const keptDays = 30;

/** Where stdin is kept; nobody else reads there. */
export function stdinFolder(home: string): string {
  return join(home, 'stdin');
}

/** Why nothing can be read from there; null where it can. */
export function stdinProblem({ stdin }: Pick<Context, 'stdin'>): string | null {
  if (stdin === undefined) return '- stands for stdin, and this command has none';
  return stdin().isTTY === true
    ? '- stands for what is piped into the command, and stdin is a terminal: gzip -cd orders.csv.gz | landfall load - ...'
    : null;
}

/**
 * Everything that is piped in, as a file whose name is its SHA-256: a load reads its object several times, and later again where it
 * is retried or replayed. The same bytes are the same file, so they are the same load. A file of those that are kept longer than 30
 * days goes. @throws UsageError where nothing comes, CommandError where the disk is too full; what was written is gone then.
 */
export async function spooledStdin(context: Pick<Context, 'home' | 'stdin' | 'signal'>): Promise<string> {
  const problem = stdinProblem(context);
  if (problem !== null || context.stdin === undefined) throw new UsageError([problem ?? '']);
  const folder = makeOwnFolder(stdinFolder(makeOwnFolder(context.home, 0o700)), 0o700);
  await forgetOld(folder);
  const part = join(folder, `.${randomUUID()}.part`);
  try {
    const { sha256, sizeBytes } = await written(context.stdin(), part, { folder, signal: context.signal });
    if (sizeBytes === 0)
      throw new UsageError(['stdin is empty: the command before | wrote nothing (its own messages tell why)']);
    const path = join(folder, sha256);
    // a new file would be a new version, and so a new load
    if (await isWhole(path, sizeBytes)) return path;
    await rename(part, path);
    return path;
  } finally {
    await rm(part, { force: true });
  }
}

async function written(
  from: Readable,
  path: string,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let lookAt = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= lookAt) {
        lookAt = sizeBytes + lookEveryBytes;
        await demandRoom(folder, sizeBytes);
      }
      yield chunk;
    }
  }
  try {
    await pipeline(from, counted, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }), { signal });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw full(folder, sizeBytes, error);
    throw error;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function demandRoom(folder: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < leastFreeBytes) throw full(folder, sizeBytes);
}

function full(folder: string, sizeBytes: number, cause?: unknown): CommandError {
  return new CommandError(
    `stdin is written to ${folder} before it is loaded, and after ${bytes(sizeBytes)} there is no room for more (${bytes(leastFreeBytes)} stay free). Nothing was loaded, and what was written is gone. Make room there, or name a folder on a larger disk: LANDFALL_HOME`,
    { cause },
  );
}

async function isWhole(path: string, sizeBytes: number): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found !== null && found.isFile() && found.size === sizeBytes;
}

async function forgetOld(folder: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (found !== null && isOld(name, found, now)) await rm(path, { force: true });
  }
}

/** Of a command that was killed a part is left, which nobody reads: it goes after a day. */
function isOld(name: string, { mtimeMs }: Stats, now: number): boolean {
  const days = name.endsWith('.part') ? 1 : keptDays;
  return /^[0-9a-f]{64}$|^\.[0-9a-f-]{36}\.part$/.test(name) && now - mtimeMs > days * 86_400_000;
}
