import { afterEach, beforeEach, expect, test } from 'vitest';
import { typedSqlHash } from '../../functions/contract/typed-sql.ts';
import { literal, sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// Rules in SQL of a dataset, typed to a command, from there to the target.

let pipeline: Pipeline;
let environment: Record<string, string>;
beforeEach(async () => {
  environment = { LANDFALL_TYPED_RULES: '' };
  pipeline = await testPipeline(
    `create table public.t (id integer primary key, a integer, b integer, "Odd ""Name" text, on_day date);
     create table public.allowed (name text);
     insert into public.allowed values ('x');
     create table public.ran (id integer);
     create function public.writes(n integer) returns boolean language plpgsql as $$
       begin insert into public.ran values (n); return true; end $$`,
    { environment: () => environment },
  );
});
afterEach(() => pipeline.end());

const into = { into: 'public.t', businessKey: ['id'] };
const load = async (content: string, rules: object, request: object = {}): Promise<LoadReport> => {
  const typed = JSON.stringify(rules);
  environment = { LANDFALL_TYPED_RULES: typed };
  const path = await pipeline.file('a.csv', content);
  return await pipeline.load(path, { ...into, typedRules: typedSqlHash(typed), ...request });
};
const loaded = async (): Promise<number[]> =>
  (await pipeline.rows<{ id: number }>(sql`select id from public.t order by id`)).map(({ id }) => id);
const rejects = async (): Promise<object[]> =>
  pipeline.rows(
    sql`select record_no::integer as record, reason ->> 'code' as code, reason ->> 'message' as message
        from landfall.rejects, jsonb_array_elements(reasons) as reason order by 1, 2`,
  );

test('a predicate over a record rejects where it is false, takes NULL, and sees cells as the table would hold them', async () => {
  const report = await load('id,a,b,"Odd ""Name"\n1,1,2,x\n2,3,2,x\n3,,2,y\n4,1 ,2,x\n5,2,1,y\n', {
    recordRules: [
      { name: 'order', sql: 'a <= b -- in order', words: 'a comes first' },
      { name: 'known', sql: `"Odd ""Name" is null or exists (select from public.allowed where name = "Odd ""Name")` },
      { name: 'of what the file lacks', sql: "on_day > date '2024-01-01'" },
    ],
  });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, rejected: 4 } });
  expect(await loaded()).toEqual([1]);
  expect(await rejects()).toEqual([
    { record: 2, code: 'RECORD_RULE', message: "a, b: '3, 2' breaks the rule order: a comes first" },
    {
      record: 3,
      code: 'RECORD_RULE',
      message: `Odd "Name: 'y' breaks the rule known: "Odd ""Name" is null or exists (select from public.allowed where name = "Odd ""Name")`,
    },
    { record: 4, code: 'INVALID_INTEGER', message: expect.stringContaining("a: '1 '") },
    { record: 5, code: 'RECORD_RULE', message: expect.stringContaining('breaks the rule order') },
    { record: 5, code: 'RECORD_RULE', message: expect.stringContaining('breaks the rule known') },
  ]);
});

test('a predicate that raises rejects the records that it raises on, with its words', async () => {
  const report = await load('id,a,b\n1,4,2\n2,4,0\n3,1,2\n', { recordRules: [{ name: 'ratio', sql: 'a / b >= 1' }] });
  expect(report.counts).toMatchObject({ inserted: 1, rejected: 2 });
  expect(await rejects()).toEqual([
    { record: 2, code: 'CHECK_ERROR', message: expect.stringMatching(/rule of the dataset.*division by zero/u) },
    { record: 3, code: 'RECORD_RULE', message: "a, b: '1, 2' breaks the rule ratio: a / b >= 1" },
  ]);
});

test('a predicate writes nothing', async () => {
  const report = await load('id,a\n1,4\n', { recordRules: [{ name: 'writes', sql: 'public.writes(a)' }] });
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TARGET_CODE' });
  expect(report.message).toContain('SQL of the dataset');
  expect(await pipeline.rows(sql`select from public.ran`)).toEqual([]);
});

test('all that is wrong with rules in SQL is told at once, with the rules of columns', async () => {
  const wrong = [
    ['column', 'a < c'],
    ['statement', 'a > 1; drop table public.t'],
    ['union', 'true) union select (a > 1'],
    ['two', 'a > 1) then 1 end, case when (true'],
    ['comment', 'a > 1 /*'],
    ['quote', 'a > 1) then 1 end; drop table public.t; select ($q$'],
    ['number', 'a + b'],
    ['aggregate', 'count(a) > 1'],
    ['set', 'generate_series(1, a) > 1'],
    ['parameter', 'a > $1'],
    ['constant', 'true'],
    ['function', 'nothing(a)'],
  ];
  const rules = { recordRules: wrong.map(([name, text]) => ({ name, sql: text })) };
  const report = await load('id,a,b\n1,1,1\n', rules, {
    rules: { nothing: { required: true } },
    sensitive: ['secret'],
  });
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
  expect(report.message).toMatchInlineSnapshot(`
    "Dataset public.t(id) does not fit its table:
      a rule is for "nothing", but public.t has no such column. Its columns are "id", "a", "b", "Odd \\"Name", "on_day".
      recordRules, "column": PostgreSQL does not take it as a condition over the record: column "c" does not exist; the record's columns are "id", "a", "b", "Odd \\"Name", "on_day"
      recordRules, "statement": PostgreSQL does not take it as a condition over the record: syntax error at or near ";"
      recordRules, "union": PostgreSQL does not take it as a condition over the record: syntax error at or near "union"
      recordRules, "two": PostgreSQL does not take it as a condition over the record: syntax error at or near "then"
      recordRules, "comment": PostgreSQL does not take it as a condition over the record: unterminated /* comment at or near "/*\\n)) then 1 end as "one" from (select null::integer as "a" offset 0) as "landfall record" limit $1::pg_catalog.int8"
      recordRules, "quote": PostgreSQL does not take it as a condition over the record: syntax error at or near "then"
      recordRules, "number": PostgreSQL does not take it as a condition over the record: argument of CASE/WHEN must be type boolean, not type integer
      recordRules, "aggregate": PostgreSQL does not take it as a condition over the record: aggregate functions are not allowed in WHERE
      recordRules, "set": PostgreSQL does not take it as a condition over the record: argument of CASE/WHEN must not return a set
      recordRules, "parameter": $1 and its like stand for nothing here: name a column of the record
      recordRules, "constant": it names no column of the record, so it is the same for all of them
      recordRules, "function": PostgreSQL does not take it as a condition over the record: function nothing(integer) does not exist
    Dataset public.t(id) does not fit its table:
      columns.sensitive names "secret", and public.t has no such column. Its columns are "id", "a", "b", "Odd \\"Name", "on_day"."
  `);
});

test('a load that was asked for with typed rules goes on with them alone', async () => {
  const typed = JSON.stringify({ recordRules: [{ name: 'order', sql: 'a <= b' }] });
  pipeline.before = ({ event }) => {
    if (event['state'] === 'PlanSlices') environment = { LANDFALL_TYPED_RULES: '' };
  };
  const report = await load('id,a,b\n1,2,1\n', JSON.parse(typed) as object);
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
  expect(report.message).toContain('type the same `landfall load` again');
  expect(await loaded()).toEqual([]);
});

test('rules in SQL that are written into a request are none', async () => {
  const path = await pipeline.file('a.csv', 'id,a,b\n1,2,1\n');
  pipeline.before = async ({ event }) => {
    if (event['state'] !== 'PlanSlices') return;
    const planted = literal(JSON.stringify({ recordRules: [{ name: 'evil', sql: 'a / 0 > 1' }] })).text;
    await pipeline.run(`update landfall.loads set request = request || ${planted}::jsonb`);
  };
  expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
});

test('a predicate warns of records, or refuses the load, by its name', async () => {
  const ratio = { name: 'ratio', sql: 'a / b >= 1', severity: 'warn' };
  const warned = await load('id,a,b\n1,4,2\n2,4,0\n3,1,2\n4,1,3\n', { recordRules: [ratio] });
  expect(warned).toMatchObject({ outcome: 'LOADED', counts: { inserted: 4, rejected: 0 } });
  expect(warned.warnings).toEqual([
    {
      code: 'RECORD_RULE',
      column: null,
      rule: 'ratio',
      records: 2,
      places: [
        { record: 3, byteOffset: 19, line: 4 },
        { record: 4, byteOffset: 25, line: 5 },
      ],
    },
    { code: 'CHECK_ERROR', column: null, rule: null, records: 1, places: [{ record: 2, byteOffset: 13, line: 3 }] },
  ]);
  const order = { name: 'order', sql: 'a <= b', severity: 'refuse' };
  const refused = await load('id,a,b\n1,4,2\n2,4,x\n', { recordRules: [order, ratio] }, { force: true });
  expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'RULE_BROKEN' });
  expect(refused.message).toMatch(
    /^1 record breaks the rule order of the dataset, which refuses the load; the first is at line 2\n/u,
  );
});

test('a rule over the load sees the accepted records alone, and refuses the load or warns of it', async () => {
  const content = 'id,a,b\n1,4,2\n2,x,5\n3,1,2\n3,1,3\n';
  const sums = (rule: string, more: object = {}): object => ({ loadRules: [{ name: 'sums', sql: rule, ...more }] });
  const holds = await load(content, sums('select sum(a) = 5 and sum(b) = 5 and count(on_day) = 0 from staged -- all'));
  expect(holds).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, duplicate: 1, rejected: 1 } });
  const warned = await load(
    content,
    sums('(select sum(a) from staged) > 5', { severity: 'warn', words: 'the sum is low' }),
    {
      force: true,
    },
  );
  expect(warned).toMatchObject({
    outcome: 'LOADED',
    loadWarnings: [
      {
        code: 'LOAD_RULE',
        column: null,
        rule: 'sums',
        message: 'the rule sums does not hold of the load: the sum is low',
      },
    ],
  });
  const rules = {
    loadRules: [
      { name: 'false', sql: 'exists (select from staged where a > 100)' },
      { name: 'null', sql: 'select sum(a) > 1 from staged where a > 100' },
      { name: 'raises', sql: 'select max(b / (a - 1)) > 0 from staged' },
      { name: 'writes', sql: 'select bool_and(public.writes(a)) from staged' },
      { name: 'holds', sql: 'select count(*) = 2 from staged' },
    ],
  };
  const refused = await load(content, rules, {
    force: true,
    rules: {
      a: { distinctAtLeast: 3, maxNullShare: 0 },
      on_day: { maxNullShare: 0.5 },
      b: { distinctAtLeast: 3, severity: 'warn' },
    },
  });
  expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'RULE_BROKEN' });
  expect(refused.message?.split('\n').map((line) => line.replace(': the target is untouched', ''))).toEqual([
    'the rule false does not hold of the load: its SQL answers false',
    'the rule null does not hold of the load: its SQL answers NULL',
    'the rule raises could not be asked: its SQL ended with SQLSTATE 22012',
    'the rule writes wants to write, and a rule only reads: take that out of its SQL',
    'a has 2 different values, and distinctAtLeast is 3',
    '2 of 2 records have no on_day, and maxNullShare is 0.5',
  ]);
  expect(refused.loadWarnings).toEqual([expect.objectContaining({ column: 'b', rule: 'distinctAtLeast' })]);
  expect(await pipeline.rows(sql`select from public.ran`)).toEqual([]);
});

test('what is wrong with rules over the load is told before a byte is read', async () => {
  const wrong = [
    'select sum(nothing) > 1 from staged',
    'select count(*) from staged',
    'true; drop table public.t',
    'true) or (select true',
  ];
  const report = await load('id\n1\n', { loadRules: wrong.map((text, i) => ({ name: `rule ${i}`, sql: text })) });
  expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
  expect(report.message).toMatchInlineSnapshot(`
    "Dataset public.t(id) does not fit its table:
      loadRules, "rule 0": PostgreSQL does not take it as a condition over staged: column "nothing" does not exist
      loadRules, "rule 1": PostgreSQL does not take it as a condition over staged: argument of CASE/WHEN must be type boolean, not type bigint
      loadRules, "rule 2": PostgreSQL does not take it as a condition over staged: syntax error at or near ";""
  `);
});
