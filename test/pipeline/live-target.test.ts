import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

describe('a target that others use and that has its own mind', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`create table public.t (id integer primary key, name text unique, n integer)`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(sql`select concat_ws(' ', id, name, n) as row from public.t order by id`)
    ).map(({ row }) => row);
  /** Runs SQL once, between the classifying and the first batch. */
  const beforeMerge = (text: string): void => {
    let done: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      // the other lane waits for it too
      done ??= pipeline.run(text);
      await done;
    };
  };

  /** Until two transactions of the load were seen waiting for a lock: it gave up, and began anew. */
  const cameBackToTheLock = async (): Promise<void> => {
    const waited = new Set<string>();
    const seen = async (): Promise<number> => {
      const waiting = await pipeline.rows<{ began: string }>(sql`
        select xact_start::text as began
        from pg_stat_activity
        where (datname = current_database())
          and (wait_event_type = 'Lock')
          and (application_name like 'landfall:%')`);
      for (const { began } of waiting) waited.add(began);
      return waited.size;
    };
    await expect.poll(seen, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(2);
  };

  it('judges rows again that others inserted, changed or deleted since the classifying', async () => {
    await pipeline.run(`insert into public.t values (1, 'a', 1), (2, 'b', 1), (3, 'c', 1)`);
    const path = await pipeline.file('a.csv', 'id,name,n\n1,a,9\n2,b,9\n3,c,9\n4,d,9\n5,e,9\n');
    beforeMerge(`
      update public.t set n = 9 where id = 1; delete from public.t where id = 2;
      insert into public.t values (4, 'd', 1), (5, 'e', 9)`);
    const { counts } = await pipeline.load(path, into);
    expect(await rows()).toEqual(['1 a 9', '2 b 9', '3 c 9', '4 d 9', '5 e 9']);
    expect(counts).toMatchObject({ records: 5, inserted: 1, updated: 2, unchanged: 2 });
  });

  it('never takes back a newer version that somebody wrote since the classifying', async () => {
    await pipeline.run(`insert into public.t values (1, 'a', 1)`);
    const path = await pipeline.file('a.csv', 'id,name,n\n1,mine,5\n2,new,5\n');
    beforeMerge(
      `update public.t set n = 8, name = 'theirs' where id = 1; insert into public.t values (2, 'also theirs', 8)`,
    );
    const conflict = { rule: 'newer-wins', versionColumn: 'n' };
    const { counts } = await pipeline.load(path, { ...into, conflict });
    expect(await rows()).toEqual(['1 theirs 8', '2 also theirs 8']);
    expect(counts).toMatchObject({ stale: 2, inserted: 0, updated: 0 });
  });

  it('puts rows into the quarantine that another unique index refuses, and merges the others', async () => {
    await pipeline.run(`insert into public.t values (100, 'taken', 1)`);
    const lines = Array.from(
      { length: 500 },
      (_, i) => `${i},${i === 77 ? 'taken' : i === 78 ? '"na\nme 3"' : `name ${i}`},1`,
    );
    lines[400] = '400,name 10,1';
    lines[100] = '101000,name 100,1';
    const path = await pipeline.file('a.csv', ['id,name,n', ...lines].join('\n'));
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 500, rejected: 2, inserted: 498 } });
    expect(report.rejectsByCode).toEqual([{ code: 'TARGET_REFUSED', column: null, rejects: 2 }]);
    const rejects = await pipeline.rows<{ line: number; raw: Buffer; message: string }>(
      sql`select line, raw, reasons->0->>'message' as message from landfall.rejects order by line`,
    );
    expect(rejects.map(({ line, raw }) => [line, raw.toString()])).toEqual([
      [79, '77,taken,1'],
      [403, '400,name 10,1'],
    ]);
    expect(rejects[0]?.message).toContain('23505');
  });

  it('writes a row that wants what a later row of its batch gives up', async () => {
    await pipeline.run(`insert into public.t values (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)`);
    const path = await pipeline.file('a.csv', 'id,name,n\n10,one,1\n1,two,1\n2,three,2\n3,free,3\n11,one,1\n');
    const report = await pipeline.load(path, into);
    expect(report.counts).toMatchObject({ inserted: 1, updated: 3, rejected: 1 });
    expect(await rows()).toEqual(['1 two 1', '2 three 2', '3 free 3', '10 one 1']);
  });

  it('notices a trigger that swallows rows, and keeps what it swallowed', async () => {
    await pipeline.run(`
      create function public.swallow() returns trigger language plpgsql as
        $$ begin if new.n = 13 then return null; end if; return new; end $$;
      create trigger swallow before insert or update on public.t for each row execute function public.swallow()`);
    const path = await pipeline.file('a.csv', 'id,name,n\n1,a,1\n2,b,13\n3,c,3\n');
    const { counts } = await pipeline.load(path, into);
    expect(counts).toMatchObject({ inserted: 2, rejected: 1 });
    const again = await pipeline.load(await pipeline.file('b.csv', 'id,name,n\n1,a,13\n3,c,4\n'), into);
    expect(again.counts).toMatchObject({ updated: 1, rejected: 1 });
    expect(await rows()).toEqual(['1 a 1', '3 c 4']);
  });

  it('quarantines what a trigger raises on, with its SQLSTATE and message', async () => {
    await pipeline.run(`
      create function public.refuse() returns trigger language plpgsql as
        $$ begin if new.n < 0 then raise exception 'no debts'; end if; return new; end $$;
      create trigger refuse before insert on public.t for each row execute function public.refuse()`);
    const path = await pipeline.file('a.csv', 'id,name,n\n1,a,1\n2,b,-2\n');
    await pipeline.load(path, into);
    const [reject] = await pipeline.rows<{ message: string }>(
      sql`select reasons->0->>'message' as message from landfall.rejects`,
    );
    expect(reject?.message).toContain('no debts');
    expect(reject?.message).toContain('P0001');
  });

  it('stops at the next batch when the table is altered in mid-load, and merges the rest with --force', async () => {
    const path = await pipeline.file('a.csv', 'id,name,n\n1,a,1\n2,b,2\n');
    beforeMerge('alter table public.t add column extra text');
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTRACT_CHANGED' });
    expect(await rows()).toEqual([]);
    pipeline.before = null;
    expect((await pipeline.load(path, { ...into, force: true })).outcome).toBe('LOADED');
    expect(await rows()).toEqual(['1 a 1', '2 b 2']);
  });

  it('waits out a lock that another session holds on its rows', async () => {
    await pipeline.run(`insert into public.t values (1, 'a', 1)`);
    const path = await pipeline.file('a.csv', 'id,name,n\n1,a,2\n');
    await pipeline.connect(async (db) => {
      await db.query('begin; update public.t set n = 5 where id = 1');
      const loading = pipeline.load(path, into);
      await cameBackToTheLock();
      await db.query('commit');
      expect((await loading).counts).toMatchObject({ updated: 1 });
    });
    expect(await rows()).toEqual(['1 a 2']);
  });

  it('waits for a lock as long as it was told to', async () => {
    await pipeline.run(`insert into public.t values (1, 'a', 1)`);
    const path = await pipeline.file('a.csv', 'id,name,n\n1,a,2\n');
    await pipeline.connect(async (db) => {
      await db.query('begin; update public.t set n = 5 where id = 1');
      const loading = pipeline.load(path, { ...into, traffic: { lockTimeoutMs: 10_000 } });
      const longest = async (): Promise<number | undefined> =>
        (
          await pipeline.rows<{ ms: number }>(sql`
            select (extract(epoch from clock_timestamp() - xact_start) * 1000)::integer as ms
            from pg_stat_activity
            where (datname = current_database())
              and (wait_event_type = 'Lock')
              and (application_name like 'landfall:%')`)
        ).at(0)?.ms;
      // five times as long as a batch waits that was told nothing
      await expect.poll(longest, { timeout: 20_000, interval: 10 }).toBeGreaterThan(1_000);
      await db.query('commit');
      expect((await loading).counts).toMatchObject({ updated: 1 });
    });
    expect(await rows()).toEqual(['1 a 2']);
  });

  it('lets a zombie of an older attempt write nothing more', async () => {
    const path = await pipeline.file('a.csv', 'id,name,n\n1,a,1\n');
    let takenOver: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      // the lease changes hands while these workers are frozen
      takenOver ??= pipeline.run(`update landfall.leases set token = 'another', attempt = attempt + 1;
        update landfall.loads set attempt = attempt + 1`);
      await takenOver;
    };
    const result = await pipeline.execute({ bucket: 'file://', key: path, ...into });
    expect(result).toMatchObject({ status: 'FAILED', error: 'LeaseLost' });
    expect(await rows()).toEqual([]);
    // nobody but the owner of the attempt may say how it ended
    expect(await pipeline.rows(sql`select outcome from landfall.loads`)).toEqual([{ outcome: null }]);
  });

  it('fills the staging again when it is lost after the gate, and judges nothing twice', async () => {
    await pipeline.run(`insert into public.t values (1, 'one', 0)`);
    const lines = ['1,one,1', '2,two,x', '3,three,3', '3,three,33', '4," 4",4', '5,five,5'];
    const path = await pipeline.file('a.csv', ['id,name,n', ...lines].join('\n'));
    let lost = 0;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || lost++ > 0) return;
      // what a crash of the server does to every UNLOGGED table
      await pipeline.run(`do $$ declare t text; begin
        for t in select relname from pg_class join pg_namespace n on n.oid = relnamespace
          where nspname = 'landfall_staging' and relkind = 'r'
        loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
    };
    const report = await pipeline.load(path, { ...into, sliceBytes: 12 });
    expect(report.counts).toMatchObject({ records: 6, rejected: 1, duplicate: 1, inserted: 3, updated: 1 });
    expect(await rows()).toEqual(['1 one 1', '3 three 33', '4  4 4', '5 five 5']);
    expect(lost).toBeGreaterThan(1);
  });
});
