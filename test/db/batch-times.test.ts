import { afterAll, beforeAll, expect, test } from 'vitest';
import { noCounts } from '../../functions/core/dispositions.ts';
import { sql } from '../../functions/core/sql.ts';
import { execute, one, withClient, type Db } from '../../functions/db/client.ts';
import { updateBatchReceipt } from '../../functions/ledger/batches/parts-sql.ts';
import { readHistory } from '../../functions/merge/history.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

async function loadOfOneBatch(db: Db, key: string): Promise<number> {
  const { load_id: loadId } = await one<{ load_id: number }>(
    db,
    sql`
      insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request)
      values ('d', 'public.t', 'b', ${key}, 'null', 1, 1, '{}')
      returning load_id`,
  );
  await execute(
    db,
    sql`
      insert into landfall.batches (load_id, batch, slice, from_record, to_record, planned_new, planned_changed, planned_unchanged, planned_stale)
      values (${loadId}, 0, 0, 0, 250000, 250000, 0, 0, 0)`,
  );
  return loadId;
}

test('of a batch that is merged in very many transactions the first five and the newest are kept', async () => {
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    const loadId = await loadOfOneBatch(db, 'narrow');
    for (let records = 1; records <= 510; records += 1) {
      const counts = { ...noCounts, new: records - 1, unchanged: 1 };
      const receipt = { counts, ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
      await execute(db, updateBatchReceipt(loadId, 1, { batch: 0, records, through: records, receipt }));
    }
    const { rows } = await one<{ rows: number[] }>(
      db,
      sql`
        select pg_catalog.jsonb_path_query_array(batches.times, '$[*].rows') as rows
        from landfall.batches
        where (batches.load_id operator(pg_catalog.=) ${loadId})`,
    );
    expect(rows).toEqual([1, 2, 3, 4, 5, ...Array.from({ length: 495 }, (_, i) => 16 + i)]);
    const { first, transactions } = await readHistory(db, loadId);
    expect(first.map((done) => [done.rows, done.written])).toEqual([1, 2, 3, 4, 5].map((n) => [n, n - 1]));
    expect(transactions).toHaveLength(400);
    expect(transactions.at(-1)).toMatchObject({ rows: 510, written: 509, changes: false });
  });
});

test('a load remembers how it began: the first transactions that changed rows, and those that only inserted', async () => {
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    const loadId = await loadOfOneBatch(db, 'wide');
    // the last two batches change rows; two lanes took turns
    await execute(
      db,
      sql`
        insert into landfall.batches
          (load_id, batch, slice, from_record, to_record, planned_new, planned_changed, planned_unchanged, planned_stale, times, merged_at)
        select ${loadId}, batch, 0, 0, 9, 9, case when batch > 20 then 1 else 0 end, 0, 0, (
            select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
              'at', '2026-01-01T00:00:00Z'::timestamptz + make_interval(secs => 100 * ((batch - 1) / 2) + 2 * part + batch % 2),
              'rows', 1000 * batch + part, 'written', 1, 'ms', 7))
            from generate_series(1, 9) as part),
          pg_catalog.clock_timestamp()
        from generate_series(1, 22) as batch`,
    );
    const { first } = await readHistory(db, loadId);
    expect(first.filter(({ changes }) => changes).map(({ rows }) => rows)).toEqual(
      [1, 2, 3, 4, 5].flatMap((part) => [22_000 + part, 21_000 + part]),
    );
    const inserted = first.filter(({ changes }) => !changes).map(({ rows }) => rows);
    expect(inserted.slice(0, 4)).toEqual([2_001, 1_001, 2_002, 1_002]);
    expect(inserted).toHaveLength(40);
  });
});
