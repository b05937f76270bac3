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

test('lineage says where a new or changed row came from, and leaves rows that did not change as they are', async () => {
  await pipeline.run(`create table public.parts (id integer primary key, name text, amount integer check (amount < 100),
    load bigint not null, file text, line integer, record text, loaded timestamptz, since timestamp)`);
  const request = {
    into: 'public.parts',
    businessKey: ['id'],
    lineage: {
      load: 'load-id',
      file: 'object-key',
      line: 'line',
      record: 'record',
      loaded: 'loaded-at',
      since: 'loaded-at',
    },
    leniencies: ['trimBlanks'],
    sliceBytes: 16,
  };
  const parts = (): Promise<object[]> =>
    pipeline.rows(
      sql`select id, name, load::integer, right(file, 5) as file, line, record, loaded = date_trunc('milliseconds', started_at) as loaded, since = loaded at time zone 'UTC' as since
          from public.parts join landfall.loads on load_id = load order by id`,
    );
  const says = (loadId: number | null, file: string, line: number, record: number): object => ({
    ...{ load: loadId, file, line, record: String(record), loaded: true, since: true },
  });
  // records of two lines, blank lines, and cells that take the other way into staging, over several slices
  const content = 'id,name,amount\n1,a,1\n\n2,"b\nb",2\n3," c"," 3"\n4,d,400\n\n5,e,5\n6,f,6\n';
  expect((await load('a.csv', content, { ...request, dryRun: true })).counts).toMatchObject({ inserted: 5 });
  const first = await load('a.csv', content, request);
  expect(first).toMatchObject({ outcome: 'LOADED', counts: { inserted: 5, rejected: 1 } });
  expect(first.supplied).toContainEqual({ column: 'file', lineage: 'object-key' });
  const { loadId: one } = first;
  expect(await parts()).toEqual([
    { id: 1, name: 'a', ...says(one, 'a.csv', 2, 1) },
    { id: 2, name: 'b\nb', ...says(one, 'a.csv', 4, 2) },
    { id: 3, name: 'c', ...says(one, 'a.csv', 6, 3) },
    { id: 5, name: 'e', ...says(one, 'a.csv', 9, 5) },
    { id: 6, name: 'f', ...says(one, 'a.csv', 10, 6) },
  ]);

  const second = await load('b.csv', 'id,name,amount\n1,a,1\n5,x,5\n', request);
  expect(second.counts).toMatchObject({ unchanged: 1, updated: 1 });
  expect((await parts())[0]).toEqual({ id: 1, name: 'a', ...says(one, 'a.csv', 2, 1) });
  expect((await parts())[3]).toEqual({ id: 5, name: 'x', ...says(second.loadId, 'b.csv', 3, 2) });

  // a replay's rows stand where they stood first, and are its own
  await pipeline.run('alter table public.parts drop constraint parts_amount_check');
  const { bucket, key } = first.object;
  const replay = await pipeline.load(key, {
    bucket,
    versionId: 'replay:of it',
    ...request,
    replay: { of: one ?? 0, from: 'quarantine', format: { kind: 'csv', delimiter: ',' }, gatedBelow: null },
  });
  expect(replay).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
  expect((await parts())[3]).toEqual({ id: 4, name: 'd', ...says(replay.loadId, 'a.csv', 7, 4) });
});

test('lineage that its column cannot hold, or that would be a version, is refused with all else that is wrong', async () => {
  const report = await load('a.csv', 'id\n8\n', {
    into: 'public.events',
    businessKey: ['id'],
    conflict: { rule: 'newer-wins', versionColumn: 'day' },
    lineage: { kind: 'line', day: 'loaded-at' },
    constants: { id: '1' },
  });
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
  expect(report.message).toContain('columns.lineage names "day", but that is the version of a row');
});
