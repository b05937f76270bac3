import { afterAll, beforeAll, expect, test } from 'vitest';
import { execute, withClient, type Db } from '../../functions/db/client.ts';
import { sql } from '../../functions/core/sql.ts';
import { readOpenRejects } from '../../functions/operate/open-rejects/open-rejects.ts';
import { openRejectsTable } from '../../functions/words/summary-lines/open-rejects-lines.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

const rule = (code: string, column: string | null, rejects: number): object => ({ code, column, rejects });
const reason = (code: string, column: string | null, more?: object): object => ({
  ...{ code, column, value: 'secret', message: 'secret' },
  ...(more !== undefined && { more }),
});

interface Made {
  readonly loadId: number;
  readonly outcome?: string;
  readonly rejected: number;
  readonly closed?: number | null;
  readonly rules?: readonly object[];
  readonly undone?: boolean;
  /** Of the records that are kept: their reasons, and whether a replay took each. */
  readonly kept?: readonly { readonly reasons: readonly object[]; readonly closed?: boolean }[];
}

async function make(
  db: Db,
  { loadId, outcome = 'LOADED', rejected, closed = null, rules = [], undone = false, kept }: Made,
): Promise<void> {
  await execute(
    db,
    sql`
      insert into landfall.loads
        (load_id, dataset, target, bucket, key, version_id, generation, size, request, outcome, rejected, closed_rejects, rejects_by_code, undone_at)
      overriding system value
      values (${loadId}, 'd', 'public.t', 'b', ${`k${loadId}`}, 'v', 1, 0, '{}', ${outcome}, ${rejected}, ${closed},
        ${JSON.stringify(rules)}, ${undone ? '2026-11-30T00:00:00Z' : null})`,
  );
  for (const [i, { reasons, closed: isClosed = false }] of (kept ?? [{ reasons: [reason('CHECK', null)] }]).entries())
    await execute(
      db,
      sql`
        insert into landfall.rejects (load_id, record_no, byte_offset, kind, reasons, closed_by)
        values (${loadId}, ${i + 1}, 0, 'reject', ${JSON.stringify(reasons)}, ${isClosed ? 1 : null})`,
    );
}

test('open rejects are those of loads that can be replayed, by the rules that they broke, the newest first', async () => {
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    expect(await readOpenRejects(db)).toEqual({ loads: 0, records: 0, newest: [] });
    // nothing of these waits for anybody
    await make(db, { loadId: 4_001, rejected: 0, kept: [] });
    await make(db, {
      loadId: 4_002,
      rejected: 1,
      closed: 1,
      kept: [{ reasons: [reason('CHECK', null)], closed: true }],
    });
    await make(db, { loadId: 4_003, rejected: 1, outcome: 'REJECTED' });
    await make(db, { loadId: 4_004, rejected: 1, outcome: 'DRY_RUN' });
    await make(db, { loadId: 4_005, rejected: 1, undone: true });
    // forgotten, and before the newest 2,000
    await make(db, { loadId: 4_006, rejected: 1, kept: [] });
    await make(db, { loadId: 100, rejected: 1 });
    // no replay touched it: as it has them counted
    const rules = Array.from({ length: 7 }, (_, i) => rule('CHECK', `c${i}`, 20 - i));
    await make(db, { loadId: 4_010, rejected: 40, rules });
    // a part was taken: counted anew, each rule once a record
    await make(db, {
      loadId: 4_011,
      rejected: 4,
      closed: 1,
      rules: [rule('FOREIGN_KEY', 'p', 1), rule('NOT_NULL', 'n', 3)],
      kept: [
        { reasons: [reason('FOREIGN_KEY', 'p')], closed: true },
        { reasons: [reason('NOT_NULL', 'n'), reason('NOT_NULL', 'n'), reason('TOO_LONG', 'a')] },
        { reasons: [reason('NOT_NULL', 'n'), reason('MORE_REASONS', null, { CHECK: [null], TOO_LONG: ['a', 'b'] })] },
        { reasons: [reason('NOT_NULL', 'n')] },
      ],
    });
    // a part of too many
    await make(db, { loadId: 4_012, rejected: 2_001, closed: 2_000, rules: [rule('CHECK', null, 2_001)] });
    const open = await readOpenRejects(db);
    expect(open).toEqual({
      loads: 3,
      records: 44,
      newest: [
        {
          loadId: 4_012,
          dataset: 'd',
          target: 'public.t',
          rejected: 2_001,
          open: 1,
          asLoaded: true,
          rules: [rule('CHECK', null, 2_001)],
          rulesLeft: 0,
        },
        {
          ...{ loadId: 4_011, dataset: 'd', target: 'public.t', rejected: 4, open: 3, asLoaded: false, rulesLeft: 0 },
          rules: [rule('NOT_NULL', 'n', 3), rule('TOO_LONG', 'a', 2), rule('CHECK', null, 1), rule('TOO_LONG', 'b', 1)],
        },
        {
          loadId: 4_010,
          dataset: 'd',
          target: 'public.t',
          rejected: 40,
          open: 40,
          asLoaded: false,
          rules: rules.slice(0, 5),
          rulesLeft: 2,
        },
      ],
    });
    expect(JSON.stringify(open)).not.toContain('secret');
    expect(openRejectsTable(open, 2, { command: (rest) => `landfall ${rest}` })).toBe(`
44 open rejects: landfall rejects LOAD shows them, landfall replay LOAD judges them again
load 4012  public.t  1 reject   CHECK 2,001 of all that it rejected
load 4011  public.t  3 rejects  NOT_NULL of n 3, TOO_LONG of a 2, CHECK 1, TOO_LONG of b 1
and of 1 more load
`);
    for (let loadId = 4_100; loadId < 4_130; loadId += 1)
      await make(db, { loadId, rejected: 1, rules: [rule('CHECK', null, 1)] });
    const many = await readOpenRejects(db);
    expect(many).toMatchObject({ loads: 33, records: 74 });
    expect(many.newest.map(({ loadId }) => loadId)).toEqual(Array.from({ length: 20 }, (_, i) => 4_129 - i));
  });
});
