import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

// Columns that the header has no name for: what spreadsheets, data frames and delimiters at the end of lines leave behind.

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline('create table public.item (id integer primary key, name text, price numeric)');
});
afterAll(() => pipeline.end());
beforeEach(() => pipeline.run('truncate public.item'));

let files = 0;
async function load(
  content: string,
  request: Partial<LoadRequest> = {},
): Promise<Awaited<ReturnType<Pipeline['load']>>> {
  files += 1;
  const path = await pipeline.file(`${files}.csv`, content);
  return await pipeline.load(path, { into: 'public.item', businessKey: ['id'], ...request });
}
const rows = (): Promise<object[]> => pipeline.rows(sql`select id, name, price::text from public.item order by id`);
const rejects = (loadId: number | null): Promise<object[]> =>
  pipeline.rows(sql`
    select line, reasons->0->>'code' as code, reasons->0->>'value' as value, reasons->0->>'message' as message
    from landfall.rejects where (load_id = ${loadId}) order by line`);

test('a delimiter at the end of every line makes an empty column, which is left out and said', async () => {
  const report = await load('id,name,\n1,Nut,\n2,Bolt,\n');
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 0 }, unnamedColumns: [3] });
  expect(await rows()).toEqual([
    { id: 1, name: 'Nut', price: null },
    { id: 2, name: 'Bolt', price: null },
  ]);
});

test('blanks and empty quotes are no values, in any half of staging', async () => {
  const report = await load('id,,name, ,price\n1,"",Nut, ,1.5\n2,\u00a0,Bolt,\t,+2\n', { leniencies: ['numberForms'] });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 }, unnamedColumns: [2, 4] });
});

test('a stray value where no name stands is a reject that says which column', async () => {
  const records = Array.from({ length: 40 }, (_, i) => `${i + 1},Nut,${i % 10 === 3 ? '+1' : '1'},,\n`);
  records[5] = '6,Bolt,1,,look here\n';
  records[13] = '14,Bolt,+1,see below,\n';
  const content = `id,name,price,,\n${records.join('')}`;
  const report = await load(content, { sliceBytes: 100, leniencies: ['numberForms'] });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 40, inserted: 38, rejected: 2 } });
  expect(await rejects(report.loadId)).toEqual([
    {
      line: 7,
      code: 'UNNAMED_VALUE',
      value: 'look here',
      message: "column 5: 'look here' stands where the header has no name; name the column, or ignore position 5",
    },
    {
      line: 15,
      code: 'UNNAMED_VALUE',
      value: 'see below',
      message: "column 4: 'see below' stands where the header has no name; name the column, or ignore position 4",
    },
  ]);
});

test('a column of row numbers is refused with the option that loads the file', async () => {
  const content = '"",id,name\n"a",1,Nut\n"b",2,Bolt\n';
  const refused = await load(content);
  expect(refused).toMatchObject({
    outcome: 'REJECTED',
    code: 'UNNAMED_COLUMN',
    message:
      'The header has a column without a name that holds values, at position 1 of 3. ' +
      'Have the source name it, or ignore it by position: --ignore-positions 1.',
  });
  const loaded = await load(content, { ignorePositions: [1] });
  expect(loaded).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
  expect(loaded).not.toHaveProperty('unnamedColumns');
});

test('a position that is ignored may have any name, also one that is there twice', async () => {
  const content = 'id,name,name,colour\n1,Nut,Mutter,red\n';
  const refused = await load(content);
  expect(refused).toMatchObject({
    code: 'DUPLICATE_HEADER',
    message: expect.stringContaining('--ignore-positions 3.'),
  });
  const loaded = await load(content, { ignorePositions: [3, 4] });
  expect(loaded).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
  expect(await rows()).toEqual([{ id: 1, name: 'Nut', price: null }]);
});

test('a resumed load judges the columns alike', async () => {
  const path = await pipeline.file('resumed.csv', 'id,name,\n1,Nut,\n2,Bolt,x\n3,Cog,\n');
  const request = { bucket: 'file://', key: path, into: 'public.item', businessKey: ['id'] };
  pipeline.before = ({ event }) => {
    if (event['state'] === 'Compose') throw new Error('interrupted');
  };
  expect(await pipeline.execute(request)).toMatchObject({ status: 'FAILED' });
  pipeline.before = null;
  await pipeline.run(`update landfall.loads set outcome = 'FAILED' where outcome is null; delete from landfall.leases`);
  const report = await pipeline.load(path, { into: 'public.item', businessKey: ['id'] });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 1 }, unnamedColumns: [3] });
});
