import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { bothWays } from '../support/both-ways.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

interface Reason {
  readonly code: string;
  readonly message: string;
}

describe('a table that refers to itself', () => {
  let pipeline: Pipeline;
  let asks = 0;
  let mostAsks = Infinity;
  beforeEach(async () => {
    mostAsks = Infinity;
    pipeline = await testPipeline('', {
      // below a minute a lane goes on in its next call
      millisecondsLeft: ({ event }) => (event['state'] === 'MergeLane' && (asks += 1) > mostAsks ? 59_000 : 900_000),
    });
  });
  afterEach(() => pipeline.end());

  const into = { into: 'public.t', businessKey: ['id'] };
  const both = bothWays(() => pipeline);
  const reasonsOf = async ({ loadId }: LoadReport): Promise<[number, ...string[]][]> => {
    const rows = await pipeline.rows<{ line: number; reasons: Reason[] }>(
      sql`select line, reasons from landfall.rejects where (load_id = ${loadId}) and (kind = 'reject') order by record_no`,
    );
    return rows.map(({ line, reasons }) => [line, ...reasons.map(({ code, message }) => `${code} ${message}`)]);
  };
  const rows = async (): Promise<string[]> =>
    (await pipeline.rows<{ row: string }>(sql`select concat_ws(' ', id, boss) as row from public.t order by id`)).map(
      ({ row }) => row,
    );

  it('takes parents of the file, of the table and itself, in any order, and refuses who points nowhere', async () => {
    await pipeline.run(`
      create table public.t (id int primary key, boss int references public.t, n int not null);
      insert into public.t values (100, null, 0)`);
    const report = await both(['id,boss,n', '1,2,1', '2,3,1', '3,,1', '4,4,1', '5,100,1', '6,999,1', '7,6,1', '8,7,1']);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 8, inserted: 5, rejected: 3 } });
    expect(await reasonsOf(report)).toEqual([
      [7, "FOREIGN_KEY boss: '999' is not in public.t (id), nor in this file"],
      [
        8,
        "FOREIGN_KEY boss: '6' is not in public.t (id), and record 6 of this file, which would bring it, is refused itself",
      ],
      [
        9,
        "FOREIGN_KEY boss: '7' is not in public.t (id), and record 7 of this file, which would bring it, is refused itself",
      ],
    ]);
    expect(await rows()).toEqual(['1 2', '2 3', '3', '4 4', '5 100', '100']);
    expect(report.rejectsByCode).toEqual([{ code: 'FOREIGN_KEY', column: 'boss', rejects: 3 }]);
  });

  it('refuses the children of a record with another fault, and tells of both faults where there are two', async () => {
    await pipeline.run('create table public.t (id int primary key, boss int references public.t, n int not null)');
    const report = await both(['id,boss,n', '1,,x', '2,1,1', '3,77,x', '4,,', '5,4,1', '6,78,', '7,7,1', '8,8,x']);
    expect(report.counts).toMatchObject({ records: 8, inserted: 1, rejected: 7 });
    const told = (await reasonsOf(report)).map(([line, ...reasons]) => [
      line,
      ...reasons.map((words) => words.split(' ')[0]),
    ]);
    expect(told).toEqual([
      [2, 'INVALID_INTEGER'],
      [3, 'FOREIGN_KEY'],
      [4, 'INVALID_INTEGER', 'FOREIGN_KEY'],
      [5, 'NOT_NULL'],
      [6, 'FOREIGN_KEY'],
      [7, 'NOT_NULL', 'FOREIGN_KEY'],
      [9, 'INVALID_INTEGER'],
    ]);
  });

  it('lets circles pass, and who hangs below one', async () => {
    await pipeline.run('create table public.t (id int primary key, boss int references public.t)');
    const report = await both(['id,boss', '5,1', '1,2', '2,3', '3,1', '4,4', '6,5', '7,', '8,7']);
    expect(report.counts).toMatchObject({ records: 8, inserted: 8, rejected: 0 });
  });

  const chain = (many: number): string => {
    const lines = Array.from({ length: many }, (_, i) => `${i},${i === 0 ? '' : i - 1}`);
    return `id,boss\n${lines.map((_, i) => lines[(i * 1_237) % many] ?? '').join('\n')}\n`;
  };
  const inParts = { sliceBytes: 2_000, limits: { batchRows: 150 }, traffic: { live: 'yes' } };
  const transactionsOf = async ({ loadId }: LoadReport): Promise<number | undefined> => {
    const [found] = await pipeline.rows<{ transactions: number }>(sql`
      select sum(jsonb_array_length(times))::integer as transactions from landfall.batches where (load_id = ${loadId})`);
    return found?.transactions;
  };

  it('merges a long chain in shuffled order, in many transactions of many slices', async () => {
    await pipeline.run('create table public.t (id int primary key, boss int references public.t)');
    const report = await pipeline.load(await pipeline.file('chain.csv', chain(4_000)), { ...into, ...inParts });
    expect(report.counts).toMatchObject({ records: 4_000, inserted: 4_000, rejected: 0 });
    expect(await transactionsOf(report)).toBeGreaterThan(5);
  });

  it('goes on along the same line where staging is lost behind the gate', async () => {
    await pipeline.run('create table public.t (id int primary key, boss int references public.t)');
    await pipeline.run(`
      create function public.refuse() returns trigger language plpgsql as $$ begin
        if new.id = 700 then raise exception 'not this one' using errcode = '22023'; end if; return new; end $$;
      create trigger refuse before insert on public.t for each row execute function public.refuse()`);
    let merged = 0;
    mostAsks = 8;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      asks = 0;
      const [{ there } = { there: 0 }] = await pipeline.rows<{ there: number }>(
        sql`select count(*)::integer as there from public.t`,
      );
      if (there === 0 || merged > 0) return;
      merged = there;
      await pipeline.run(`truncate landfall_staging.epochs; do $$ declare t text; begin
        for t in select relname from pg_class join pg_namespace n on n.oid = relnamespace
          where nspname = 'landfall_staging' and relname ~ '_(typed|raw|verdicts|line)$'
        loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
    };
    const report = await pipeline.load(await pipeline.file('chain.csv', chain(1_500)), { ...into, ...inParts });
    expect(merged).toBeGreaterThan(0);
    expect(merged).toBeLessThan(700);
    expect(report.counts).toMatchObject({ records: 1_500, inserted: 700, rejected: 800 });
    expect(await pipeline.rows(sql`select count(*)::integer as rows, max(id) as last from public.t`)).toEqual([
      { rows: 700, last: 699 },
    ]);
  });

  it('finds parents by a unique column that is no business key, also one that a changed row takes', async () => {
    await pipeline.run(`
      create table public.t (id int primary key, code text unique, boss text references public.t (code));
      insert into public.t values (1, 'one', null), (2, 'two', null)`);
    const report = await both([
      'id,code,boss',
      '10,ten,eleven',
      '11,eleven,one',
      '1,one,uno',
      '2,uno,',
      '12,twelve,gone',
      '13,gone,',
      '13,thirteen,',
      '14,fourteen,',
      '15,fifteen,twelve',
      '16,sixteen,nobody',
    ]);
    expect(await reasonsOf(report)).toEqual([
      [6, "FOREIGN_KEY boss: 'gone' is not in public.t (code), nor in this file"],
      [
        10,
        "FOREIGN_KEY boss: 'twelve' is not in public.t (code), and record 5 of this file, which would bring it, is refused itself",
      ],
      [11, "FOREIGN_KEY boss: 'nobody' is not in public.t (code), nor in this file"],
    ]);
    expect(report.counts).toMatchObject({ duplicate: 1, inserted: 4, updated: 2, rejected: 3 });
  });

  it('wants both parents of two foreign keys, and tells of each that is missing', async () => {
    await pipeline.run(`
      create table public.t (id int primary key, mother int references public.t, boss int, foreign key (boss) references public.t)`);
    const report = await both(['id,mother,boss', '1,2,3', '2,4,3', '3,,4', '4,,', '5,98,99', '6,1,5', '7,8,1', '8,,7']);
    expect(report.counts).toMatchObject({ inserted: 6, rejected: 2 });
    expect((await reasonsOf(report)).map(([line, ...reasons]) => [line, reasons.length])).toEqual([
      [6, 2],
      [7, 1],
    ]);
  });

  it('points by several columns, which MATCH FULL wants all or none of', async () => {
    await pipeline.run(`
      create table public.t (area text, id bigint, boss_area text, boss int, primary key (area, id),
        foreign key (boss_area, boss) references public.t match full)`);
    const report = await both(['area,id,boss_area,boss', 'a,1,b,2', 'b,2,,', 'c,3,b,', 'd,4,c,3', 'b,1,a,2'], {
      into: 'public.t',
      businessKey: ['area', 'id'],
    });
    expect(await reasonsOf(report)).toEqual([
      [
        4,
        "FOREIGN_KEY boss_area, boss: 'b, NULL' is empty in part: the foreign key t_boss_area_boss_fkey is MATCH FULL, so all of its columns are empty or none is",
      ],
      [
        5,
        "FOREIGN_KEY boss_area, boss: 'c, 3' is not in public.t (area, id), and record 3 of this file, which would bring it, is refused itself",
      ],
      [6, "FOREIGN_KEY boss_area, boss: 'a, 2' is not in public.t (area, id), nor in this file"],
    ]);
  });

  it('moves rows below parents that the file brings, and leaves rows that are as the file says', async () => {
    await pipeline.run(`
      create table public.t (id int primary key, boss int references public.t deferrable initially deferred);
      insert into public.t values (1, null), (2, 1), (3, 2)`);
    const report = await both(['id,boss', '3,10', '2,1', '10,11', '11,1', '1,']);
    expect(report.counts).toMatchObject({ inserted: 2, updated: 1, unchanged: 2 });
    expect(await rows()).toEqual(['1', '2 1', '3 10', '10 11', '11 1']);
  });

  it('finds the same again where Transform runs twice, and takes a parent that came meanwhile', async () => {
    await pipeline.run('create table public.t (id int primary key, boss int references public.t)');
    let runs = 0;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'Transform') return;
      runs += 1;
      // the gate's transaction fails, once all before it has committed
      if (runs === 1)
        await pipeline.run(`
          create function public.never() returns trigger language plpgsql as $$ begin raise exception 'never' using errcode = '40001'; end $$;
          create trigger never before update on landfall.loads for each row when (new.would_be is not null) execute function public.never()`);
      else
        await pipeline.run(
          'drop trigger if exists never on landfall.loads; insert into public.t values (50, null) on conflict do nothing',
        );
    };
    const path = await pipeline.file('twice.csv', 'id,boss\n1,50\n2,1\n3,60\n4,3\n');
    const report = await pipeline.load(path, into);
    expect(runs).toBeGreaterThan(1);
    expect(report.counts).toMatchObject({ records: 4, inserted: 2, rejected: 2 });
    expect(report.rejectsByCode).toEqual([{ code: 'FOREIGN_KEY', column: 'boss', rejects: 2 }]);
  });
});
