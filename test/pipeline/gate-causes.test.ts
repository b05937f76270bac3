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
