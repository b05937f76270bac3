import { afterAll, beforeAll, expect, test } from 'vitest';
import { typedSqlHash } from '../../functions/contract/typed-sql.ts';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// Columns that no file brings: what every record has in them, from the request to the target.

let pipeline: Pipeline;
let environment: Record<string, string> = {};
beforeAll(async () => {
  pipeline = await testPipeline(
    `create table public.sales (region text not null, id integer, amount numeric(8, 2), source varchar(6), primary key (region, id),
       constraint small check (source <> 'shop' or amount < 100));
     create table public.events (id integer primary key, kind text not null, day date);
     create function public.writes(n integer) returns integer language plpgsql as $$
       begin insert into public.events values (n, 'noted'); return n; end $$;
     create function public.noted(n integer) returns integer language plpgsql stable as $$
       begin return public.writes(n); end $$`,
    { environment: () => environment },
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

/** As a command has it that was typed --derive. */
const deriving = (derive: Record<string, string>, rest: object = {}): object => {
  const rules = JSON.stringify({ derive, ...rest });
  environment = { LANDFALL_TYPED_RULES: rules };
  return { typedRules: typedSqlHash(rules) };
};

test('a derived column is what its expression says of the cleaned record, and judged as a value of the file is', async () => {
  await pipeline.run(`create table public.lines (code text, id integer, price numeric(8, 2), pieces integer, total numeric(6, 2) not null,
    facts jsonb, email varchar(10) collate "C", primary key (code, id), constraint dear check (total > 1))`);
  const request = {
    into: 'public.lines',
    businessKey: ['code', 'id'],
    clean: { price: ['decimal:comma'], email: ['trim'] },
    constants: { email: 'a@b.ch' },
    sliceBytes: 30,
  };
  const derive = {
    total: 'price * pieces -- of the line',
    code: "lower('C' || id / (pieces - 7))",
    facts: `pg_catalog.jsonb_build_object('domain', split_part(email, '@', 2))`,
  };
  const content = 'id;price;pieces\n1;"1,5";2\n2; 2;3\n3;x;1\n4;1;7\n5;99999;99\n6;"0,1";3\n7;;2\n8;2;2\n2;4;4\n';
  const { clean, ...others } = request;
  const options = {
    ...others,
    clean: { price: [...clean.price, 'trim'] },
    delimiter: ';',
    ...deriving(derive),
  };
  const dry = await load('a.csv', content, { ...options, dryRun: true });
  expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: { inserted: 3, duplicate: 1, rejected: 5 } });
  const report = await load('a.csv', content, options);
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3, duplicate: 1, rejected: 5 } });
  expect(report.supplied).toContainEqual({ column: 'total', derive: 'price * pieces -- of the line' });
  expect(
    await pipeline.rows(
      sql`select record_no::integer as record, reason ->> 'code' as code, reason ->> 'message' as message
          from landfall.rejects, jsonb_array_elements(reasons) as reason where (load_id = ${report.loadId}) and (kind = 'reject') order by 1, 2`,
    ),
  ).toMatchInlineSnapshot(`
    [
      {
        "code": "INVALID_NUMBER",
        "message": "price: 'x' is not a number; decimals are written with a point",
        "record": 3,
      },
      {
        "code": "DERIVE_ERROR",
        "message": "code: its expression raised an error on the record: division by zero (22012)",
        "record": 4,
      },
      {
        "code": "NUMERIC_OVERFLOW",
        "message": "total: '9899901.00' has more digits before the point than numeric(6,2) holds",
        "record": 5,
      },
      {
        "code": "CHECK",
        "message": "total: '0.30' breaks the check dear: (total > (1)::numeric)",
        "record": 6,
      },
      {
        "code": "NOT_NULL",
        "message": "total: is empty, but the column is NOT NULL",
        "record": 7,
      },
    ]
  `);
  expect(await pipeline.rows(sql`select code, id, price, pieces, total, facts from public.lines order by 2`)).toEqual([
    { code: 'c0', id: 1, price: '1.50', pieces: 2, total: '3.00', facts: { domain: 'b.ch' } },
    { code: 'c0', id: 2, price: '4.00', pieces: 4, total: '16.00', facts: { domain: 'b.ch' } },
    { code: 'c-1', id: 8, price: '2.00', pieces: 2, total: '4.00', facts: { domain: 'b.ch' } },
  ]);
  const again = await load('b.csv', 'id;price;pieces\n1;"1,5";2\n2;1;4\n', options);
  expect(again.counts).toMatchObject({ unchanged: 1, updated: 1 });
});

test('all that is wrong with expressions is told at once, and one that writes refuses the load', async () => {
  const events = { into: 'public.events', businessKey: ['id'] };
  const wrong = await load('a.csv', 'id\n8\n', {
    ...events,
    ...deriving({ kind: 'id', day: 'dy + 1', nothing: 'id' }),
  });
  expect(wrong).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
  expect(wrong.message).toMatchInlineSnapshot(`
    "Dataset public.events(id) does not fit its table:
      columns.derive names "nothing", but public.events has no such column. Its columns are "id", "kind", "day".
      columns.derive of "kind": it is of type integer, and the column of text, which it becomes by a cast alone: write (id)::text, where that is meant
      columns.derive of "day": PostgreSQL does not take it as an expression over the record: column "dy" does not exist; the record's columns are "id""
  `);
  const random = await load('a.csv', 'id\n8\n', { ...events, ...deriving({ kind: '(random() + id)::text' }) });
  expect(random.message).toContain('it calls random(), which PostgreSQL takes for volatile');
  const writes = await load('a.csv', 'id\n8\n', { ...events, ...deriving({ kind: 'public.noted(id)::text' }) });
  expect(writes).toMatchObject({ outcome: 'REJECTED', code: 'TARGET_CODE' });
  const lacks = await load('a.csv', 'id\n8\n', { ...events, ...deriving({ kind: 'day::text' }) });
  expect(lacks).toMatchObject({ outcome: 'REJECTED', code: 'MISSING_COLUMN' });
  expect(lacks.message).toContain('"day", read by columns.derive of "kind"');
  expect(await pipeline.rows(sql`select from public.events where kind = 'noted'`)).toEqual([]);
});

test('expressions and places are written together, whichever way the expressions go', async () => {
  await pipeline.run('create table public.both_ways (id integer primary key, half text, line bigint, record text)');
  const content = 'id\n1\n" 2"\n3\n4\n5\n6\n';
  const request = {
    into: 'public.both_ways',
    businessKey: ['id'],
    leniencies: ['trimBlanks'],
    lineage: { line: 'line', record: 'record' },
    sliceBytes: 5,
  };
  // straight into staging; by a table of values, since what it calls is no constant; the same, each record by itself
  for (const half of ['(12 / id)::text', "to_char(12 / id, 'FM9')", '(12 / (id - 6))::text']) {
    await pipeline.run('truncate public.both_ways');
    const report = await load('a.csv', content, { ...request, force: true, ...deriving({ half }) });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 6 } });
    const rows = await pipeline.rows<{ id: number }>(
      sql`select id, half is not null as derived, line::integer, record from public.both_ways order by id`,
    );
    expect(rows).toEqual(
      [1, 2, 3, 4, 5, 6]
        .filter((id) => id !== 6 || !half.includes('- 6'))
        .map((id) => ({ id, derived: true, line: id + 1, record: String(id) })),
    );
  }
});

test('expressions read the line and number of a record, whichever way they go', async () => {
  await pipeline.run(
    'create table public.read_places (id integer primary key, line bigint, record integer, tag text, half text)',
  );
  const request = {
    into: 'public.read_places',
    businessKey: ['id'],
    lineage: { line: 'line', record: 'record' },
    sliceBytes: 5,
  };
  // straight into staging; by a table of values, since what it calls is no constant; the same, each record by itself
  for (const half of ['(12 / line)::text', "to_char(12 / line, 'FM99')", '(12 / (record - 3))::text']) {
    await pipeline.run('truncate public.read_places');
    const report = await load('a.csv', 'id\n1\n2\n3\n4\n', {
      ...request,
      force: true,
      ...deriving({ tag: "line::text || '/' || record", half }),
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 4 } });
    const rows = await pipeline.rows<{ id: number }>(
      sql`select id, tag, half is not null as derived from public.read_places order by id`,
    );
    expect(rows).toEqual(
      [1, 2, 3, 4]
        .filter((id) => id !== 3 || !half.includes('- 3'))
        .map((id) => ({ id, tag: `${id + 1}/${id}`, derived: true })),
    );
  }
});

test('staging that is lost behind the gate is filled with the same again', async () => {
  await pipeline.run(
    `create table public.refilled (id integer primary key, half integer, line bigint not null, record bigint not null, region text not null)`,
  );
  let lost = 0;
  pipeline.before = async ({ event }) => {
    if (event['state'] !== 'MergeLane' || lost > 0) return;
    lost += 1;
    await pipeline.run(`truncate landfall_staging.epochs; do $$ declare t text; begin
      for t in select relname from pg_class join pg_namespace n on n.oid = relnamespace
        where nspname = 'landfall_staging' and relname ~ '_(typed|raw|verdicts)$'
      loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
  };
  const report = await load('a.csv', 'id\n1\n\n2\n" 3"\n0\n5\n', {
    into: 'public.refilled',
    businessKey: ['id'],
    leniencies: ['trimBlanks'],
    constants: { region: 'EU' },
    lineage: { line: 'line', record: 'record' },
    sliceBytes: 6,
    ...deriving({ half: '12 / id' }),
  });
  pipeline.before = null;
  expect(lost).toBe(1);
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 4, rejected: 1 } });
  expect(
    await pipeline.rows(sql`select id, half, line::integer, record::integer, region from public.refilled order by 1`),
  ).toEqual([
    { id: 1, half: 12, line: 2, record: 1, region: 'EU' },
    { id: 2, half: 6, line: 4, record: 2, region: 'EU' },
    { id: 3, half: 4, line: 5, record: 3, region: 'EU' },
    { id: 5, half: 2, line: 7, record: 5, region: 'EU' },
  ]);
});

test('of JSON lines an expression reads NULL where no record has the key, and its own failures are told beside other faults', async () => {
  await pipeline.run(
    `create table public.keys (id integer primary key, a integer, b integer, kind text, ratio integer)`,
  );
  const report = await load('a.ndjson', '{"id":1,"a":4}\n{"id":2,"a":0}\n{"id":"x","a":0}\n', {
    into: 'public.keys',
    businessKey: ['id'],
    format: 'ndjson',
    rules: { a: { min: '1' } },
    ...deriving({ kind: "coalesce(b::text, 'none')", ratio: '8 / a' }),
  });
  expect(report.counts).toMatchObject({ inserted: 1, rejected: 2 });
  expect(report.rejectsByCode).toEqual(
    expect.arrayContaining([
      { code: 'BELOW_MINIMUM', column: 'a', rejects: 2 },
      { code: 'DERIVE_ERROR', column: 'ratio', rejects: 1 },
    ]),
  );
  expect(await pipeline.rows(sql`select id, a, kind, ratio from public.keys`)).toEqual([
    { id: 1, a: 4, kind: 'none', ratio: 2 },
  ]);
});
