import { afterAll, beforeAll, expect, it } from 'vitest';
import { typedSqlHash } from '../../functions/contract/typed-sql.ts';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// A unique index with NULLS NOT DISTINCT is an arbiter like any other: a key without a value is a reject, and rows that have none are those of no record.

let pipeline: Pipeline;
let environment: Record<string, string> = {};
beforeAll(async () => {
  pipeline = await testPipeline(
    `create table public.t (id integer, part text, n integer, unique nulls not distinct (id, part));
    create table public.by_expression (no serial primary key, sku text, price integer);
    create unique index lower_sku on public.by_expression (lower(sku));
    insert into public.by_expression (sku, price) values ('a7', 5)`,
    { environment: () => environment },
  );
});
afterAll(() => pipeline.end());

const rows = async (): Promise<string[]> =>
  (
    await pipeline.rows<{ row: string }>(
      sql`select concat_ws(' ', id, coalesce(part, 'NULL'), n) as row from public.t order by id, part nulls last`,
    )
  ).map(({ row }) => row);

it.each([
  [
    'update',
    {},
    { inserted: 1, updated: 1, rejected: 1, deleted: 0 },
    ['1 a 10', '1 NULL 2', '2 b 3', '2 NULL 4', '3 c 30'],
  ],
  ['insert-only', {}, { inserted: 1, stale: 1, rejected: 1 }, ['1 a 1', '1 NULL 2', '2 b 3', '2 NULL 4', '3 c 30']],
  ['update-only', {}, { updated: 1, rejected: 2 }, ['1 a 10', '1 NULL 2', '2 b 3', '2 NULL 4']],
  // whose record the reject was nobody can tell, so nothing is missing
  [
    'replace',
    { limits: { maxDeletedShare: 1 } },
    { inserted: 1, updated: 1, rejected: 1, deleted: 0 },
    ['1 a 10', '1 NULL 2', '2 b 3', '2 NULL 4', '3 c 30'],
  ],
] as const)(
  'a record without a value for its key is a reject under %s, and rows without one stay',
  async (rule, more, counts, after) => {
    await pipeline.run(
      `truncate public.t; insert into public.t values (1, 'a', 1), (1, null, 2), (2, 'b', 3), (2, null, 4)`,
    );
    const path = await pipeline.file(`${rule}.csv`, 'id,part,n\n1,a,10\n1,,20\n3,c,30\n');
    const report = await pipeline.load(path, {
      into: 'public.t',
      businessKey: ['id', 'part'],
      conflict: { rule },
      ...more,
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts });
    const reasons = sql`select reasons #>> '{0,code}' as code, reasons #>> '{0,column}' as column from landfall.rejects
    where (load_id = ${report.loadId}) and (record_no = 2)`;
    expect(await pipeline.rows(reasons)).toEqual([{ code: 'KEY_NULL', column: 'part' }]);
    expect(await rows()).toEqual(after);
  },
);

it('a file that replaces leaves rows that no record of it could name, and deletes those that one could', async () => {
  await pipeline.run(`truncate public.t; insert into public.t values (1, 'a', 1), (1, null, 2), (2, 'b', 3)`);
  const path = await pipeline.file('lacking.csv', 'id,part,n\n1,a,1\n');
  const request = { into: 'public.t', businessKey: ['id', 'part'], conflict: { rule: 'replace' } };
  // the dry run counts what the load then does
  for (const dryRun of [true, false]) {
    const { outcome, counts } = await pipeline.load(path, { ...request, dryRun });
    expect({ outcome, counts }).toMatchObject({
      outcome: dryRun ? 'DRY_RUN' : 'LOADED',
      counts: { unchanged: 1, deleted: 1 },
    });
  }
  expect(await rows()).toEqual(['1 a 1', '1 NULL 2']);
});

it('an index on an expression is refused with a way out that works', async () => {
  const path = await pipeline.file('skus.csv', 'sku,price\nA7,1\n');
  const into = { into: 'public.by_expression', businessKey: ['sku'] };
  const { outcome, code, message } = await pipeline.load(path, into);
  expect({ outcome, code }).toEqual({ outcome: 'REJECTED', code: 'NO_UNIQUE_INDEX' });
  expect(message).toContain('lower_sku: on (<expression>), an expression; only plain columns can be compared');
  expect(message).toContain('Or give the table a plain column for what the expression says, with a unique index on it');
  await pipeline.run(`alter table public.by_expression add column sku_lower text unique;
    update public.by_expression set sku_lower = lower(sku)`);
  const rules = JSON.stringify({ derive: { sku_lower: 'lower(sku)' } });
  environment = { LANDFALL_TYPED_RULES: rules };
  const derived = { ...into, businessKey: ['sku_lower'], typedRules: typedSqlHash(rules) };
  expect(await pipeline.load(path, derived)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 0, updated: 1 } });
  expect(await pipeline.rows(sql`select sku, price, sku_lower from public.by_expression`)).toEqual([
    { sku: 'A7', price: 1, sku_lower: 'a7' },
  ]);
});
