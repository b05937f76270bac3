import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { literal, sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { loginUrl } from '../support/database-url.ts';
import { outside } from '../support/outside.ts';
import { ledgerOn, onServer, ownServer, standbyOf } from '../support/own-server.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { forTestedServer } from '../support/postgres-package.ts';
import { typedVerbs } from '../support/typed-verbs.ts';
import { type } from '../unit/cli/terminal.ts';

// whole loads beside a server that is short of something: they stop, go on, and end with the right rows

const rows = 24_000;
/** Of one small batch: a transaction that was begun below the limit, in each lane. */
const overshoot = 8_000_000;

let server: TemporaryServer;
let standby: TemporaryServer;
let pipeline: Pipeline;

/** Each is a whole load that waits, on a machine that may be busy with other tests. */
const patience = 60_000;

beforeAll(async () => {
  server = await ownServer({
    max_wal_size: '4GB',
    autovacuum: 'off',
    archive_mode: 'on',
    // takes all but where a test says that it fails
    archive_command: 'test ! -e archive_is_closed',
  });
  standby = await standbyOf(server);
  pipeline = await testPipeline('', { waits: 0.2 }, ledgerOn(server));
});

afterAll(async () => {
  await pipeline?.end();
  await standby?.stop();
  await server?.stop();
});

beforeEach(async () => {
  await pipeline.run(`
    create table t (id int primary key, name text not null, pad text not null);
    create index on t (name);
    insert into t select i, 'old', repeat('o', 300) from generate_series(1, ${rows / 2}) i;
    analyze t`);
});

afterEach(() => pipeline.run('drop table t'));

const onStandby = (statement: ReturnType<typeof sql>): Promise<void> =>
  onServer(standby, (db) => outside(db, statement));

async function lagBytes(): Promise<number> {
  const [standing] = await pipeline.rows<{ lag: number }>(
    sql`select pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint as lag from pg_stat_replication`,
  );
  if (standing === undefined) throw new Error('no standby follows');
  return standing.lag;
}

const waits = (): Promise<{ signal: string; figure: string; ended_at: Date | null }[]> =>
  pipeline.rows(sql`select signal, figure, ended_at from landfall.waits order by begun_at`);

/** Ends so many segments of WAL, of 16 MB, with a record in each. */
async function endSegments(count: number): Promise<void> {
  await pipeline.connect(async (db) => {
    for (let i = 0; i < count; i += 1) {
      await outside(db, sql`select pg_logical_emit_message(false, 'test', 'x')`);
      await outside(db, sql`select pg_switch_wal()`);
    }
  });
}

/** Loads a file that changes half of its rows and inserts the others. */
async function load(name: string, traffic: Record<string, unknown>, by: Pipeline = pipeline): Promise<LoadReport> {
  const lines = Array.from({ length: rows }, (_, i) => `${i + 1},n${i + 1},${'x'.repeat(300)}`);
  const file = await by.file(name, `id,name,pad\n${lines.join('\n')}\n`);
  return await by.load(file, { into: 'public.t', businessKey: ['id'], traffic });
}

async function expectRightRows(report: LoadReport, signal: string): Promise<void> {
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: rows / 2, updated: rows / 2 } });
  expect(
    await pipeline.rows(sql`select count(*) as all, count(*) filter (where name = 'n' || id) as new from public.t`),
  ).toEqual([{ all: rows, new: rows }]);
  // in whole seconds
  expect(Object.keys(report.governor?.secondsLost ?? {})).toContain(signal);
}

test('a standby that replays nothing stops the load within one batch of its limit, and the load ends when it follows again', {
  timeout: patience,
}, async () => {
  const limit = 5_000_000;
  await onStandby(sql`select pg_wal_replay_pause()`);
  const loading = load('standby.csv', { maxLagBytes: limit, live: 'yes' });
  let most = 0;
  await expect
    .poll(
      async () => {
        most = Math.max(most, await lagBytes());
        return await waits();
      },
      { timeout: 30_000, interval: 20 },
    )
    .toMatchObject([
      { signal: 'replication', figure: expect.stringMatching(/^standby standby is .* behind/), ended_at: null },
    ]);
  // it stands still
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const stood = await lagBytes();
  most = Math.max(most, stood);
  expect(most).toBeLessThan(limit + overshoot);
  expect(most).toBeGreaterThan(limit / 2);
  await onStandby(sql`select pg_wal_replay_resume()`);
  await expectRightRows(await loading, 'replication');
});

test('a slot near the end of what it may keep stops the load, and the load ends when it is gone', {
  timeout: patience,
}, async () => {
  await pipeline.run(`alter system set max_slot_wal_keep_size = '96MB'`);
  // what it keeps begins where the last checkpoint did
  await pipeline.run('checkpoint');
  await pipeline.run(`select pg_reload_conf(), pg_create_physical_replication_slot('away', true)`);
  await endSegments(6);
  const loading = load('slot.csv', { maxLagSeconds: 3_600 });
  await expect
    .poll(waits, { timeout: 30_000 })
    .toContainEqual({ signal: 'slots', figure: expect.stringContaining('slot away'), ended_at: null });
  expect(await pipeline.rows(sql`select wal_status from pg_replication_slots`)).not.toEqual([{ wal_status: 'lost' }]);
  await pipeline.run(`select pg_drop_replication_slot('away')`);
  await expectRightRows(await loading, 'slots');
});

test('an archive that takes nothing stops the load, and the load ends when it takes WAL again', {
  timeout: patience,
}, async () => {
  const closed = literal(join(server.dataDirectory, 'archive_is_closed'));
  await pipeline.connect((db) => outside(db, sql`copy (select 1) to ${closed}`));
  await endSegments(44);
  const loading = load('archive.csv', { maxLagSeconds: 3_600 });
  await expect
    .poll(waits, { timeout: 30_000 })
    .toContainEqual({ signal: 'archive', figure: expect.stringContaining('segments of WAL'), ended_at: null });
  await pipeline.run(`copy (select 1) to program 'cat > /dev/null; rm archive_is_closed'`);
  // the archiver gives up for a minute after three tries, unless there is something new
  await endSegments(1);
  await expectRightRows(await loading, 'archive');
});

test('a standby is no target, and each verb that would write says so', { timeout: patience }, async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'standby-')), 't.csv');
  await writeFile(file, 'id,name\n1,one\n');
  const typed = typedVerbs({ file, table: 'public.t', prefix: 't/' });
  const asked = ['load', 'plan', 'retry', 'replay', 'approve', 'decline', 'undo', 'backfill', 'migrate'];
  for (const verb of asked) {
    const { code, err } = await type([verb, ...(typed[verb] ?? []), '--database-url', standby.url]);
    expect({ verb, code, err }).toEqual({
      verb,
      code: 1,
      err: expect.stringMatching(/ is a standby .* takes no writes\. Name the primary server in the database URL\.\n$/),
    });
  }
  for (const verb of ['cancel', 'release', 'pause', 'resume']) {
    const { code, err } = await type([verb, ...(typed[verb] ?? []), '--database-url', standby.url]);
    expect({ verb, code, err }).toEqual({
      verb,
      code: 1,
      err: expect.stringMatching(
        /this server takes no writes, so nothing was changed .* it is a standby, .* doctor says which/,
      ),
    });
  }
});

test('what only reads works on a standby', { timeout: patience }, async () => {
  const typed = typedVerbs({ file: '', table: 'public.t' });
  for (const verb of ['status', 'list']) {
    const { code } = await type([verb, ...(typed[verb] ?? []), '--database-url', standby.url]);
    expect({ verb, code }).toEqual({ verb, code: 0 });
  }
  const { code, out } = await type(['doctor', '--database-url', standby.url]);
  expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('standby') });
});

test('a role that is not shown the standby loads, and the report says what it did not see, and the grant', {
  timeout: patience,
}, async () => {
  const byLoader = await testPipeline(
    forTestedServer(`create role plain_loader login password 'secret';
    grant usage on schema landfall, landfall_staging to plain_loader;
    grant create on schema landfall_staging to plain_loader;
    grant select, insert, update, delete on all tables in schema landfall, landfall_staging to plain_loader;
    grant select, insert, update, maintain on t to plain_loader`),
    { url: (url) => loginUrl(url, 'plain_loader') },
    ledgerOn(server),
  );
  const { outcome, governor } = await load('unseen.csv', {}, byLoader);
  await byLoader.end();
  expect(outcome).toBe('LOADED');
  expect(governor?.unknown).toEqual([
    {
      signal: 'replication',
      why: '1 standby, of which plain_loader is not shown how far it is: grant pg_read_all_stats to "plain_loader";',
    },
  ]);
});
