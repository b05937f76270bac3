import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { withClient } from '../../functions/db/client.ts';
import type { Execution } from '../../localstack/embedded/machine/runner.ts';
import { readProgressOf } from '../../functions/ledger/batches/progress.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** A process that is certainly gone: whoever types the command again takes the lease at once. */
const deadOwner = JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'never', host: hostname() });

const request: Partial<LoadRequest> = { into: 'public.t', businessKey: ['id'], limits: { batchRows: 20 } };

describe('a batch that is merged in parts', () => {
  let pipeline: Pipeline;
  let path: string;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create table public.t (id integer primary key, n integer);
      create table public.written (id integer);
      insert into public.t select i, case when i % 3 = 0 then i else -1 end from generate_series(1, 150) as i;
      create function public.note() returns trigger language plpgsql as
        $$ begin
          perform pg_sleep(0.002);
          if (new.n = 77) or (new.n = 177) or (new.n = 178) then raise exception 'no such number' using errcode = '23514'; end if;
          insert into public.written values (new.id);
          return new;
        end $$;
      create trigger note before insert or update on public.t for each row execute function public.note()`,
      { environment: { LANDFALL_OWNER: deadOwner, LANDFALL_MERGE_LANES: '1' }, waits: 0.01 },
    );
    // 1 to 150 are known, every third as it is; 151 to 200 are new, every seventh comes twice
    const lines = Array.from({ length: 200 }, (_, i) => `${i + 1},${i + 1}`);
    path = await pipeline.file('t.csv', `id,n\n${[...lines, '7,7', '14,14'].join('\n')}\n`);
  });
  afterEach(() => pipeline.end());

  const counts = { records: 202, duplicate: 2, rejected: 3, inserted: 48, updated: 99, unchanged: 50, stale: 0 };

  /** Runs while somebody holds a row, so that the merge comes to some part of the batch and not beyond it. */
  const halfMerged = async (act: (execution: Execution) => Promise<void>): Promise<void> => {
    await withClient({ connectionString: pipeline.url, applicationName: 'holder' }, async (holder) => {
      await holder.query('begin; select from public.t where id = 130 for update');
      const execution = pipeline.start({ bucket: 'file://', key: path, ...request });
      let halves: object[] = [];
      while (halves.length === 0) {
        halves = await pipeline.rows(
          sql`select from landfall.batches where (merged_through > from_record) and (merged_at is null)`,
        );
      }
      await act(execution);
    });
  };
  const killHalfMerged = (): Promise<void> =>
    halfMerged(async (execution) => {
      pipeline.before = () => {
        throw new Error('nobody runs it any more');
      };
      execution.abort();
      await pipeline.run(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where (application_name like 'landfall:%') and (datname = current_database())`);
      await pipeline.idle();
      pipeline.before = null;
    });
  const writtenTwice = (): Promise<object[]> =>
    pipeline.rows(sql`select id from public.written group by id having count(*) > 1`);
  const wrong = (): Promise<object[]> => pipeline.rows(sql`select id, n from public.t where (id <> n) and (id <> 77)`);

  it('has one receipt, to which each transaction adds what it did, and when', async () => {
    const report = await pipeline.load(path, request);
    expect(report).toMatchObject({ outcome: 'LOADED', batches: 1, counts });
    expect(report.rejectsByCode).toEqual([{ code: 'TARGET_REFUSED', column: null, rejects: 3 }]);
    const [batch] = await pipeline.rows<{ times: { at: string; rows: number; ms: number }[]; rules: object[] }>(sql`
      select times, rule_counts as rules from landfall.batches
      where (merged_through = to_record) and (merged_at is not null) and (kept_bytes = 19) and (unkept_records = 0)`);
    expect(batch?.rules).toEqual([{ code: 'TARGET_REFUSED', column: null, rejects: 3 }]);
    expect(batch?.times.reduce((rows, part) => rows + part.rows, 0)).toBe(202);
    expect(batch?.times.length).toBeGreaterThan(3);
    for (const { at, rows, ms } of batch?.times ?? []) {
      expect(Date.parse(at)).toBeGreaterThan(Date.now() - 60_000);
      expect(rows).toBeLessThanOrEqual(202);
      expect(ms).toBeGreaterThan(0);
    }
    expect([await writtenTwice(), await wrong()]).toEqual([[], []]);
  });

  it('goes on where it stopped, and writes no row twice, where everything was killed between two parts', async () => {
    await killHalfMerged();
    expect(await pipeline.load(path, request)).toMatchObject({ outcome: 'LOADED', counts });
    expect([await writtenTwice(), await wrong()]).toEqual([[], []]);
  });

  it('is classified again from where it stopped, where staging was lost as well', async () => {
    await killHalfMerged();
    await pipeline.run(`do $$ declare t text; begin
      for t in select relname from pg_class join pg_namespace n on n.oid = relnamespace
        where nspname = 'landfall_staging' and relkind = 'r'
      loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
    expect(await pipeline.load(path, request)).toMatchObject({ outcome: 'LOADED', counts });
    expect([await writtenTwice(), await wrong()]).toEqual([[], []]);
  });

  it('says how many of its rows are merged while it is half merged', async () => {
    let seen = 0;
    await halfMerged(async (execution) => {
      const progress = await pipeline.connect((db) => readProgressOf(db, execution.id));
      expect(progress?.rowsPlanned).toBe(150);
      seen = progress?.rowsMerged ?? 0;
      execution.abort();
    });
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(150);
  });

  it('ends FAILED, and says what stays, where the load is refused before the rest', async () => {
    await killHalfMerged();
    await pipeline.run('alter table public.t add column more integer');
    const report = await pipeline.execute({ bucket: 'file://', key: path, ...request });
    expect(report.status).toBe('FAILED');
    const [load] = await pipeline.rows<{ outcome: string; code: string; message: string }>(
      sql`select outcome, code, message from landfall.loads`,
    );
    expect(load).toMatchObject({ outcome: 'FAILED', code: 'CONTRACT_CHANGED' });
    expect(load?.message).toMatch(
      /0 of 1 batch and parts of 1 more are merged and stay: \d+ rows inserted, \d+ updated/,
    );
  });
});
