import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { contractFor } from '../../functions/contract/contract-for.ts';
import type { Contract } from '../../functions/core/contract.ts';
import { transaction } from '../../functions/db/client.ts';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// Rules of a dataset, from the request to the target.

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await testPipeline(
    `create table public.t (
       id integer primary key, n integer, code text, on_day date, at_local timestamp, at timestamptz, note text
     )`,
  );
});
afterEach(() => pipeline.end());

const into = { into: 'public.t', businessKey: ['id'] };
const load = async (content: string, request: object, name = 'a.csv'): Promise<LoadReport> =>
  pipeline.load(await pipeline.file(name, content), { ...into, ...request });
const loaded = async (): Promise<number[]> =>
  (await pipeline.rows<{ id: number }>(sql`select id from public.t order by id`)).map(({ id }) => id);
const codes = ({ rejectsByCode }: LoadReport): string[] =>
  rejectsByCode.map(({ code, column, rejects }) => `${code} ${column} ${rejects}`).toSorted();
const messages = async (): Promise<string[]> =>
  (
    await pipeline.rows<{ message: string }>(
      sql`select reason ->> 'message' as message from landfall.rejects, jsonb_array_elements(reasons) as reason order by record_no`,
    )
  ).map(({ message }) => message);

test('days and moments have bounds, in the zone of the load where nothing else says one', async () => {
  const report = await load(
    [
      'id,on_day,at_local,at',
      '1,2024-01-01,2024-01-01 12:00:00,2024-01-01 00:00:00',
      '2,2023-12-31,2024-01-01 12:00:00.000001,2023-12-31 23:59:59',
      '3,2024-12-31,,2023-12-31 23:00:00Z',
      '4,2025-01-01,2023-12-31 23:59:59,2024-06-01 02:00:00+02',
      '5,2024-06-01,,2024-06-01 00:00:01Z',
    ].join('\n'),
    {
      timeZone: 'Europe/Berlin',
      rules: {
        on_day: { min: '2024-01-01', max: '2024-12-31' },
        at_local: { min: '2024-01-01', max: '2024-01-01 12:00' },
        at: { min: '2024-01-01', max: '2024-06-01T00:00:00Z' },
      },
    },
  );
  expect(await loaded()).toEqual([1, 3]);
  expect(codes(report)).toEqual([
    'ABOVE_MAXIMUM at 1',
    'ABOVE_MAXIMUM at_local 1',
    'ABOVE_MAXIMUM on_day 1',
    'BELOW_MINIMUM at 1',
    'BELOW_MINIMUM at_local 1',
    'BELOW_MINIMUM on_day 1',
  ]);
  expect(await messages()).toContain("on_day: '2025-01-01' is after 2024-12-31");
});

test('what lies in the future or the past is told by the start of the load, in its zone', async () => {
  pipeline.before = ({ event }) =>
    event['state'] === 'ValidateSlice'
      ? pipeline.run(`update landfall.loads set started_at = '2024-06-30 22:30:00Z'`)
      : undefined;
  const file = 'id,on_day,at_local,at\n1,2024-07-01,2024-07-01 00:30:00,2024-06-30 22:30:00Z\n';
  const after = '2,2024-07-02,2024-07-01 00:30:01,2024-06-30 22:30:01Z\n';
  const before = '3,2024-06-30,2024-07-01 00:29:59,2024-06-30 22:29:59Z\n';
  const every = (rule: string): object => ({
    timeZone: 'Europe/Berlin',
    rules: { on_day: { [rule]: true }, at_local: { [rule]: true }, at: { [rule]: true } },
  });
  const future = await load(file + after, every('notFuture'));
  expect(codes(future)).toEqual(['IN_FUTURE at 1', 'IN_FUTURE at_local 1', 'IN_FUTURE on_day 1']);
  expect(await messages()).toContain(
    "on_day: '2024-07-02' lies in the future: the load began at 2024-06-30T22:30:00.000Z, compared in Europe/Berlin",
  );
  expect(codes(await load(file + before, every('notPast'), 'b.csv'))).toEqual([
    'IN_PAST at 1',
    'IN_PAST at_local 1',
    'IN_PAST on_day 1',
  ]);
  expect(await loaded()).toEqual([1]);
});

test('a rule that warns counts the records that break it alone, says where they stand, and lets them be merged', async () => {
  const rules = {
    n: { max: '10', min: '0', severity: { max: 'warn' } },
    code: { required: true, oneOf: ['a', 'b'], severity: 'warn' },
  };
  const lines = ['1,11,a', '2,12,', '3,-1,c', '4,13,"c', 'c"', '5,14,b', '6,x,c'];
  const report = await load(`id,n,code\n${lines.join('\n')}\n`, { rules, sliceBytes: 20 });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 6, inserted: 4, rejected: 2 } });
  expect(await loaded()).toEqual([1, 2, 4, 5]);
  expect(codes(report)).toEqual(['BELOW_MINIMUM n 1', 'INVALID_INTEGER n 1']);
  expect(report.warnings).toEqual([
    {
      code: 'ABOVE_MAXIMUM',
      column: 'n',
      rule: null,
      records: 4,
      places: [
        { record: 1, byteOffset: 10, line: 2 },
        { record: 2, byteOffset: 17, line: 3 },
        { record: 4, byteOffset: 30, line: 5 },
      ],
    },
    { code: 'NOT_ALLOWED', column: 'code', rule: null, records: 1, places: [{ record: 4, byteOffset: 30, line: 5 }] },
    { code: 'REQUIRED', column: 'code', rule: null, records: 1, places: [{ record: 2, byteOffset: 17, line: 3 }] },
  ]);
});

test('a rule that refuses leaves the target untouched, and says all that is against the load', async () => {
  const rules = { n: { max: '10', required: true, severity: 'refuse' }, code: { oneOf: ['a'] } };
  const request = { rules, limits: { maxRejects: 1 } };
  const report = await load('id,n,code\n1,11,a\n2,,b\n3,12,a\n4,1,a\n', request);
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE_BROKEN', counts: { rejected: 3 } });
  expect(report.message?.split('\n').slice(0, 3)).toEqual([
    '2 records break ABOVE_MAXIMUM of n, which refuses the load; the first is at line 2',
    '1 record breaks REQUIRED of n, which refuses the load; the first is at line 3',
    expect.stringContaining('3 records are rejects, and maxRejects is 1'),
  ]);
  expect(await loaded()).toEqual([]);
  expect(await load('id,n,code\n1,1,a\n2,1,b\n', request, 'b.csv')).toMatchObject({
    outcome: 'LOADED',
    counts: { inserted: 1, rejected: 1 },
  });
});

test('a value is looked up in a table or in a list; NULL passes, and a warning counts', async () => {
  await pipeline.run(
    `create table public.codes (code text, n bigint); insert into public.codes values ('a', 1), ('a', 2), (null, 3)`,
  );
  const list = { from: 'codes.txt', values: ['1', '2'] };
  const report = await load('id,n,code,note\n1,1,a,a\n2,9,b,b\n3,,,c\n4,1,a,a\n5,x,a,a\n6,3,a,a\n', {
    rules: {
      code: { lookup: 'public.codes(code)' },
      n: { lookup: list },
      note: { lookup: 'public.codes ( "code" )', severity: 'warn' },
    },
  });
  expect(await loaded()).toEqual([1, 3, 4]);
  expect(codes(report)).toEqual(['INVALID_INTEGER n 1', 'LOOKUP code 1', 'LOOKUP n 2']);
  expect(await messages()).toEqual([
    "n: '9' is not in the list codes.txt",
    "code: 'b' is not in public.codes (code)",
    expect.stringContaining("n: 'x'"),
    "n: '3' is not in the list codes.txt",
  ]);
  expect(report.warnings).toEqual([expect.objectContaining({ code: 'LOOKUP', column: 'note', records: 1 })]);
  const refused = await load(
    'id,code\n7,a\n8,b\n',
    { rules: { code: { lookup: 'public.codes(code)', severity: 'refuse' } } },
    'b.csv',
  );
  expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'RULE_BROKEN' });
});

test('a lookup that cannot be made is told with what else is wrong', async () => {
  await pipeline.run(`create table public.codes (code text); create view public.seen as select code from public.codes`);
  const report = await load('id,n\n1,1\n', {
    rules: {
      id: { lookup: 'public.nothing(id)' },
      n: { lookup: 'public.codes(code)' },
      code: { lookup: 'public.seen(code)' },
      note: { lookup: 'public.codes(name)' },
      on_day: { lookup: { from: 'days.txt', values: ['2024-01-01'] } },
    },
  });
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
  expect(report.message).toMatchInlineSnapshot(`
    "Dataset public.t(id) does not fit its table:
      lookup of "on_day": only for text and numbers where it is a list, but its type is date. Use a CHECK on the table.
      lookup of "id": there is no table public.nothing in this database
      lookup of "n": public.codes (code) cannot be compared: operator does not exist: text pg_catalog.= integer
      lookup of "code": public.seen is no table: name one, or say it in SQL (recordRules)
      lookup of "note": public.codes (name) cannot be compared: column codes.name does not exist"
  `);
});

test('a request names no file to be read', async () => {
  const path = await pipeline.file('a.csv', 'id,code\n1,a\n');
  const request = {
    bucket: 'file://',
    key: path,
    ...into,
    rules: { code: { lookup: { list: 'file:///etc/hostname' } } },
  };
  expect(JSON.stringify(await pipeline.execute(request))).toContain('a list is read for a declared dataset alone');
});

test('a declared dataset has its lists read when its contract is compiled, with their hash', async () => {
  const path = await pipeline.file('codes.txt', '\uFEFFa\r\nb\r\n\r\na\r\n');
  const compiled = async (list: string): Promise<Contract> =>
    await pipeline.connect((db) =>
      transaction(db, {}, () =>
        contractFor(
          db,
          defineDataset({
            name: 't',
            prefix: 't/',
            table: 'public.t',
            key: ['id'],
            columns: { rules: { code: { lookup: { list } } } },
          }),
        ),
      ),
    );
  const url = pathToFileURL(path).href;
  const { columns } = await compiled(url);
  expect(columns.find(({ name }) => name === 'code')?.rules).toEqual({
    lookup: { from: url, values: ['a', 'b'], sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) },
  });
  await expect(compiled(`${url}.gone`)).rejects.toThrow(/lookup of "code": .*codes.txt.gone cannot be read/u);
});

test('a value that is unique in the file is taken of the first record that breaks no other rule', async () => {
  const content = 'id,n,code\n1,5,x\n2,1,a\n3,,\n4,1,b\n5,1,b\n6,,c\n7,2,b\n8,2,d\n';
  const rules = { n: { unique: true, max: '4' }, code: { unique: true } };
  const report = await load(content, { rules, sliceBytes: 8 });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 8, inserted: 3, rejected: 5 } });
  expect(await loaded()).toEqual([2, 3, 6]);
  expect(codes(report)).toEqual(['ABOVE_MAXIMUM n 1', 'NOT_UNIQUE code 2', 'NOT_UNIQUE n 3']);
  expect(await messages()).toContain("n: '1' is unique in the file, and record 2, at byte 16, has it already");
  const again = await load(content, { rules, force: true });
  expect(codes(again)).toEqual(codes(report));
  const refused = await load('id,n\n9,7\n10,7\n', { rules: { n: { unique: true, severity: 'refuse' } } }, 'b.csv');
  expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'RULE_BROKEN' });
});

test('a value that is there again only warns where the rule says so, of what is merged alone, and the same once more says the same', async () => {
  const content = 'id,n,code\n1,5,x\n2,1,a\n2,1,a\n3,1,\n4,1,b\n5,z,b\n6,1,b\n';
  const rules = { n: { unique: true, max: '4', severity: { unique: 'warn', max: 'warn' } }, code: { unique: true } };
  const report = await load(content, { rules, sliceBytes: 8 });
  expect(report).toMatchObject({
    outcome: 'LOADED',
    counts: { records: 7, inserted: 4, rejected: 3 },
  });
  expect(await loaded()).toEqual([1, 2, 3, 4]);
  expect(report.warnings).toEqual([
    {
      ...{ code: 'NOT_UNIQUE', column: 'n', rule: null, records: 2 },
      places: [
        { record: 4, byteOffset: 28, line: 5 },
        { record: 5, byteOffset: 33, line: 6 },
      ],
    },
    expect.objectContaining({ code: 'ABOVE_MAXIMUM', column: 'n', records: 1 }),
  ]);
  expect((await load(content, { rules, force: true, sliceBytes: 8 })).warnings).toEqual(report.warnings);
});
