import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;

beforeAll(
  async () =>
    void (pipeline = await testPipeline('create table public.t (id int primary key, qty int not null, name text)')),
  120_000,
);
afterAll(async () => await pipeline.end());

const into = { into: 'public.t', businessKey: ['id'] };

it('a load that is refused for several causes is told all of them, with the reasons of its rejects and three places each', async () => {
  const records = ['1,1,a', '2,,b', '3,x,c', '4,,d', '5,,e', '6,,f', '7,y,g'];
  const path = await pipeline.file('several.csv', `id,qty,name\n${records.join('\n')}\n`);
  const report = await pipeline.load(path, { ...into, limits: { maxRejects: 1, maxRejectShare: 0.5 } });
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_REJECTS', counts: { records: 7, rejected: 6 } });
  const [number, share, ...reasons] = (report.message ?? '').split('\n');
  expect(number).toContain('6 records are rejects, and maxRejects is 1');
  expect(share).toContain('6 of 7 records (85.71 %) are rejects, and maxRejectShare is 50 %');
  expect(reasons).toMatchInlineSnapshot(`
    [
      "  NOT_NULL of qty, 4 records: line 3 (byte 18), line 5 (byte 29) and line 6 (byte 34)",
      "  INVALID_INTEGER of qty, 2 records: line 4 (byte 23) and line 8 (byte 44)",
    ]
  `);
  expect(await pipeline.rows(sql`select from public.t`)).toEqual([]);
});

it('a load of rejects alone that is over its limit is told both', async () => {
  const path = await pipeline.file('alone.csv', 'id,qty,name\n1,,a\n2,,b\n');
  const report = await pipeline.load(path, { ...into, limits: { maxRejects: 0 } });
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_REJECTS' });
  expect(report.message?.split('\n')[1]).toContain('all 2 records are rejects');
});

it('what a refusal for rejects says holds no cell of theirs', async () => {
  const path = await pipeline.file('cells.csv', 'id,qty,name\n1,SECRET,a\n2,1,b\n');
  const report = await pipeline.load(path, { ...into, limits: { maxRejects: 0 } });
  expect(report.message).toContain('of qty, 1 record');
  expect(report.message).not.toContain('SECRET');
});

it('a load is refused for more rejects with one reason than its limit for that takes', async () => {
  const path = await pipeline.file('code.csv', 'id,qty,name\n1,,a\n2,,b\n3,x,c\n4,1,d\n');
  const byCode = async (maxRejectsByCode: Record<string, number>) =>
    pipeline.load(path, { ...into, force: true, limits: { maxRejectsByCode } });
  expect(await byCode({ NOT_NULL: 1, INVALID_INTEGER: 1 })).toMatchObject({
    outcome: 'REJECTED',
    code: 'TOO_MANY_REJECTS',
    message: expect.stringContaining('2 rejects with NOT_NULL, and maxRejectsByCode takes 1'),
  });
  expect(await byCode({ NOT_NULL: 2, INVALID_INTEGER: 1 })).toMatchObject({
    outcome: 'LOADED',
    counts: { rejected: 3 },
  });
  expect(await byCode({ NOT_NUL: 2 }).catch(String)).toContain('Did you mean "NOT_NULL"?');
});

it('a file of too few or too many records is refused, rejects counted', async () => {
  const path = await pipeline.file('number.csv', 'id,qty,name\n1,1,a\n2,x,b\n');
  const within = (limits: object) => pipeline.load(path, { ...into, force: true, dryRun: true, limits: { ...limits } });
  expect(await within({ minRecords: 2, maxRecords: 2 })).toMatchObject({ outcome: 'DRY_RUN' });
  expect(await within({ minRecords: 3 })).toMatchObject({ outcome: 'REJECTED', code: 'TOO_FEW_RECORDS' });
  expect(await within({ maxRecords: 1 })).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_RECORDS' });
});

it('a column that is NULL far more often than in the loads before refuses the load', async () => {
  await pipeline.run('truncate public.t; delete from landfall.loads');
  const loaded = async (name: string, nulls: number, columns = 'id,qty,name') => {
    const cells = (i: number): string => (columns === 'id,qty' ? '' : i < nulls ? ',' : ',n');
    const rows = Array.from({ length: 10 }, (_, i) => `${i},1${cells(i)}`);
    const path = await pipeline.file(name, `${columns}\n${rows.join('\n')}\n`);
    return await pipeline.load(path, { ...into, limits: { nullShare: { name: 0.1 } } });
  };
  expect(await loaded('n0.csv', 8)).toMatchObject({ outcome: 'LOADED' });
  await pipeline.run('delete from landfall.loads');
  expect(await loaded('n1.csv', 1)).toMatchObject({ outcome: 'LOADED' });
  expect(await loaded('n2.csv', 2)).toMatchObject({ outcome: 'LOADED' });
  expect(await loaded('n3.csv', 3)).toMatchObject({
    outcome: 'REJECTED',
    code: 'NULL_SHARE',
    message: expect.stringContaining(
      'name is NULL in 30.00 % of the accepted records (3 of 10); in the 2 loads before it was in 15.00 % on average',
    ),
  });
  expect(await loaded('n4.csv', 2)).toMatchObject({ outcome: 'LOADED' });
  expect(await loaded('n5.csv', 0, 'id,qty')).toMatchObject({ outcome: 'REJECTED', code: 'NULL_SHARE' });
});

it('shares of rows that would be updated or turn NULL are of the rows that the table had; each names three of them, beside the other causes', async () => {
  await pipeline.run(`
    create table public.priced (sku text primary key, price numeric(8,2), label text);
    insert into public.priced select 'p' || i, i, 'l' from generate_series(1, 40) as i`);
  const lines = Array.from({ length: 12 }, (_, i) => `p${i + 1},${i + 1.5},${i < 5 ? '' : 'l'}`);
  const path = await pipeline.file('shares.csv', `sku,price,label\n${[...lines, 'p99,1,l'].join('\n')}\n`);
  const within = (limits: object, more: object = {}) =>
    pipeline.load(path, { into: 'public.priced', businessKey: ['sku'], force: true, limits: { ...limits }, ...more });
  const limits = { maxUpdatedShare: 0.2, maxNullTurnedShare: { label: 0.1, price: 0 } };
  const refused = await within({ ...limits, minRecords: 14 });
  // the code is one whose words are told nowhere else
  expect(refused).toMatchObject({
    outcome: 'REJECTED',
    code: 'TOO_MANY_UPDATED',
    planned: { updated: 12, inserted: 1 },
  });
  expect(refused.message?.replaceAll(/explain \d+/gu, 'explain N').split('\n')).toMatchInlineSnapshot(`
    [
      "the file has 13 records, and minRecords is 14: the target is untouched; see whether the file is whole and the right one, or change --min-records",
      "12 of the 40 rows of the table (30.00 %) would be updated, and maxUpdatedShare is 20 %: the target is untouched, e.g. sku=p1 (price '1.00' -> '1.50'), sku=p2 (price '2.00' -> '2.50'), sku=p3 (price '3.00' -> '3.50'); see \`landfall explain N\`, and raise --max-updated-share where it is meant so",
      "5 of the 40 rows of the table (12.50 %) would lose their label, which turns NULL, and maxNullTurnedShare of label is 10 %: the target is untouched, e.g. sku=p1 (label 'l' -> NULL), sku=p2 (label 'l' -> NULL), sku=p3 (label 'l' -> NULL); see \`landfall explain N\`, and raise --max-null-turned-share where it is meant so",
    ]
  `);
  const held = await within(limits, { approve: 'over-limit' });
  expect(held).toMatchObject({
    outcome: 'HELD',
    held: { codes: ['TOO_MANY_UPDATED', 'TOO_MANY_TURNED_NULL'] },
    diff: refused.diff,
  });
  expect(await within(limits, { dryRun: true })).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_UPDATED' });
  expect(await pipeline.rows(sql`select from public.priced where (price <> trunc(price)) or (label is null)`)).toEqual(
    [],
  );
  expect(await within({ maxNullTurnedShare: { lable: 0.1 } })).toMatchObject({
    outcome: 'REJECTED',
    code: 'RULE',
    message: expect.stringContaining('Did you mean "label"?'),
  });
  // 12 of 40 is 0.3
  expect(
    await within({ maxUpdatedShare: 0.3, maxDeletedShare: 0, maxNullTurnedShare: { label: 0.125 } }),
  ).toMatchObject({
    outcome: 'LOADED',
    counts: { updated: 12 },
  });
});
