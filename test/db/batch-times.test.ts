import { afterAll, beforeAll, expect, test } from 'vitest';
import { noCounts } from '../../functions/core/dispositions.ts';
import { sql } from '../../functions/core/sql.ts';
import { execute, one, withClient, type Db } from '../../functions/db/client.ts';
import { updateBatchReceipt } from '../../functions/ledger/batches/parts-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

async function loadOfOneBatch(db: Db): Promise<number> {
  const { load_id: loadId } = await one<{ load_id: number }>(
    db,
    sql`
      insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request)
      values ('d', 'public.t', 'b', 'k', 'null', 1, 1, '{}')
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
    const loadId = await loadOfOneBatch(db);
    for (let records = 1; records <= 510; records += 1) {
      const receipt = { counts: noCounts, ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
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
  });
});
