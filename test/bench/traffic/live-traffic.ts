import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchDatabase, cloneDatabase, dropDatabase } from '../databases.ts';
import { type OurRun, runOurs } from '../ours.ts';
import { plainEnvironment } from '../run-script.ts';
import type { Setup } from '../setup.ts';
import { figure } from '../statistics.ts';
import { type Latency, latencyIn, readTransactions } from './latency.ts';
import { liveTable, prewarmLive, timesLarger, upsertFile } from './target.ts';

/** Seconds of traffic alone: before the load the first 5 are left out, after it 2. */
const quietSeconds = { before: 25, after: 15 };

/** One round of W10. */
export interface TrafficRound {
  readonly quiet: Latency;
  readonly beside: Latency;
  readonly errors: number;
  /** Of the errors: 40P01, ended for the sake of another. */
  readonly deadlockVictims: number;
  /** The load with --live no and nobody else there; and beside the traffic. */
  readonly aloneMs: number;
  readonly besideMs: number;
  readonly live: string;
}

/** W10: rows are upserted into a table of ten times as many, while 150 transactions a second use it. */
export async function benchTraffic(setup: Setup): Promise<ReturnType<typeof summarise>> {
  const { rows, runs, seed } = setup.options;
  setup.note(`W10: a table of ${rows * timesLarger} rows with three indexes`);
  const template = await liveTable(setup, rows * timesLarger);
  const file = await upsertFile(setup, { rows, seed });
  const rounds: TrafficRound[] = [];
  for (let round = 1; round <= runs; round += 1) {
    rounds.push(await trafficRound(setup, { template, file }));
    setup.note(`W10 round ${round} of ${runs}: ${said(rounds.at(-1))}`);
  }
  await dropDatabase(setup.admin, template);
  return summarise(rows, rounds);
}

async function trafficRound(
  setup: Setup,
  { template, file }: { template: BenchDatabase; file: string },
): Promise<TrafficRound> {
  const alone = await onCopy(setup, template, (database) => upsert(setup, { database, file }, ['--live', 'no']));
  return await onCopy(setup, template, async (database) => {
    const log = join(setup.home, 'traffic.log');
    const traffic = startTraffic(database, setup.options.rows * timesLarger, log);
    let spans: Spans;
    let run: OurRun;
    try {
      await sleep(5_000 + quietSeconds.before * 1_000);
      const begun = Date.now();
      run = await upsert(setup, { database, file });
      const ended = Date.now();
      spans = { begun, ended };
      await sleep(2_000 + quietSeconds.after * 1_000);
    } finally {
      await traffic.end();
    }
    return await judged(log, spans, { alone, run });
  });
}

interface Spans {
  readonly begun: number;
  readonly ended: number;
}

async function judged(
  log: string,
  { begun, ended }: Spans,
  { alone, run }: { alone: OurRun; run: OurRun },
): Promise<TrafficRound> {
  const transactions = await readTransactions(log);
  const failures = transactions.map(({ failure }) => failure).filter((failure) => failure !== null);
  return {
    quiet: latencyIn(transactions, [
      [begun - quietSeconds.before * 1_000, begun],
      [ended + 2_000, ended + 2_000 + quietSeconds.after * 1_000],
    ]),
    beside: latencyIn(transactions, [[begun, ended]]),
    errors: failures.length,
    deadlockVictims: failures.filter((failure) => failure === '40P01').length,
    aloneMs: alone.wallMs,
    besideMs: run.wallMs,
    live: run.report.live?.why ?? '',
  };
}

/** Both loads start from the same bytes, in memory. */
async function onCopy<T>(
  setup: Setup,
  template: BenchDatabase,
  use: (database: BenchDatabase) => Promise<T>,
): Promise<T> {
  const database = await cloneDatabase(setup, { from: template, name: 'bench_live_copy' });
  await prewarmLive(database);
  const result = await use(database);
  await dropDatabase(setup.admin, database);
  return result;
}

async function upsert(
  setup: Setup,
  { database, file }: { database: BenchDatabase; file: string },
  options: readonly string[] = [],
): Promise<OurRun> {
  const target = { into: 'public.live', key: 'id' };
  const run = await runOurs(setup, { database, file, home: setup.home, memory: false, target, options, isNice: true });
  const { rows } = setup.options;
  const { inserted, updated } = run.report.counts;
  const [half, rest] = [Math.floor(rows / 2), Math.ceil(rows / 2)];
  if (run.report.outcome !== 'LOADED' || inserted !== half || updated !== rest) {
    throw new Error(`W10: ${half} new and ${rest} changed rows were to come, ${inserted} and ${updated} came`);
  }
  return run;
}

function startTraffic(database: BenchDatabase, rows: number, log: string): { end(): Promise<void> } {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'clients.ts'), database.url, String(Math.trunc(rows)), log],
    { env: plainEnvironment(), stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'close');
  return {
    async end() {
      if (child.exitCode !== null) throw new Error(`the traffic ended by itself, with exit code ${child.exitCode}`);
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Medians of the rounds. */
function summarise(rows: number, rounds: readonly TrafficRound[]) {
  const of = (value: (round: TrafficRound) => number) => figure(rounds.map(value));
  const latency = (of_: 'quiet' | 'beside') => ({
    p50: of((round) => round[of_].p50),
    p95: of((round) => round[of_].p95),
    p99: of((round) => round[of_].p99),
  });
  return {
    rows,
    tableRows: rows * timesLarger,
    quiet: latency('quiet'),
    beside: latency('beside'),
    p95Ratio: of(({ quiet, beside }) => beside.p95 / quiet.p95),
    p99Ratio: of(({ quiet, beside }) => beside.p99 / quiet.p99),
    loadRatio: of(({ aloneMs, besideMs }) => besideMs / aloneMs),
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
    deadlockVictims: rounds.reduce((sum, { deadlockVictims }) => sum + deadlockVictims, 0),
    rounds,
  };
}

/** A line for a person. */
export function said(round: TrafficRound | undefined): string {
  if (round === undefined) return '';
  const { quiet, beside, errors, deadlockVictims, aloneMs, besideMs, live } = round;
  const pair = (name: 'p50' | 'p95' | 'p99'): string =>
    `${name} ${quiet[name].toFixed(1)} -> ${beside[name].toFixed(1)} ms`;
  const load = `load ${(aloneMs / 1_000).toFixed(1)} s alone, ${(besideMs / 1_000).toFixed(1)} s beside (${(besideMs / aloneMs).toFixed(2)}x)`;
  return `${pair('p50')}, ${pair('p95')}, ${pair('p99')}, worst ${beside.most.toFixed(0)} ms; ${errors} errors, ${deadlockVictims} deadlock victims; ${load}; ${live}`;
}
