import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'], format: 'ndjson' };

describe('a file of JSON lines', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(
      `create table public.t (
        id int primary key, name text, amount numeric, at timestamptz, doc jsonb, raw json, rest jsonb,
        state text not null default 'new', made int generated always as (id * 2) stored
      )`,
    );
  });
  beforeEach(() => pipeline.run('truncate public.t'));
  afterAll(() => pipeline.end());

  const load = async (lines: readonly string[], request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('lines.ndjson', lines.join('\n')), { ...into, force: true, ...request });
  const stored = async (): Promise<object[]> =>
    await pipeline.rows(
      sql`
        select id, name, amount::pg_catalog.text, doc::pg_catalog.text, raw::pg_catalog.text, rest::pg_catalog.text, state
        from public.t order by id`,
    );
  const codes = async ({ loadId }: LoadReport): Promise<object[]> =>
    await pipeline.rows(
      sql`
        select line, byte_offset, pg_catalog.convert_from(raw, 'UTF8') as raw, reasons -> 0 ->> 'code' as code
        from landfall.rejects where load_id = ${loadId} order by record_no`,
    );
  const row = { name: null, amount: null, doc: null, raw: null, rest: null, state: 'new' };

  it.each([20, 64, 1_000_000])('becomes rows by the names of its keys, in slices of %i bytes', async (sliceBytes) => {
    const lines = [
      '\ufeff{"id":1,"name":"a \\"b\\" \\u00e9\\n\\\\N","amount":12345678901234567890.10}',
      '',
      ' \t{ "AMOUNT" : 1E5 , "id" : 2 , "doc":{"a": [1.00, "\\u00e9\\\\"]},\t"raw":{"b":\t1,"b": 2} } \r',
      '{"id":3,"doc":"x","raw":null,"name":[1,"\\t"]}',
      '{"id":4,"amount":"0.50","doc":null,"raw":1.0}',
    ];
    const report = await load(lines, { sliceBytes });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 4, inserted: 4, rejected: 0 },
    });
    expect(await stored()).toEqual([
      { ...row, id: 1, name: 'a "b" é\n\\N', amount: '12345678901234567890.10' },
      { ...row, id: 2, amount: '100000', doc: '{"a": [1.00, "é\\\\"]}', raw: '{"b":\t1,"b": 2}' },
      { ...row, id: 3, name: '[1,"\\t"]', doc: '"x"' },
      { ...row, id: 4, amount: '0.50', raw: '1.0' },
    ]);
  });

  it('leaves a column alone that no record names, and makes it NULL where another one does', async () => {
    await load(['{"id":1,"name":"a","state":"old"}', '{"id":2,"name":"b","state":"old"}']);
    const report = await load([
      '{"id":1,"amount":1}',
      '{"id":2,"name":"c"}',
      '{"id":3,"amount":1000000000000000000000e2}',
    ]);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { updated: 2, inserted: 1, rejected: 0 } });
    expect(await stored()).toEqual([
      { ...row, id: 1, amount: '1', state: 'old' },
      { ...row, id: 2, name: 'c', state: 'old' },
      { ...row, id: 3, amount: '100000000000000000000000' },
    ]);
  });

  it('is refused whole where no record names a column that every row needs', async () => {
    const report = await load(['{"name":"a"}', '{"name":"b"}']);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'MISSING_COLUMN' });
    expect(report.message).toContain('"id", part of the business key');
  });

  it('has its faulty records rejected, each with its place, its bytes and a reason', async () => {
    const bad = [
      '{"id":1,}',
      '[1]',
      '{"id":2,"id":3}',
      '{"id":4,"made":8}',
      '{"id":5,"doc":{"a":"\\ud800"}}',
      '{"id":6,"name":"\\u0000"}',
    ];
    const report = await load(['{"id":9}', ...bad, '{"id":7,"amount":"x"}', '{"name":"a"}', '{"id":8,"name":"z"}']);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 10, inserted: 2, rejected: 8 } });
    const places = await codes(report);
    expect(places.map((place) => (place as { code: string }).code)).toEqual([
      'NOT_JSON',
      'NOT_AN_OBJECT',
      'REPEATED_KEY',
      'UNKNOWN_KEY',
      'LONE_SURROGATE',
      'NUL_CHARACTER',
      'INVALID_NUMBER',
      'KEY_NULL',
    ]);
    expect(places[2]).toEqual({ line: 4, byte_offset: 23, raw: '{"id":2,"id":3}', code: 'REPEATED_KEY' });
    const file = await readFile(report.rejectsPath?.replace('file://', '') ?? '', 'utf8');
    expect(file.split('\r\n')[0]).toBe(
      'landfall.load,landfall.line,landfall.record,landfall.codes,landfall.reasons,landfall.whole_record',
    );
    expect(file.split('\r\n')[1]).toMatch(/^\d+,2,2,NOT_JSON,.*byte 9 of the record",?.*"\{""id"":1,\}"$/);
  });

  it.each([
    ['refuse', undefined, 1, null],
    ['ignored', 'ignore', 0, null],
    ['captured', { capture: 'rest' }, 0, '{"x": 1.00, "y": {"z": "\\\\"}}'],
  ])('has keys that are no column %s', async (_, unknownColumns, rejected, rest) => {
    const lines = ['{"id":1,"x":1.00,"name":"a","y":\t{"z":"\\\\"}}', '{"id":2,"name":"b"}'];
    const report = await load(lines, unknownColumns === undefined ? {} : { unknownColumns });
    expect(report.counts).toMatchObject({ records: 2, rejected, inserted: 2 - rejected });
    expect(await stored()).toEqual([
      ...(rejected === 0 ? [{ ...row, id: 1, name: 'a', rest }] : []),
      { ...row, id: 2, name: 'b' },
    ]);
  });

  it('captures in no column but one of json or jsonb', async () => {
    const report = await load(['{"id":1}'], { unknownColumns: { capture: 'name' } });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
    expect(report.message).toContain('columns.unknown captures what no column takes in "name", but its type is text');
  });

  it('without a record is loaded, and without a sound one refused', async () => {
    expect(await load([''])).toMatchObject({ outcome: 'LOADED', counts: { records: 0 } });
    expect(await load(['nonsense', '{"id":1'])).toMatchObject({ outcome: 'REJECTED', code: 'NOTHING_ACCEPTED' });
  });

  it('is read alike where it is packed', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `{"id":${i},"name":"n${i}"}\n`);
    const packed = Buffer.concat([gzipSync(lines.slice(0, 7).join('')), gzipSync(lines.slice(7).join(''))]);
    const report = await pipeline.load(await pipeline.file('lines.ndjson.gz', packed), { ...into, sliceBytes: 100 });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 40, inserted: 40 } });
    expect((await stored())[39]).toEqual({ ...row, id: 39, name: 'n39' });
  });

  it('has the columns that its records named also where staging is lost past the gate', async () => {
    // every second amount is for PostgreSQL to judge, every tenth record a reject; no record names state, which is NOT NULL
    const lines = Array.from({ length: 200 }, (_, i) =>
      i % 10 === 9 ? `{"id":${i},"id":1}` : `{"id":${i},"amount":${i}${i % 2 === 0 ? '' : 'e0'}}`,
    );
    let merges = 0;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      merges += 1;
      if (merges === 1) await pipeline.run('truncate landfall_staging.epochs');
    };
    const report = await load(lines, { sliceBytes: 1_000 });
    pipeline.before = null;
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 200, inserted: 180, rejected: 20 } });
    expect(merges).toBeGreaterThan(1);
    const rows = await stored();
    expect([rows.length, rows[1], rows[2]]).toEqual([
      180,
      { ...row, id: 1, amount: '1' },
      { ...row, id: 2, amount: '2' },
    ]);
  });

  it('is the same load when it is loaded again', async () => {
    const lines = ['{"id":1,"name":"a"}', '{"id":1,"name":"b"}', '{"id":2,"doc":[]}'];
    expect((await load(lines)).counts).toMatchObject({ inserted: 2, duplicate: 1 });
    expect((await load(lines)).counts).toMatchObject({ unchanged: 2, duplicate: 1 });
  });
});

it('arrays of JSON lines become arrays of the table, where they have its form', async () => {
  const pipeline = await testPipeline('create table public.t (id int primary key, tags text[], days date[])');
  try {
    const lines = [
      String.raw`{"id":1,"tags":["a \"b\"","\\,{}",null,""],"days":["2024-02-29"]}`,
      '{"id":2,"tags":[],"days":null}',
      '{"id":3,"tags":[[1,2],[3,4]]}',
      '{"id":4,"days":["29.2.2024"]}',
      '{"id":5,"tags":[[1,2],[3]]}',
      '{"id":6,"tags":[{"a":1}]}',
    ];
    const report = await pipeline.load(await pipeline.file('a.ndjson', lines.join('\n')), into);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3, rejected: 3 } });
    expect(report.rejectsByCode).toEqual([
      { code: 'INVALID_INPUT', column: 'tags', rejects: 2 },
      { code: 'INVALID_INPUT', column: 'days', rejects: 1 },
    ]);
    expect(await pipeline.rows(sql`select tags, days::pg_catalog.text as days from public.t order by id`)).toEqual([
      { tags: ['a "b"', '\\,{}', null, ''], days: '{2024-02-29}' },
      { tags: [], days: null },
      {
        tags: [
          ['1', '2'],
          ['3', '4'],
        ],
        days: null,
      },
    ]);
  } finally {
    await pipeline.end();
  }
});

it('a domain of jsonb or of an array is filled as its type is', async () => {
  const pipeline = await testPipeline(
    'create domain doc as jsonb; create domain plain as json; create domain tags as text[] check (cardinality(value) < 3); create table public.t (id int primary key, doc doc, plain plain, tags tags)',
  );
  try {
    const lines = [
      '{"id":1,"doc":"5","plain":{"a":1,"a":2},"tags":["a","b,c"]}',
      '{"id":2,"doc":{"a":1,"a":2}}',
      '{"id":3,"tags":["a","b","c"]}',
      '{"id":4,"doc":[1.00],"plain":"x","tags":null}',
    ];
    const report = await pipeline.load(await pipeline.file('domains.ndjson', lines.join('\n')), into);
    expect(report.rejectsByCode.map(({ code, column }) => [code, column])).toEqual([
      ['DOMAIN', 'tags'],
      ['REPEATED_KEY', null],
    ]);
    expect(
      await pipeline.rows(
        sql`select id, doc::pg_catalog.text, plain::pg_catalog.text, tags::pg_catalog.text[] from public.t order by id`,
      ),
    ).toEqual([
      { id: 1, doc: '"5"', plain: '{"a":1,"a":2}', tags: ['a', 'b,c'] },
      { id: 4, doc: '[1.00]', plain: '"x"', tags: null },
    ]);
  } finally {
    await pipeline.end();
  }
});

it('a CSV file may have columns ignored that its table lacks', async () => {
  const pipeline = await testPipeline('create table public.t (id int primary key, name text)');
  try {
    const path = await pipeline.file('a.csv', 'id,what,name\n1,2,a\n');
    const request = { into: 'public.t', businessKey: ['id'] };
    expect(await pipeline.load(path, request)).toMatchObject({ outcome: 'REJECTED', code: 'UNKNOWN_COLUMN' });
    const report = await pipeline.load(path, { ...request, unknownColumns: 'ignore', force: true });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
  } finally {
    await pipeline.end();
  }
});

it.each(['json', 'jsonb'] as const)('a domain over %s takes JSON as that does, and judges it', async (base) => {
  const pipeline = await testPipeline(
    `create domain public.doc as ${base} check ((value #>> '{}') <> 'no');
    create domain public.inner_doc as public.doc;
    create table public.t (id int primary key, doc public.inner_doc)`,
  );
  try {
    const values = ['"a word"', '1.50', 'true', '{"a":[1.0,"\\u00e9"]}', 'null', '"no"'];
    const lines = values.map((value, i) => `{"id":${i + 1},"doc":${value}}`);
    const report = await pipeline.load(await pipeline.file('a.ndjson', lines.join('\n')), into);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 5, rejected: 1 } });
    expect(report.rejectsByCode).toEqual([{ code: 'DOMAIN', column: 'doc', rejects: 1 }]);
    const object = base === 'json' ? '{"a":[1.0,"\\u00e9"]}' : '{"a": [1.0, "é"]}';
    expect(await pipeline.rows(sql`select doc::pg_catalog.text as doc from public.t order by id`)).toEqual(
      ['"a word"', '1.50', 'true', object, null].map((doc) => ({ doc })),
    );
  } finally {
    await pipeline.end();
  }
});

it('an object or an array is no value of a column that holds a single one, also where its input would take it', async () => {
  const pipeline = await testPipeline(
    'create table public.t (id int primary key, n int, tags text[], span int4range, seen tsvector, note varchar(20))',
  );
  try {
    const lines = [
      '{"id":1,"n":1,"tags":["a"],"span":"[1,5)","seen":"a b","note":{"as":"text"}}',
      '{"id":2,"span":[1,5]}',
      '{"id":3,"tags":{}}',
      '{"id":4,"seen":{"a":1}}',
      '{"id":5,"n":[5]}',
    ];
    const report = await pipeline.load(await pipeline.file('a.ndjson', lines.join('\n')), into);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, rejected: 4 } });
    expect(report.rejectsByCode).toEqual([{ code: 'NESTED_VALUE', column: null, rejects: 4 }]);
  } finally {
    await pipeline.end();
  }
});
