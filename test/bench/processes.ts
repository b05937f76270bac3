import { readFile } from 'node:fs/promises';

/**
 * Reads the accounts that Linux keeps of processes. On another system all of this answers null: wall time and WAL are
 * measured there, CPU and memory are not.
 */
export const processesAreCounted = process.platform === 'linux';

/** Clock ticks of /proc: USER_HZ, 100 a second on every Linux. */
const millisecondsPerTick = 10;

/**
 * CPU milliseconds, user and system, of the children of this process that have ended, with theirs: the difference around
 * a command is exactly what its whole tree of processes used, as long as no other child ends meanwhile.
 */
export async function endedChildrenCpu(): Promise<number | null> {
  const stat = await statOf(process.pid);
  return stat === null ? null : stat.endedChildrenMs;
}

/** Bytes that this process and its ended children have read by system calls, from files, pipes and sockets. */
export async function bytesRead(): Promise<number | null> {
  const text = await readFile('/proc/self/io', 'utf8').catch(() => null);
  const line = text === null ? null : /^rchar: (\d+)$/m.exec(text);
  return line === null ? null : Number(line[1]);
}

/** CPU milliseconds of a server so far: the postmaster, its processes, and those that have ended. */
export async function serverCpu(postmaster: number): Promise<number | null> {
  const stats = await Promise.all([postmaster, ...(await childrenOf(postmaster))].map((pid) => statOf(pid)));
  if (stats[0] === null) return null;
  return stats.reduce((sum, stat) => sum + (stat === null ? 0 : stat.ownMs + stat.endedChildrenMs), 0);
}

/** Samples the tree of a process until stopped. 200 ms: some 50 small reads a second, below 1 % of a core. */
export function watchMemory(root: number): { stop(): Promise<PeakMemory | null> } {
  const peaks = new Map<number, number>();
  let stopped = false;
  const sample = async (): Promise<void> => {
    for (const pid of await treeOf(root)) {
      const peak = await peakOf(pid);
      if (peak !== null) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peak));
    }
  };
  const watching = (async () => {
    while (!stopped && processesAreCounted) {
      await sample();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      if (peaks.size === 0) return null;
      const children = [...peaks].filter(([pid]) => pid !== root).map(([, peak]) => peak);
      return { commandBytes: peaks.get(root) ?? 0, workerBytes: children.length === 0 ? null : Math.max(...children) };
    },
  };
}

/** Most resident memory, as the kernel kept it (VmHWM) up to at most 200 ms before the end. */
export interface PeakMemory {
  readonly commandBytes: number;
  /** Of the largest single process below the command. */
  readonly workerBytes: number | null;
}

async function treeOf(pid: number): Promise<readonly number[]> {
  const below = await Promise.all((await childrenOf(pid)).map((child) => treeOf(child)));
  return [pid, ...below.flat()];
}

/** Node and PostgreSQL start processes from their main thread. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

async function peakOf(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(text);
  return line === null ? null : Number(line[1]) * 1_024;
}

/** proc(5): after the name in parentheses, fields 14 to 17 of the whole line are utime, stime, cutime, cstime. */
async function statOf(pid: number): Promise<{ ownMs: number; endedChildrenMs: number } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (field: number): number => Number(fields[field - 3]) * millisecondsPerTick;
  return { ownMs: ticks(14) + ticks(15), endedChildrenMs: ticks(16) + ticks(17) };
}
