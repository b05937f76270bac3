import { readFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { cases, casesTimeout } from '../../support/cases.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

// two loads a test, the first of which imports all handlers
describe('small objects that share a slice', { timeout: casesTimeout(2) }, () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create table public.t (
         id integer primary key, name text, amount integer, tag text unique,
         file text, line bigint, record bigint, loaded text
       )`,
    );
  });
  afterEach(() => pipeline.end());

  const together = (keys: readonly string[], request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    pipeline.load(keys[0] ?? '', {
      ...{ into: 'public.t', businessKey: ['id'], objects: keys.map((key) => ({ key })) },
      lineage: { file: 'object-key', line: 'line', record: 'record' },
      rules: {
        amount: { max: '100', severity: { max: 'warn' } },
        name: { unique: true, severity: { unique: 'warn' } },
      },
      limits: { maxRejects: 1_000 },
      force: true,
      ...request,
    });

  /** All that a load left that names a place. */
  const left = async (report: LoadReport): Promise<unknown> => {
    const rows = await pipeline.rows(sql`select id, name, amount, tag, file, line, record from public.t order by id`);
    const rejects = await pipeline.rows(
      sql`select record_no, line, byte_offset, byte_length, kind, pg_catalog.encode(raw, 'escape') as raw, reasons
        from landfall.rejects where load_id = ${report.loadId} order by record_no`,
    );
    await pipeline.run('truncate public.t');
    const { outcome, counts, objects, warnings, rejectsByCode } = report;
    return { outcome, rows, rejects, counts, objects, warnings, rejectsByCode };
  };

  it('leave what they leave where each has a slice of its own, with places in each of them', async () => {
    const contents: readonly (readonly [string, string | Buffer])[] = [
      // no line end at its end
      ['a.csv', 'id,name,amount,tag\n1,a,1,t1\n2,b,2,t2'],
      // blank lines, a record of two lines, and rejects of both halves of staging
      ['b.csv', 'id,name,amount,tag\n\n3,"x\ny",3,t3\n\nx,c,4,t4\n5,d,"n\no",t5\n6,e,600,t6\n'],
      ['header.csv', 'id,name,amount,tag\n'],
      // a duplicate of a key, a tag that the table has already, a record with a cell too few
      ['c.csv', 'id,name,amount,tag\n1,later,7,t7\n8,f,8,t2\n9,g\n'],
      ['long-header-line.csv', 'id,name,amount,tag\r\n10,h,10,t10\r\n11,i,z,t11\r\n'],
      ['empty-lines.csv', 'id,name,amount,tag\n\n\n12,j,1200,t12'],
      ['d.csv.gz', gzipSync('id,name,amount,tag\n13,k,13,t13\n14,"l",q,t14\n')],
      ['e.csv.gz', gzipSync('id,name,amount,tag\n15,b,15,t15')],
      ['turned.csv', 'tag,amount,name,id\nt16,16,n,16\nt17,bad,o,17\n'],
      ['bad-utf8.csv', Buffer.from('id,name,amount,tag\n18,\xff,18,t18\n19,p,19,t19\n', 'latin1')],
    ];
    const files = await Promise.all(contents.map(([name, content]) => pipeline.file(name, content)));
    const shared = await together(files);
    const ofShared = await left(shared);
    const apart = await together(files, { sliceBytes: 80 });
    expect(shared.slices).toBe(4);
    expect(apart.slices).toBeGreaterThan(shared.slices ?? 0);
    const rejects = await pipeline.rows<{ line: number; byte_offset: number; key: string }>(
      sql`select line, byte_offset from landfall.rejects where load_id = ${shared.loadId} order by record_no`,
    );
    expect(rejects.map(({ line, byte_offset: offset }) => [line, offset])).toEqual([
      [2, 19], // a: its key is in c as well
      [6, 34], // b
      [7, 43],
      [3, 32], // c: the tag of a record of a, found by the merge; a cell too few
      [4, 41],
      [3, 33], // lines that end with CRLF
      [3, 31], // unpacked
      [3, 31], // columns in another order
      [2, 19], // bytes that are no text
    ]);
    expect(await left(apart)).toEqual(ofShared);
  });

  it.each([
    ['ndjson', (records: readonly string[]) => records.join('\n')],
    ['json', (records: readonly string[]) => `[\n${records.join(',\n')}]`],
  ] as const)('leave the same as %s, where records name their columns', async (format, written) => {
    const records = [
      ['{"id":1,"name":"a"}', '{"id":2,"amount":2}'],
      ['{"id":"x","name":"b"}', '{"id":3,"name":"c\\nd","amount":300}', '{"id":1,"tag":"t1"}'],
      [],
      ['{"id":4,"amount":"n"}', '{"id":5,"nonsense":1}', '{"id":6,"tag":"t1"}'],
    ];
    const files = await Promise.all(records.map((some, i) => pipeline.file(`${i}.${format}`, written(some))));
    const shared = await together(files, { format });
    expect(shared).toMatchObject({ outcome: 'LOADED', slices: 1 });
    const ofShared = await left(shared);
    const apart = await together(files, { format, sliceBytes: 30 });
    expect(apart.slices).toBeGreaterThan(1);
    expect(await left(apart)).toEqual(ofShared);
    expect(ofShared).toMatchObject({ counts: { records: 8, rejected: 4, duplicate: 1 } });
  });

  it('leave the same where a quote of one never closes: the load is refused, and no record of any is counted', async () => {
    const header = 'id,name,amount,tag\n';
    const files = await Promise.all([
      pipeline.file('a.csv', `${header}1,a,1,t1\n`),
      // the quotes are as many as if each were closed
      pipeline.file('b.csv', `${header}"1\n2,"q",2,t2\n"`),
      pipeline.file('c.csv', `${header}3,c,3,t3\n`),
    ]);
    const shared = await together(files);
    const apart = await together(files, { sliceBytes: 20 });
    expect(shared).toMatchObject({ outcome: 'REJECTED', code: 'UNTERMINATED_QUOTE', counts: { records: 0 } });
    expect(shared.message).toContain('b.csv, line 4, byte 33: a quote opens here');
    expect(shared.objects).toMatchObject(files.map((key) => ({ key, records: 0 })));
    expect([apart.message, await left(apart)]).toEqual([shared.message, await left(shared)]);
  });

  it('leave the same where PostgreSQL refuses a record that was called plain, and all are staged raw', async () => {
    const files = await Promise.all([
      pipeline.file('a.csv', 'id,name,amount,tag\n1,a,40000,t1\n2,b,x,t2\n'),
      pipeline.file('b.csv', 'id,name,amount,tag\n\n3,"c\nd",50000,t3\n4,d,x,t4\n1,z,7,t9'),
      pipeline.file('header.csv', 'id,name,amount,tag\n'),
      pipeline.file('c.csv', 'id,name,amount,tag\n9,z'),
    ]);
    const usual = await together(files);
    const ofUsual = await left(usual);
    // the first staging that is made takes less than its column says
    await pipeline.run(
      `create sequence public.made;
       create function public.narrow() returns event_trigger language plpgsql as $$
       declare made text;
       begin
         for made in select object_identity from pg_event_trigger_ddl_commands() where object_identity ~ '_typed$' loop
           if nextval('public.made') = 1 then execute format('alter table %s alter column amount type smallint', made); end if;
         end loop;
       end $$;
       create event trigger narrow on ddl_command_end when tag in ('CREATE TABLE') execute function public.narrow()`,
    );
    const raw = await together(files);
    const staged = await pipeline.rows(
      sql`select load_id, typed_records, raw_records from landfall.slices order by load_id`,
    );
    expect(staged).toEqual([
      { load_id: usual.loadId, typed_records: 3, raw_records: 3 },
      { load_id: raw.loadId, typed_records: 0, raw_records: 6 },
    ]);
    expect(await left(raw)).toEqual(ofUsual);
  });

  it('are versions of a row at the time of each, under history', async () => {
    await pipeline.run(
      `create table public.h (
         k integer, a text, file text, valid_from timestamptz, valid_to timestamptz, current boolean not null,
         primary key (k, valid_from)
       );
       create unique index one_current on public.h (k) where current`,
    );
    const contents = ['k,a\n1,a\n2,b\n', 'k,a\n1,c\n3,c\n3,x', 'k,a\n2,e\n1,c\nx,4'];
    const files = await Promise.all(contents.map((content, i) => pipeline.file(`${i + 1}.csv`, content)));
    for (const [i, file] of files.entries()) await utimes(file, ...days(i + 1));
    const request = { into: 'public.h', businessKey: ['k'], conflict: { rule: 'history' } };
    const report = await together(files, { ...request, rules: {}, lineage: { file: 'object-key' } });
    expect(report).toMatchObject({
      slices: 1,
      counts: { records: 8, rejected: 1, duplicate: 1, inserted: 3, updated: 3 },
    });
    const rows = await pipeline.rows<{ row: string }>(sql`
      select pg_catalog.concat_ws(' ', k, a, pg_catalog.right(file, 5), extract(day from valid_from at time zone 'UTC'),
        extract(day from valid_to at time zone 'UTC'), case when current then 'now' end) as row
      from public.h order by k, valid_from`);
    expect(rows.map(({ row }) => row)).toEqual([
      '1 a 1.csv 1 2',
      '1 c 2.csv 2 3',
      '1 c 3.csv 3 now',
      '2 b 1.csv 1 3',
      '2 e 3.csv 3 now',
      '3 x 2.csv 2 now',
    ]);
  });

  it('leave the same as tables whose rows are counted, with the row of each in its own', async () => {
    await pipeline.run(
      'create table public.fewer (id bigint primary key, word text not null, amount numeric(12,3), tags jsonb)',
    );
    const parquet = (name: string): Buffer =>
      readFileSync(new URL(`../../fixtures/parquet/${name}.parquet`, import.meta.url));
    // the same 200 rows, so that each key is in both; words that are NULL are rejects of both
    const files = [
      await pipeline.file('a.parquet', parquet('many-snappy')),
      await pipeline.file('b.parquet', parquet('many-zstd')),
    ];
    const request = { into: 'public.fewer', format: 'parquet', lineage: {}, rules: {} };
    const placed = async (slices: number, more: Partial<LoadRequest>): Promise<object> => {
      const report = await together(files, { ...request, ...more });
      expect(report.slices).toBe(slices);
      const rejects = await pipeline.rows<{ no: number; line: number; row: number }>(
        sql`select record_no::integer as no, line::integer, byte_offset::integer as row, byte_length, kind, raw, reasons
          from landfall.rejects where load_id = ${report.loadId} order by record_no`,
      );
      expect(rejects.length).toBeGreaterThan(200);
      for (const { no, line, row } of rejects) expect([line, row]).toEqual([no > 200 ? no - 200 : no, line - 1]);
      await pipeline.run('truncate public.fewer');
      return { rejects, counts: report.counts, objects: report.objects };
    };
    const shared = await placed(1, {});
    expect(await placed(6, { sliceBytes: 1_000 })).toEqual(shared);
  });

  it('leave the same whatever they hold', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 2, maxLength: 9 }), async (objects) => {
        run += 1;
        const files = await Promise.all(
          objects.map(({ isPacked, ...of }, i) => {
            const content = contentOf(of);
            return pipeline.file(`${run}-${i}.csv${isPacked ? '.gz' : ''}`, isPacked ? gzipSync(content) : content);
          }),
        );
        const shared = await left(await together(files));
        expect(await left(await together(files, { sliceBytes: 120 }))).toEqual(shared);
      }),
      cases(1),
    );
  });
});

/** A day of January 2026, for utimes. */
function days(day: number): [Date, Date] {
  const at = new Date(Date.UTC(2026, 0, day));
  return [at, at];
}

const cell = fc.constantFrom('1', '2', '3', '4', '5', '6', 'a', 'b', '', '"q"', '"x\ny"', '700', '\xff', ' 8');
const line = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('', '1', '"1', '1,2,3,4,5', 'id,name,amount,tag') },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 30 }), cell, cell, fc.integer({ min: 1, max: 60 }))
      .map(([id, name, amount, tag]) => `${id},${name},${amount},t${tag}`),
  },
);
const object = fc.record({
  lines: fc.array(line, { maxLength: 8 }),
  end: fc.constantFrom('\n', '\r\n'),
  hasLastEnd: fc.boolean(),
  isPacked: fc.boolean(),
  isTurned: fc.boolean(),
});

type Told = Omit<(typeof object extends fc.Arbitrary<infer Of> ? Of : never) & object, 'isPacked'>;

/** A quote that never closes refuses all, so most are closed at the end: not where one stands behind a quote that is closed already. */
function contentOf({ lines, end, hasLastEnd, isTurned }: Told): Buffer {
  const body = lines.join(end);
  const closed = (body.split('"').length - 1) % 2 === 0 ? body : `${body}"`;
  const header = isTurned ? 'id,tag,amount,name' : 'id,name,amount,tag';
  return Buffer.from(`${header}${end}${closed}${hasLastEnd ? end : ''}`, 'latin1');
}
