import { mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { bytes, count } from '../../functions/words/quantities.ts';
import type { ServerSettings } from '../../localstack/embedded/server/settings.ts';

export interface Machine {
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Processes that wanted a core in the minute before: on a quiet machine well below 1. */
  readonly loadAverage: number;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Asked before anything is run, so that the load is that of others. */
export function thisMachine(): Machine {
  return {
    system: `${process.platform} ${release()} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: memoryBytes(),
    node: process.versions.node,
    loadAverage: loadavg()[0] ?? 0,
  };
}

/**
 * A server for bulk loads on a machine of 8 GiB and more, durable as in production; on a smaller one its memory shrinks
 * with the machine's. The embedded server's own adjustments for laptops are set back to PostgreSQL's defaults, so that
 * what is not named here is what a fresh server has.
 */
export function benchSettings(sharedBuffersMb?: number, memory: number = memoryBytes()): ServerSettings {
  const share = Math.min(1, memory / (8 * GIB));
  const megabytes = (full: number): string => `${Math.max(16, Math.floor(full * share))}MB`;
  return {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: sharedBuffersMb === undefined ? megabytes(2_048) : `${sharedBuffersMb}MB`,
    maintenance_work_mem: megabytes(512),
    work_mem: megabytes(64),
    max_wal_size: '8GB',
    // WAL files of one run are kept for the next one, so that none but the discarded first run has to create them
    min_wal_size: '2GB',
    // what a repetition wrote can still be read after a checkpoint in its midst
    wal_keep_size: '1GB',
    random_page_cost: '4',
    effective_cache_size: '4GB',
    checkpoint_timeout: '5min',
  };
}

/**
 * Disk that a round needs at most, a row: two files of 130, four copies of a table of 205 with its index, one of them
 * rewritten, text staging of 180, and about 1,000 of WAL until the next checkpoint (H1's rewrite with its full pages).
 */
const roundBytesPerRow = 3_000;
/** Of the grown load: a file of 130, one table with its index of 205, staging of 180, WAL of 300, and what is rounded up. */
const grownBytesPerRow = 1_000;

/** Throws with what is missing, before anything is written. */
export async function requireRoom({ rows, growth }: { rows: number; growth: boolean }): Promise<void> {
  const folder = tmpdir();
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const needed = rows * Math.max(roundBytesPerRow, growth ? 5 * grownBytesPerRow + 260 : 0) + 3 * GIB;
  if (bavail * bsize < needed) {
    throw new Error(
      `${count(rows)} rows${growth ? ' and five times as many' : ''} need up to ${bytes(needed)} of disk in ${folder}, ${bytes(bavail * bsize)} are free. Take fewer (--rows), or name another folder: TMPDIR=/large/disk npm run bench`,
    );
  }
  // shared_buffers, two workers and a few backends with their sorts
  const memory = Math.min(2 * GIB, memoryBytes() / 4) + 512 * MIB;
  if (process.availableMemory() < memory) {
    throw new Error(
      `the benchmark needs ${bytes(memory)} of free memory, ${bytes(process.availableMemory())} are free. End what else runs here: it would disturb the figures anyway.`,
    );
  }
}

/** What this process may use: a container's limit counts where it is lower. */
function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
