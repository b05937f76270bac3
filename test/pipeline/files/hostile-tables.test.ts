import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

/** Lines of `n` records after a header. */
function csv(header: string, n: number, record: (i: number) => string): string {
  return [header, ...Array.from({ length: n }, (_, i) => record(i + 1))].join('\n');
}

describe('a target that makes it hard', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.unused (id integer primary key)');
  });
  afterEach(() => pipeline.end());

  const rejectedOf = (report: Awaited<ReturnType<Pipeline['load']>>): unknown =>
    report.rejectsByCode.map(({ code, column, rejects }) => [code, column, rejects]);

  // a rejected value does not convert to the target's type: no comparison may see it
  it.each([
    ['numeric', `price numeric(4,2)`, '123.45', '2.50', 'NUMERIC_OVERFLOW'],
    ['bytes', `price bytea`, '\\xzz', '\\x00', 'INVALID_INPUT'],
    ['an enum', `price public.mood`, 'glum', 'glad', 'NOT_IN_ENUM'],
    ['a domain', `price public.positive`, '-1', '7', 'DOMAIN'],
  ])('updates its rows beside records whose %s is refused', async (_, column, bad, good, code) => {
    await pipeline.run(`
      create type public.mood as enum ('sad', 'glad'); create domain public.positive as integer check (value > 0);
      create table public.t (id integer primary key, ${column}, note text);
      insert into public.t select n, null, 'old' from generate_series(1, 900) as n; analyze public.t`);
    const content = csv('id,price,note', 900, (i) => `${i},${i % 9 === 1 ? bad : good},${i % 2 ? 'new' : 'old'}`);
    for (const [name, sliceBytes] of [
      ['whole.csv', 10_000_000],
      ['cut.csv', 3000],
    ] as const) {
      const path = await pipeline.file(name, content);
      const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id'], sliceBytes });
      expect(rejectedOf(report)).toEqual([[code, 'price', 100]]);
      const done = name === 'whole.csv' ? { updated: 800, unchanged: 0 } : { updated: 0, unchanged: 800 };
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 900, rejected: 100, ...done } });
    }
    const [left] = await pipeline.rows<{ n: number }>(sql`select count(*) as n from public.t where (price is null)`);
    expect(left).toEqual({ n: 100 });
  });

  it.each([
    ['an enum', 'public.mood', ['sad', 'glum', 'glad']],
    ['a domain', 'public.positive', ['1', '-1', '2']],
    ['an address', 'inet', ['10.0.0.1', '10.0.0.256', '10.0.0.2']],
  ])('is found by a key of %s beside keys that are none', async (_, type, [known = '', bad = '', fresh = '']) => {
    await pipeline.run(`
      create type public.mood as enum ('sad', 'glad'); create domain public.positive as integer check (value > 0);
      create table public.t (k ${type} primary key, note text);
      insert into public.t values ('${known}', 'old'); analyze public.t`);
    const path = await pipeline.file(
      'a.csv',
      csv('k,note', 300, (i) => `${[known, bad, fresh][i % 3]},${i}`),
    );
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['k'], sliceBytes: 1000 });
    expect(report.counts).toMatchObject({ records: 300, rejected: 100, duplicate: 198, inserted: 1, updated: 1 });
  });

  it('refuses a value that its index cannot hold, and only that record', async () => {
    await pipeline.run('create table public.t (k text primary key, note text)');
    // random enough that no compression helps: 1/3 of a page is the most that an index entry may take
    const long = Array.from({ length: 9000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join('');
    const path = await pipeline.file('a.csv', `k,note\na,1\n${long},2\nb,3\n`);
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['k'] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 3, rejected: 1, inserted: 2 } });
    expect(rejectedOf(report)).toEqual([['TARGET_REFUSED', null, 1]]);
  });

  it('refuses by a trigger with an SQLSTATE of its own, and only that record', async () => {
    await pipeline.run(`
      create table public.t (id integer primary key, note text);
      create function public.refuse() returns trigger language plpgsql as $$
        begin
          if new.note = 'unknown' then raise exception 'no such order' using errcode = 'OR404'; end if;
          return new;
        end $$;
      create trigger refuse before insert or update on public.t for each row execute function public.refuse()`);
    const path = await pipeline.file('a.csv', 'id,note\n1,known\n2,unknown\n3,known\n');
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id'] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 3, rejected: 1, inserted: 2 } });
    const [reject] = await pipeline.rows<{ line: number; message: string }>(
      sql`select line, reasons->0->>'message' as message from landfall.rejects`,
    );
    expect(reject).toMatchObject({
      line: 3,
      message: expect.stringContaining('no such order (SQLSTATE OR404, PL/pgSQL function refuse() line 3 at RAISE)'),
    });
  });

  it('may call its columns as Landfall calls its own', async () => {
    const names = [
      'record_no',
      'byte_offset',
      'slice',
      'disposition',
      'line',
      'raw',
      'reasons',
      's',
      't',
      'k1',
      'cells',
    ];
    await pipeline.run(
      `create table public.t (id integer primary key, ${names.map((name) => `"${name}" integer`).join(', ')})`,
    );
    const cells = (value: string | number): string => names.map(() => value).join(',');
    const load = async (name: string, lines: readonly string[]): Promise<unknown> => {
      const path = await pipeline.file(name, [`id,${names.join(',')}`, ...lines].join('\n'));
      return (await pipeline.load(path, { into: 'public.t', businessKey: ['id'], sliceBytes: 64 })).counts;
    };
    const first = await load('a.csv', [`1,${cells(1)}`, `2,${cells('x')}`, `3,${cells(3)}`, `3,${cells(4)}`]);
    expect(first).toMatchObject({ records: 4, rejected: 1, duplicate: 1, inserted: 2 });
    const second = await load('b.csv', [`1,${cells(1)}`, `2,${cells('+2')}`, `3,${cells(5)}`, `4,${cells('')}`]);
    expect(second).toMatchObject({ records: 4, rejected: 0, unchanged: 1, inserted: 2, updated: 1 });
    expect(await pipeline.rows(sql`select id, record_no, slice, disposition from public.t order by id`)).toEqual([
      { id: 1, record_no: 1, slice: 1, disposition: 1 },
      { id: 2, record_no: 2, slice: 2, disposition: 2 },
      { id: 3, record_no: 5, slice: 5, disposition: 5 },
      { id: 4, record_no: null, slice: null, disposition: null },
    ]);
  });
});
