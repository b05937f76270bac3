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
