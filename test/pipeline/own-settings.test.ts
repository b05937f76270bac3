import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { databaseName } from '../support/database-url.ts';
import { captureNames } from '../support/captured-names.ts';
import { outside } from '../support/outside.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** The database's own settings, as an application of another country has them. */
const settings = {
  search_path: 'shop, public',
  timezone: `'Asia/Kolkata'`,
  datestyle: `'German'`,
  intervalstyle: 'sql_standard',
};

/** Code of the owner in every place that PostgreSQL has for it; none of it names a schema. */
const shop = `
  create schema shop;
  set search_path = shop, public;
  create function slugify(t text) returns text language plpgsql immutable as $$
    begin
      if t like 'boom%' then raise exception 'no slug for it'; end if;
      return lower(replace(t, ' ', '-'));
    end $$;
  create function fits(t text) returns boolean language sql immutable as $$ select length(slugify(t)) <= 20 $$;
  create domain sku as text check (slugify(value) <> 'none');
  create table audit (id integer, said text);
  create table item (
    id integer primary key, name text not null check (fits(name)), sku sku, at timestamptz, wait interval, day date,
    slug text, local_day date, made_zone text default current_setting('TimeZone'),
    generated text generated always as (slugify(name)) stored
  );
  create function stamp() returns trigger language plpgsql as $$
    begin
      new.slug := slugify(new.name);
      new.local_day := new.at::date;
      insert into audit values (new.id, concat_ws('|', new.at::text, new.wait::text, new.day::text, current_setting('search_path')));
      return new;
    end $$;
  create trigger stamp before insert or update on item for each row execute function stamp();
  create table copied (like item including defaults);
  create trigger stamp before insert on copied for each row execute function stamp();
  reset search_path`;

const columns = 'id, name, sku, at, wait, day';
const cells = `id, name, sku, at at time zone 'UTC' as at, wait::text as wait, day::text as day, slug, local_day::text as local_day, made_zone`;

function record(i: number): string {
  const day = `2024-${String((i % 12) + 1).padStart(2, '0')}-${String((i % 28) + 1).padStart(2, '0')}`;
  return `${i},Nord ${i},${i % 3 === 0 ? '' : `S ${i}`},${day}T${String(i % 24).padStart(2, '0')}:30:00Z,-${i % 5} days 02:03:04,${day}`;
}

describe('code of the target’s owner', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('select 1');
    const name = databaseName(pipeline.url);
    await pipeline.run(shop);
    for (const [setting, value] of Object.entries(settings)) {
      await pipeline.run(`alter database ${name} set ${setting} = ${value}`);
    }
  });
  afterEach(() => pipeline.end());

  const load = async (name: string, lines: readonly string[]): ReturnType<Pipeline['load']> => {
    const path = await pipeline.file(name, [columns.replaceAll(' ', ''), ...lines].join('\n'));
    return await pipeline.load(path, { into: 'shop.item', businessKey: ['id'], sliceBytes: 8_000 });
  };
  /** Both as an application's session prints them. */
  const differing = async (table: string): Promise<readonly object[]> =>
    await pipeline.rows(trustedSql(`(select ${cells} from shop.item) except (select ${cells} from ${table})`));
  const insertByHand = async (table: string, lines: readonly string[]): Promise<void> => {
    const values = lines.map(
      (line) =>
        `(${line
          .split(',')
          .map((cell) => (cell === '' ? 'null' : `'${cell}'`))
          .join(', ')})`,
    );
    // as COPY reads them: cells of the file mean what they say, whatever the style of the session
    await pipeline.connect((db) =>
      outside(
        db,
        trustedSql(`insert into ${table} (${columns}) select id::integer, name, sku, at::timestamptz,
        (select w from (select make_interval(days => split_part(wait, ' ', 1)::integer, hours => 2, mins => 3, secs => 4) as w) as x), day::date
        from (values ${values.join(', ')}) as v (${columns})`),
      ),
    );
  };

  it('sees the settings of role and database on every way into the table', async () => {
    const first = Array.from({ length: 400 }, (_, i) => record(i));
    await insertByHand('shop.copied', first);
    await pipeline.run('create table shop.said as select distinct * from shop.audit; truncate shop.audit');
    expect((await load('first.csv', first)).counts).toMatchObject({ records: 400, inserted: 400 });
    expect(await differing('shop.copied')).toEqual([]);
    expect(await pipeline.rows(sql`(select distinct * from shop.audit) except (select * from shop.said)`)).toEqual([]);
    // changed rows, and one that only the careful way can find
    const second = first.map((line, i) => (i % 4 === 0 ? line.replace('Nord', 'South') : line));
    await pipeline.run(
      `alter table shop.item add column once text; create unique index on shop.item (lower(slug)); update shop.item set once = 'x'`,
    );
    second[8] = second[8]?.replace('South 8', 'nord 9') ?? '';
    expect((await load('second.csv', second)).counts).toMatchObject({ updated: 99, unchanged: 300, rejected: 1 });
    await pipeline.run(`truncate shop.copied`);
    second[8] = first[8] ?? '';
    await insertByHand('shop.copied', second);
    expect(await differing('shop.copied')).toEqual([]);
  });

  it('lets no cell mean what its settings would make of it', async () => {
    await pipeline.run(`
      create table shop.times (
        id integer primary key, days date[], spans tstzrange, clock timetz, waits interval[], trigger_saw text
      );
      create function shop.look() returns trigger language plpgsql as $$
        begin new.trigger_saw := new.days::text; return new; end $$;
      create trigger look before insert on shop.times for each row execute function shop.look()`);
    const path = await pipeline.file(
      'times.csv',
      [
        'id,days,spans,clock,waits',
        '1,"{2024-02-01,2024-03-31}","[2024-02-01 10:00,2024-02-01 11:00Z)",10:00,"{-1 days 02:03:04}"',
        '2,{01/02/2024},,,',
        '3,,"[01.02.2024,)",,',
        '4,,,,',
      ].join('\n'),
    );
    const report = await pipeline.load(path, { into: 'shop.times', businessKey: ['id'], timeZone: 'Europe/Berlin' });
    expect(report.counts).toMatchObject({ records: 4, rejected: 2, inserted: 2 });
    expect(report.rejectsByCode).toEqual([
      { code: 'INVALID_INPUT', column: 'days', rejects: 1 },
      { code: 'INVALID_INPUT', column: 'spans', rejects: 1 },
    ]);
    expect(
      await pipeline.rows(sql`
        select days[2] = '2024-03-31'::date as day, lower(spans) = '2024-02-01T09:00Z'::timestamptz as span,
          clock = '10:00+00'::timetz as clock, waits[1] = '2 hours 3 min 4 sec'::interval - '1 day'::interval as wait, trigger_saw
        from shop.times where (id = 1)`),
    ).toEqual([{ day: true, span: true, clock: true, wait: true, trigger_saw: '{01.02.2024,31.03.2024}' }]);
    // cells with blanks around them lie in the raw half, and are cut before they are read
    const blanks = await pipeline.file(
      'blanks.csv',
      'id,spans,waits\n 5,"\u00a0[2024-02-01 10:00,)","{-1 days 02:03:04}\u3000"\n',
    );
    await pipeline.load(blanks, {
      into: 'shop.times',
      businessKey: ['id'],
      timeZone: 'Europe/Berlin',
      leniencies: ['trimBlanks'],
    });
    expect(
      await pipeline.rows(sql`
        select lower(spans) = '2024-02-01T09:00Z'::timestamptz as span, waits[1] = '2 hours 3 min 4 sec'::interval - '1 day'::interval as wait
        from shop.times where (id = 5)`),
    ).toEqual([{ span: true, wait: true }]);
  });

  it('that raises refuses its rows and no others, in a CHECK, a domain and a trigger', async () => {
    const bad = ['1,boom 1,,,,', '2,Nord,none,,,', '3,Nord,boom,,,', `4,${'x'.repeat(21)},,,,`, '5,Nord,,,,'];
    const report = await load('bad.csv', bad);
    expect(report.counts).toMatchObject({ records: 5, rejected: 4, inserted: 1 });
  });

  it('that can run for no row is named with its line, and the load is refused', async () => {
    await pipeline.run('drop table shop.audit');
    const report = await load(
      'a.csv',
      Array.from({ length: 100 }, (_, i) => record(i)),
    );
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TARGET_CODE' });
    expect(report.message).toMatch(
      /relation "audit" does not exist \(SQLSTATE 42P01, PL\/pgSQL function stamp\(\) line 5/,
    );
  });

  it('that cannot run for some rows makes rejects of them', async () => {
    await pipeline.run(`
      create or replace function shop.stamp() returns trigger language plpgsql as $$
        begin
          if new.id = 7 then perform missing_function(new.id); end if;
          return new;
        end $$`);
    const report = await load(
      'a.csv',
      Array.from({ length: 100 }, (_, i) => record(i)),
    );
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 100, rejected: 1, inserted: 99 } });
    const [reject] = await pipeline.rows<{ message: string }>(
      sql`select reasons->0->>'message' as message from landfall.rejects`,
    );
    expect(reject?.message).toMatch(/missing_function.*PL\/pgSQL function stamp\(\) line 3/);
  });

  it('that is deferred to the end of the transaction refuses its rows as well', async () => {
    await pipeline.run(`
      create table shop.parent (id integer primary key); insert into shop.parent select generate_series(0, 99);
      alter table shop.item add column parent integer default 7 references shop.parent deferrable initially deferred;
      create function shop.late() returns trigger language plpgsql as $$
        begin if new.id = 50 then raise exception 'too late'; end if; return new; end $$;
      create constraint trigger late after insert on shop.item deferrable initially deferred
        for each row execute function shop.late()`);
    const report = await load(
      'a.csv',
      Array.from({ length: 100 }, (_, i) => record(i)),
    );
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 100, rejected: 1, inserted: 99 } });
  });

  it('may plant names before pg_catalog: no statement of a load is captured by them', async () => {
    const name = databaseName(pipeline.url);
    await pipeline.run('create extension citext schema public');
    await pipeline.run(`
      create type public.mood as enum ('sad', 'glad'); create domain public.positive as integer check (value > 0);
      create table public.parent (k text primary key); insert into public.parent values ('a'), ('b');
      create table public.t (
        id integer, part text, n numeric(8,2) check (n >= 0 and n < 100000), f double precision, s varchar(8), c char(4), b boolean, d date,
        ts timestamp(3), tz timestamptz, u uuid, j jsonb, r daterange, m public.mood, p public.positive, i inet, w interval(0),
        ci public.citext, k text references public.parent, version bigint, check (s <> c and length(s) < 7), primary key (id, part)
      )`);
    await pipeline.run(captureNames);
    await pipeline.run(`alter database ${name} set search_path = capture, public, pg_catalog`);
    await expect(pipeline.run('select 1 + 1')).rejects.toThrow('operator + was captured');
    await expect(pipeline.run(`select length('x'::pg_catalog.text)`)).rejects.toThrow('function length was captured');
    const header = 'id,part,n,f,s,c,b,d,ts,tz,u,j,r,m,p,i,w,ci,k,version';
    const good = (i: number, note: string): string =>
      `${i},x,${i}.25,1.5,${note},abc,true,2024-01-02,2024-01-02 03:04:05.123,2024-01-02T03:04:05Z,0f8fad5b-d9cb-469f-a165-70867728950e,"{""a"": [1]}","[2024-01-01,2024-02-01)",glad,${i + 1},10.0.0.1,1 day,Abc,a,${i}`;
    const bad = (i: number): string =>
      `${i},x,-1.234,x,far too long,abcde,perhaps,2024-02-30,2024-01-02 03:04:05.1234,1,0f8f,{,[,odd,-1,10.0.0.256,1 day 0.5 s,x,z,q`;
    const file = async (n: string, lines: readonly string[]): Promise<string> =>
      await pipeline.file(n, [header, ...lines].join('\n'));
    const request = { into: 'public.t', businessKey: ['id', 'part'], sliceBytes: 2_000 };
    const first = [
      ...Array.from({ length: 60 }, (_, i) => good(i, 'one')),
      ...Array.from({ length: 9 }, (_, i) => bad(100 + i)),
      good(3, 'two'),
    ];
    const counts = async (path: string, more: object = {}): Promise<unknown> =>
      (await pipeline.load(path, { ...request, ...more })).counts;
    expect(await counts(await file('1.csv', first))).toMatchObject({
      records: 70,
      rejected: 9,
      duplicate: 1,
      inserted: 60,
    });
    const second = Array.from({ length: 80 }, (_, i) => good(i, i % 2 ? 'one' : 'three'));
    expect(await counts(await file('2.csv', second))).toMatchObject({ inserted: 20, updated: 31, unchanged: 29 });
    const newer = { conflict: { rule: 'newer-wins', versionColumn: 'version' } };
    // older ones, one of the same version with another content, and the same once more
    const older = (line: string, i: number): string =>
      line.includes('three') && i > 0 ? line.replace(/\d+$/, '-1') : line;
    const third = [...second.map(older).map((line) => line.replace('three', 'four')), bad(900)];
    expect(await counts(await file('3.csv', third), newer)).toMatchObject({ rejected: 2, unchanged: 40, stale: 39 });
    // another unique index: the careful way
    await pipeline.run('create unique index on public.t (u, p)');
    const fourth = [good(200, 'x').replace(',201,', ',1,'), good(201, 'x'), good(5, 'six')];
    expect(await counts(await file('4.csv', fourth))).toMatchObject({ rejected: 1, inserted: 1, updated: 1 });
  });
});
