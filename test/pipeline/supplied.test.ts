import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// Columns that no file brings: what every record has in them, from the request to the target.

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(
    `create table public.sales (region text not null, id integer, amount numeric(8, 2), source varchar(6), primary key (region, id),
       constraint small check (source <> 'shop' or amount < 100));
     create table public.events (id integer primary key, kind text not null, day date)`,
  );
});
afterAll(() => pipeline.end());

let files = 0;
const load = async (name: string, content: string, request: object): Promise<LoadReport> => {
  files += 1;
  return await pipeline.load(await pipeline.file(`${files}-${name}`, content), request);
};

const sales = { into: 'public.sales', businessKey: ['region', 'id'] };

test('a constant is in every record, as a part of the key too, and judged as a value of the file is', async () => {
  const constants = { region: 'EU', source: 'shop' };
  // the second is odd, so it takes the other way into staging
  const content = 'id,amount\n1,5\n2," 6"\n3,"7"\n4,100\n';
  const dry = await load('a.csv', content, { ...sales, constants, dryRun: true, leniencies: ['trimBlanks'] });
  expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: { inserted: 3, rejected: 1 } });
  const report = await load('a.csv', content, { ...sales, constants, leniencies: ['trimBlanks'] });
  expect(report).toMatchObject({
    outcome: 'LOADED',
    counts: { inserted: 3, rejected: 1 },
    rejectsByCode: [{ code: 'CHECK', rejects: 1 }],
    supplied: [
      { column: 'region', constant: 'EU' },
      { column: 'source', constant: 'shop' },
    ],
  });
  const again = await load('b.csv', 'id,amount\n1,5\n2,8\n', { ...sales, constants });
  expect(again.counts).toMatchObject({ unchanged: 1, updated: 1 });
  const other = await load('c.csv', 'id,amount\n1,5\n', { ...sales, constants: { ...constants, region: 'US' } });
  expect(other.counts).toMatchObject({ inserted: 1 });
  expect(await pipeline.rows(sql`select region, id, amount, source from public.sales order by 1, 2`)).toEqual([
    { region: 'EU', id: 1, amount: '5.00', source: 'shop' },
    { region: 'EU', id: 2, amount: '8.00', source: 'shop' },
    { region: 'EU', id: 3, amount: '7.00', source: 'shop' },
    { region: 'US', id: 1, amount: '5.00', source: 'shop' },
  ]);
});

test('a constant that does not fit its column rejects each record, and one that is no such value refuses the load', async () => {
  const long = await load('a.csv', 'id,amount\n8,5\n', {
    ...sales,
    constants: { region: 'EU', source: 'too long' },
    limits: { allowAllRejected: true },
  });
  expect(long.rejectsByCode).toMatchObject([{ code: 'TOO_LONG', column: 'source' }]);
  const day = await load('a.csv', 'id\n8\n', {
    into: 'public.events',
    businessKey: ['id'],
    constants: { kind: 'x', day: '2024-02-30' },
  });
  expect(day).toMatchObject({ outcome: 'REJECTED', code: 'RULE', message: expect.stringContaining('"day"') });
  const today = await load('a.csv', 'id\n8\n', {
    into: 'public.events',
    businessKey: ['id'],
    constants: { kind: 'x', day: 'today', nothing: 'y' },
  });
  expect(today.message).toContain('"nothing"');
  expect(today.message).toContain('"today" means something else at each run');
});

test('of JSON lines a constant is what no record may name', async () => {
  const report = await load('a.ndjson', '{"id":1}\n{"id":2,"kind":"y"}\n', {
    into: 'public.events',
    businessKey: ['id'],
    format: 'ndjson',
    constants: { kind: 'x' },
  });
  expect(report).toMatchObject({ counts: { inserted: 1, rejected: 1 }, rejectsByCode: [{ code: 'UNKNOWN_KEY' }] });
  const csv = await load('a.csv', 'id,kind\n3,y\n', {
    into: 'public.events',
    businessKey: ['id'],
    constants: { kind: 'x' },
  });
  expect(csv).toMatchObject({ outcome: 'REJECTED', code: 'UNFILLABLE_COLUMN' });
  expect(csv.message).toContain('has its values from the dataset');
});
