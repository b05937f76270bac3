import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageFolder } from '../../../project/own-package.ts';
import { sql, type Sql } from '../../../functions/core/sql.ts';
import { type Db, one, withClient } from '../../../functions/db/client.ts';
import type { TemporaryServer } from '../../../localstack/embedded/server/temporary-server.ts';
import { outside } from '../../support/outside.ts';
import { ledgerOn, onServer, ownServer, standbyOf } from '../../support/own-server.ts';
import { plainEnvironment } from '../run-script.ts';
import { graph, type Phase, type Sample } from './graph.ts';

/**
 * Draws docs/replication-lag.svg: how many rows a second a load merges while its standby replays nothing, and then slowly. One
 * load of 600,000 rows over 300,000, on a server and a standby of its own; about two minutes.
 */

const rows = 600_000;
const stopMegabytes = 32;
const sampleMs = 250;
/** A rate is of the last second: transactions take about one. */
const rateOver = 1_000 / sampleMs;
const picture = join(packageFolder, 'docs/replication-lag.svg');

const folder = await mkdtemp(join(tmpdir(), 'landfall-lag-'));
const primary = await ownServer({
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '4GB',
  shared_buffers: '256MB',
});
const standby = await standbyOf(primary);
try {
  const file = await dataFile();
  await ledgerOn(primary);
  await ask(
    primary,
    sql`create table t (id bigint primary key, name text not null, pad text not null, at timestamptz);
    create index on t (at);
    insert into t select i, 'old', repeat('o', 90), now() from generate_series(1, 300000) i`,
  );
  await ask(primary, sql`vacuum analyze t`);
  await ask(primary, sql`checkpoint`);
  const { samples, phases } = await watchedLoad(file);
  const title = 'A load beside a standby: it goes slower from half of the limit on, and stops at it';
  await writeFile(picture, graph({ title, samples, phases, slowMegabytes: stopMegabytes / 2, stopMegabytes }));
  process.stdout.write(`${picture}\n`);
} finally {
  await standby.stop();
  await primary.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Ids in no order, every one once. */
async function dataFile(): Promise<string> {
  const file = join(folder, 'rows.csv');
  const out = createWriteStream(file);
  out.write('id,name,pad,at\n');
  for (let i = 0; i < rows; i += 1) {
    const id = ((i * 7_919) % rows) + 1;
    out.write(`${id},n${id},${String(i).padStart(90, '0')},2024-01-11T00:00:00Z\n`);
  }
  out.end();
  await once(out, 'close');
  return file;
}

async function watchedLoad(file: string): Promise<{ samples: readonly Sample[]; phases: readonly Phase[] }> {
  const child = spawn(
    process.execPath,
    [
      join(packageFolder, 'cli/main.ts'),
      ...['load', file, '--into', 'public.t', '--key', 'id', '--json', '--database-url', primary.url],
      ...['--live', 'yes', '--max-lag-bytes', `${stopMegabytes}000000`],
    ],
    { env: { ...plainEnvironment(), LANDFALL_HOME: join(folder, 'home') }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'close') as Promise<[number]>;
  try {
    return await withClient({ connectionString: primary.url, applicationName: 'graph' }, (db) => watch(db, ended));
  } finally {
    child.kill('SIGINT');
    const [code] = await ended;
    if (code !== 0) process.stderr.write(`the load ended with exit code ${code}\n`);
  }
}

/** Samples until the load has ended; meanwhile the standby is held back as `held` says. */
async function watch(
  db: Db,
  ended: Promise<unknown>,
): Promise<{ samples: readonly Sample[]; phases: readonly Phase[] }> {
  const load: { isRunning: boolean; firstMs: number | null } = { isRunning: true, firstMs: null };
  const stop = ended.finally(() => (load.isRunning = false));
  const seen: { ms: number; merged: number; lag: number }[] = [];
  let phases: readonly Phase[] = [];
  let holding: Promise<void> = Promise.resolve();
  while (load.isRunning) {
    const { merged, lag } = await one<{ merged: number; lag: number }>(db, progress());
    if (merged > 0 && load.firstMs === null) {
      load.firstMs = performance.now();
      holding = held(load.firstMs, (all) => (phases = all));
    }
    if (load.firstMs !== null) seen.push({ ms: performance.now() - load.firstMs, merged, lag });
    await Promise.race([sleep(sampleMs), stop]);
  }
  await holding;
  const samples = seen.map(({ ms, merged, lag }, i) => {
    const before = seen[Math.max(0, i - rateOver)];
    const since = ms - (before?.ms ?? ms);
    const rate = since === 0 ? 0 : ((merged - (before?.merged ?? merged)) / since) * 1_000;
    return { seconds: ms / 1_000, rowsPerSecond: rate, lagMegabytes: lag / 1e6 };
  });
  return { samples, phases };
}

/** Untouched for 5 s, nothing replayed for 15 s, 5 s to follow, then three quarters of 20 s without replay, in turns. */
async function held(firstMs: number, tell: (phases: readonly Phase[]) => void): Promise<void> {
  const now = (): number => (performance.now() - firstMs) / 1_000;
  const phases: Phase[] = [];
  const phase = async (what: string, run: () => Promise<void>): Promise<void> => {
    const from = now();
    await run();
    phases.push({ from, to: now(), what });
    tell(phases);
  };
  await sleep(5_000);
  await phase('replays nothing', async () => {
    await ask(standby, sql`select pg_wal_replay_pause()`);
    await sleep(15_000);
    await ask(standby, sql`select pg_wal_replay_resume()`);
  });
  await sleep(5_000);
  await phase('replays slowly', async () => {
    const until = now() + 20;
    while (now() < until) {
      await ask(standby, sql`select pg_wal_replay_pause()`);
      await sleep(1_200);
      await ask(standby, sql`select pg_wal_replay_resume()`);
      await sleep(400);
    }
  });
}

function progress(): Sql {
  return sql`
    select
      coalesce((
        select sum((transaction ->> 'rows')::bigint)
        from landfall.batches
        cross join lateral jsonb_array_elements(times) as transaction
      ), 0)::bigint as merged,
      coalesce((
        select max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))
        from pg_stat_replication
      ), 0)::bigint as lag`;
}

async function ask(server: TemporaryServer, statement: Sql): Promise<void> {
  await onServer(server, (db) => outside(db, statement));
}
