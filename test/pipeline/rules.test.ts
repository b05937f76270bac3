import { afterEach, beforeEach, expect, test } from 'vitest';
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
