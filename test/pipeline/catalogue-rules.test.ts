import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { bothWays } from '../support/both-ways.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

interface Reason {
  readonly code: string;
  readonly column: string | null;
  readonly message: string;
}

describe('what the catalogue demands', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('');
  });
  afterEach(() => pipeline.end());

  const into = { into: 'public.t', businessKey: ['id'] };
  const both = bothWays(() => pipeline);
  const reasonsOf = async ({ loadId }: LoadReport): Promise<[number, ...string[]][]> => {
    const rows = await pipeline.rows<{ line: number; reasons: Reason[] }>(
      sql`select line, reasons from landfall.rejects where (load_id = ${loadId}) order by record_no`,
    );
    return rows.map(({ line, reasons }) => [line, ...reasons.map(({ code, message }) => `${code} ${message}`)]);
  };

  it('refuses a record that no partition takes, with its value and where to look', async () => {
    await pipeline.run(`
      create table public.t (id int, at date, region text, primary key (id, at, region)) partition by range (at);
      create table public.t1 partition of public.t for values from ('2024-01-01') to ('2024-02-01');
      create table public.t2 partition of public.t for values from ('2024-02-01') to ('2024-03-01') partition by list (region);
      create table public.t2_eu partition of public.t2 for values in ('EU')`);
    const report = await both(
      ['id,at,region', '1,2024-01-15,EU', '2,2024-03-01,EU', '3,2024-02-29,US', '4,2024-02-29,EU'],
      { into: 'public.t', businessKey: ['id', 'at', 'region'] },
    );
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 2 } });
    const where = 'is taken by no partition of public.t: \\d+ public.t in psql shows which values they take';
    expect(await reasonsOf(report)).toEqual([
      [3, `NO_PARTITION at, region: '2024-03-01, EU' ${where}`],
      [4, `NO_PARTITION at, region: '2024-02-29, US' ${where}`],
    ]);
  });

  it('takes every row into a default partition', async () => {
    await pipeline.run(`
      create table public.t (id int primary key) partition by list (id);
      create table public.t1 partition of public.t for values in (1);
      create table public.rest partition of public.t default`);
    expect((await both(['id', '1', '2'])).counts).toMatchObject({ inserted: 2, rejected: 0 });
  });

  it('refuses what a missing partition of a hash would take', async () => {
    await pipeline.run(`
      create table public.t (id int primary key) partition by hash (id);
      create table public.t0 partition of public.t for values with (modulus 2, remainder 0);
      create table public.t1 partition of public.t for values with (modulus 4, remainder 1)`);
    const ids = Array.from({ length: 40 }, (_, i) => String(i));
    const report = await both(['id', ...ids]);
    const [{ taken } = { taken: 0 }] = await pipeline.rows<{ taken: number }>(sql`
      select count(*)::integer as taken from generate_series(0, 39) as id
      where satisfies_hash_partition('public.t'::regclass, 2, 0, id) or satisfies_hash_partition('public.t'::regclass, 4, 1, id)`);
    expect(taken).toBeLessThan(40);
    expect(report.counts).toMatchObject({ inserted: taken, rejected: 40 - taken });
    expect(report.rejectsByCode).toEqual([{ code: 'NO_PARTITION', column: 'id', rejects: 40 - taken }]);
  });

  it('refuses a MATCH FULL foreign key that is empty in part, and one that points nowhere', async () => {
    await pipeline.run(`
      create table public.parents (a int, b text, primary key (a, b));
      insert into public.parents values (1, 'x');
      create table public.t (id int primary key, a int, b text, constraint full_one foreign key (a, b) references public.parents match full)`);
    const report = await both(['id,a,b', '1,1,x', '2,,', '3,1,', '4,,x', '5,1,y']);
    expect(await reasonsOf(report)).toEqual([
      [
        4,
        "FOREIGN_KEY a, b: '1, NULL' is empty in part: the foreign key full_one is MATCH FULL, so all of its columns are empty or none is",
      ],
      [
        5,
        "FOREIGN_KEY a, b: 'NULL, x' is empty in part: the foreign key full_one is MATCH FULL, so all of its columns are empty or none is",
      ],
      [6, "FOREIGN_KEY a, b: '1, y' is not in public.parents (a, b)"],
    ]);
  });

  it('finds parents in a partitioned table, of another type, by several columns', async () => {
    await pipeline.run(`
      create table public.parents (a bigint, b varchar(5), primary key (a, b)) partition by list (b);
      create table public.parents_x partition of public.parents for values in ('x');
      create table public.parents_y partition of public.parents for values in ('y');
      insert into public.parents values (1, 'x'), (2, 'y');
      create table public.t (id int primary key, a smallint, b text, foreign key (a, b) references public.parents)`);
    const report = await both(['id,a,b', '1,1,x', '2,2,y', '3,2,x', '4,,z', '5,7,']);
    expect(report.counts).toMatchObject({ inserted: 4, rejected: 1 });
    expect(await reasonsOf(report)).toEqual([[4, "FOREIGN_KEY a, b: '2, x' is not in public.parents (a, b)"]]);
  });

  it('judges a CHECK of a generated column by its value, and refuses the one record on which that raises', async () => {
    await pipeline.run(`
      create table public.t (id int primary key, price numeric(8,2), pieces int, name text,
        each_price numeric(8,2) generated always as (price / pieces) stored constraint cheap check (each_price < 100),
        folded text collate "C" generated always as (lower(name)) stored, constraint short check (length(folded) < 4 and id > 0))`);
    const report = await both([
      'id,price,pieces,name',
      '1,50,1,Ann',
      '2,500,2,Bob',
      '3,7,0,Cy',
      '4,,,Dorothea',
      '5,999,10,Eve',
    ]);
    expect(report).toMatchObject({ counts: { inserted: 2, rejected: 3 } });
    expect(await reasonsOf(report)).toEqual([
      [3, "CHECK price, pieces: '500, 2' breaks the check cheap: (each_price < (100)::numeric)"],
      [4, expect.stringMatching(/^CHECK_ERROR .*division by zero \(22012\)$/)],
      [5, expect.stringMatching(/^CHECK id, name: '4, Dorothea' breaks the check short/)],
    ]);
    expect(report.notJudged).toBeUndefined();
  });

  it('leaves a CHECK of a generated column to the target where the file lacks what it is computed by', async () => {
    await pipeline.run(`
      create table public.t (id int primary key, price int default 5, twice int generated always as (price * 2) stored check (twice < 100))`);
    const path = await pipeline.file('lacks.csv', 'id\n1\n');
    const dry = await pipeline.load(path, { ...into, dryRun: true });
    expect(dry.counts).toMatchObject({ inserted: 1 });
  });

  it.each([
    [
      'ranges that overlap',
      '',
      ['10,a,"[1,5)"', '11,a,"[4,6)"', '12,b,"[4,6)"', '13,a,"[5,6)"', '14,a,"[20,25)"', '15,a,'],
    ],
    ['rows that move', '', ['1,a,"[18,40)"', '2,a,"[30,33)"', '3,b,"[20,30)"', '16,a,"[22,23)"']],
    [
      'only where it holds',
      `where (room <> 'b')`,
      ['10,b,"[1,5)"', '11,b,"[2,5)"', '12,a,"[1,3)"', '13,a,"[2,3)"', '3,b,"[1,9)"'],
    ],
  ])('tells in a dry run what an exclusion constraint would refuse: %s', async (_, where, lines) => {
    await pipeline.run(`
      create table public.t (id int primary key, room text, during int4range, exclude using spgist (during with &&) ${where});
      insert into public.t values (1, 'a', '[20,30)'), (2, 'a', '[40,50)'), (3, 'b', '[60,70)')`);
    const report = await both(['id,room,during', ...lines]);
    expect(report.counts.rejected).toBeGreaterThan(0);
    expect(report.notJudged).toBeUndefined();
  });
});
