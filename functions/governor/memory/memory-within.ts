import type { Traffic } from '../../core/traffic/traffic.ts';
import type { Memory } from '../../core/traffic/memory.ts';

/** What a server says of itself; sizes in kB. */
export interface ServerSettings {
  readonly kind: 'postgres' | 'rds' | 'aurora';
  readonly sharedBuffersKb: number;
  readonly maxConnections: number;
  /** max_parallel_workers_per_gather and max_parallel_maintenance_workers, neither above max_parallel_workers. */
  readonly workers: number;
  readonly maintenanceWorkers: number;
  /** maintenance_work_mem where somebody set it; null: PostgreSQL's default. */
  readonly maintenanceWorkMemKb: number | null;
}

/**
 * Of the server's memory. PostgreSQL's own advice for shared_buffers is a quarter of it and RDS sets that; Aurora, which has no
 * page cache of the system below it, sets three quarters.
 */
const sharedShare = { postgres: 1 / 4, rds: 1 / 4, aurora: 3 / 4 } as const;

const megabyte = 1_024;
const least = 16 * megabyte;
const most = 1_024 * megabyte;
/** Of one backend without work: 1 MB beside what it shares. */
const backendKb = megabyte;
/** PostgreSQL gives a build no worker that would have less. */
const leastOfBuilder = 32 * megabyte;

/**
 * Settings for statements over a whole load, one of which runs at a time: all its processes together stay within a quarter of
 * the estimated memory, and within half of what the connections that may come leave. A process has a sort and a hash at most.
 * What a dataset says is taken as it stands. 16 MB are taken also where a quarter is less.
 */
export function memoryWithin(server: ServerSettings, said: Traffic['memory'] = {}): Memory {
  const estimateKb = server.sharedBuffersKb / sharedShare[server.kind];
  const leftKb = estimateKb - server.sharedBuffersKb - server.maxConnections * backendKb;
  const budgetKb = Math.max(0, Math.min(estimateKb / 4, leftKb / 2));
  const own = said.maintenanceWorkMem === undefined ? null : Math.round(said.maintenanceWorkMem / 1_024);
  const maintenanceWorkMemKb = own ?? Math.max(bounded(budgetKb), server.maintenanceWorkMemKb ?? 0);
  const query = queryMemory(budgetKb, server.workers);
  return {
    ...query,
    ...(said.workMem !== undefined && { workMemKb: Math.round(said.workMem / 1_024) }),
    maintenanceWorkMemKb,
    maintenanceWorkers: Math.max(
      0,
      Math.min(server.maintenanceWorkers, Math.floor(maintenanceWorkMemKb / leastOfBuilder) - 1),
    ),
    why: why(server, estimateKb, Object.keys(said)),
  };
}

/** As many workers as the server allows, fewer where the least memory of each would not fit. */
function queryMemory(budgetKb: number, workers: number): Pick<Memory, 'workMemKb' | 'hashMemMultiplier' | 'workers'> {
  const processes = workers + 1;
  const workMemKb = bounded(budgetKb / processes / 3);
  const multiplier = Math.floor((budgetKb / processes / workMemKb - 1) * 100) / 100;
  if (multiplier < 1 && workers > 0) return queryMemory(budgetKb, workers - 1);
  return { workMemKb, hashMemMultiplier: Math.min(2, Math.max(1, multiplier)), workers };
}

function bounded(kb: number): number {
  return Math.floor(Math.min(most, Math.max(least, kb)));
}

function why({ kind, sharedBuffersKb }: ServerSettings, estimateKb: number, said: readonly string[]): string {
  const share = kind === 'aurora' ? 'three quarters' : 'a quarter';
  const words = `shared_buffers is ${inMegabytes(sharedBuffersKb)}, taken for ${share} of the server's memory: a quarter of ${inMegabytes(estimateKb)} at most`;
  return said.length === 0 ? words : `${words}; ${said.join(' and ')} as the dataset says`;
}

function inMegabytes(kb: number): string {
  return `${Math.round(kb / megabyte)} MB`;
}
