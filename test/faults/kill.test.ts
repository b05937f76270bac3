import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/contract/outcomes.ts';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { many, one, withClient } from '../../functions/db/client.ts';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { Command, type Ended, kill } from './command.ts';
import { faultsPlan } from './plan.ts';

const { seed, moments } = faultsPlan();
const rows = 200_000;
const sliceBytes = 2_000_000;

/** mulberry32: the same seed gives the same moments. */
function randomFrom(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe(`a load of ${rows} records that is killed (seed ${seed})`, () => {
  const random = randomFrom(seed);
  let folder: string;
  let file: string;
  let reference: { checksum: string; counts: LoadReport['counts']; batches: number; slices: number };
  let took: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-kill-'));
    file = join(folder, 'orders.csv');
    await writeOrders(file, { rows, seed, badTypes: 0.01, badStructure: 0.001, duplicateKeys: 0.05, multiline: 0.02, shuffle: true });
    const database = await freshDatabase();
    const startedAt = performance.now();
    const { report } = expectLoaded(await load(database.url).ended);
    took = performance.now() - startedAt;
    reference = { checksum: await checksum(database.url), counts: report.counts, batches: report.batches, slices: report.slices };
    expect(reference.counts.duplicate).toBeGreaterThan(0);
    expect(reference.counts.rejected).toBeGreaterThan(0);
    await database.drop();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const load = (url: string): Command =>
    new Command(
      ['load', file, '--into', 'public.orders', '--key', 'id', '--database-url', url, '--json', '--slice-bytes', `${sliceBytes}`],
      join(folder, 'home'),
    );

  for (let moment = 1; moment <= moments; moment += 1) {
    const [when, whom] = [random(), random()];
    const all = moment % 2 === 1;
    it(`${all ? 'as a whole' : 'one worker'}, moment ${moment}, ends as if nothing had happened`, async () => {
      const database = await freshDatabase();
      const command = load(database.url);
      await Promise.race([sleep(300 + when * took), command.ended]);
      const workers = command.workers();
      if (all) command.killAll();
      else if (workers.length > 0) kill(workers[Math.floor(whom * workers.length)] ?? 0);
      const first = await command.ended;
      // a killed worker is retried by the state machine; a killed command is typed again
      const last = all ? await load(database.url).ended : first;
      const { report } = expectLoaded(last);
      expect(report.counts).toEqual(reference.counts);
      expect(await checksum(database.url)).toBe(reference.checksum);
      await expectWhole(database.url);
      await database.drop();
    });
  }

  it('goes on from its receipts: what was staged and merged before the kill is not done again', async () => {
    const database = await freshDatabase();
    const command = load(database.url);
    await until(database.url, async () => (await received(database.url)).staged >= 3);
    command.killAll();
    await command.ended;
    const before = await received(database.url);
    expectLoaded(await load(database.url).ended);
    const staged = await stagedByAttempt(database.url);
    // the first attempt's slices keep their receipts: nothing that had one was staged again
    expect(staged.get(1) ?? 0).toBeGreaterThanOrEqual(before.staged);
    await database.drop();
  });
});

function expectLoaded(ended: Ended): { report: LoadReport } {
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const { report } = ended;
  if (report === null) throw new Error(`no report: ${ended.stderr}`);
  expect(['LOADED', 'ALREADY_LOADED']).toContain(report.outcome);
  const { records, rejected, duplicate, inserted, updated, unchanged, stale } = report.counts;
  expect(records).toBe(rejected + duplicate + inserted + updated + unchanged + stale);
  return { report };
}

async function freshDatabase(): Promise<TestDatabase> {
  const database = await testDatabase();
  await query(
    database.url,
    `create table public.orders (id bigint primary key, account text not null, email text, amount numeric(12,2) not null,
       currency char(3) not null, created_at timestamptz not null, status text not null, note text)`,
  );
  return database;
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  return await withClient({ connectionString: url, applicationName: 'test' }, (db) => many<Row>(db, trustedSql(text)));
}

async function checksum(url: string): Promise<string> {
  const [row] = await query<{ sum: string }>(
    url,
    `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from public.orders as t`,
  );
  return row?.sum ?? '';
}

/** Nothing is left behind, and the quarantine holds what the counts say, each reject with its own bytes. */
async function expectWhole(url: string): Promise<void> {
  await withClient({ connectionString: url, applicationName: 'test' }, async (db) => {
    const found = await one<{ rejects: number; duplicates: number; rejected: number; duplicate: number; bare: number; staging: number; leases: number }>(
      db,
      sql`
        select loads.rejected, loads.duplicate,
          (select count(*) from landfall.rejects r where r.kind = 'reject') as rejects,
          (select count(*) from landfall.rejects r where r.kind = 'duplicate') as duplicates,
          (select count(*) from landfall.rejects r
            where r.line is null or r.byte_length is null or (r.kind = 'reject' and r.raw is null)) as bare,
          (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'landfall_staging' and c.relkind = 'r' and c.relname <> 'epochs') as staging,
          (select count(*) from landfall.leases) as leases
        from landfall.loads`,
    );
    expect(found).toMatchObject({ rejects: found.rejected, duplicates: found.duplicate, bare: 0, staging: 0, leases: 0 });
  });
}

async function received(url: string): Promise<{ staged: number }> {
  const [row] = await query<{ staged: number }>(
    url,
    `select count(*)::integer as staged from landfall.slices where staged_at is not null`,
  );
  return row ?? { staged: 0 };
}

async function stagedByAttempt(url: string): Promise<Map<number, number>> {
  const found = await query<{ attempt: number; slices: number }>(
    url,
    'select attempt, count(*)::integer as slices from landfall.slices group by attempt',
  );
  return new Map(found.map(({ attempt, slices }) => [attempt, slices]));
}

/** Until the ledger is there and says so. */
async function until(url: string, holds: () => Promise<boolean>): Promise<void> {
  for (;;) {
    const [ledger] = await query<{ there: boolean }>(url, `select to_regclass('landfall.slices') is not null as there`);
    if (ledger?.there === true && (await holds())) return;
    await sleep(20);
  }
}
