import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { many, one, withClient } from '../../functions/db/client.ts';
import type { Ended } from './command.ts';

/** The command ended well, and its counts balance. */
export function expectLoaded(ended: Ended): { report: LoadReport } {
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const { report } = ended;
  if (report === null) throw new Error(`no report: ${ended.stderr}`);
  expect(['LOADED', 'ALREADY_LOADED']).toContain(report.outcome);
  const { records, rejected, duplicate, inserted, updated, unchanged, stale } = report.counts;
  expect(records).toBe(rejected + duplicate + inserted + updated + unchanged + stale);
  return { report };
}

/** The orders table of the faults' loads, empty. */
export async function createOrders(url: string): Promise<void> {
  await query(
    url,
    `create table public.orders (id bigint primary key, account text not null, email text, amount numeric(12,2) not null,
       currency char(3) not null, created_at timestamptz not null, status text not null, note text)`,
  );
}

/** Rows of one statement on a connection of its own. */
export async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  return await withClient({ connectionString: url, applicationName: 'test' }, (db) => many<Row>(db, trustedSql(text)));
}

/** Of all rows, whatever their order. */
export async function checksum(url: string): Promise<string> {
  const [row] = await query<{ sum: string }>(
    url,
    `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from public.orders as t`,
  );
  return row?.sum ?? '';
}

/** Nothing is left behind, and the quarantine holds what the counts say, each reject with its own bytes. */
export async function expectWhole(url: string): Promise<void> {
  await withClient({ connectionString: url, applicationName: 'test' }, async (db) => {
    const found = await one<{
      rejects: number;
      duplicates: number;
      rejected: number;
      duplicate: number;
      bare: number;
      staging: number;
      leases: number;
    }>(
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
    expect(found).toMatchObject({
      rejects: found.rejected,
      duplicates: found.duplicate,
      bare: 0,
      staging: 0,
      leases: 0,
    });
  });
}

/** How far the newest load is. */
export async function received(url: string): Promise<{ staged: number; validated: number; merged: number }> {
  const [row] = await query<{ staged: number; validated: number; merged: number }>(
    url,
    `select
      (select count(*)::integer from landfall.slices where staged_at is not null) as staged,
      (select count(*)::integer from landfall.slices where validated_epoch is not null) as validated,
      (select count(*)::integer from landfall.batches where merged_at is not null) as merged`,
  );
  return row ?? { staged: 0, validated: 0, merged: 0 };
}

/** Slices by the attempt that staged them. */
export async function stagedByAttempt(url: string): Promise<Map<number, number>> {
  const found = await query<{ attempt: number; slices: number }>(
    url,
    'select attempt, count(*)::integer as slices from landfall.slices group by attempt',
  );
  return new Map(found.map(({ attempt, slices }) => [attempt, slices]));
}

/** Until the ledger is there and says so. */
export async function until(url: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while (performance.now() < giveUpAt) {
    const [ledger] = await query<{ there: boolean }>(url, `select to_regclass('landfall.slices') is not null as there`);
    if (ledger?.there === true && (await holds())) return;
    await sleep(10);
  }
  throw new Error('the moment that was waited for did not come in 60 s');
}
