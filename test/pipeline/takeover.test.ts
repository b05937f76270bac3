import { noTypedSql } from '../../functions/contract/typed-sql.ts';
import { readFile, utimes } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sealOf } from '../../functions/core/contract-hash.ts';
import { sql } from '../../functions/core/sql.ts';
import { execute, transaction, withClient } from '../../functions/db/client.ts';
import { currentContract } from '../../functions/extract/current-contract.ts';
import { holdLease, renew } from '../../functions/ledger/leases/lease.ts';
import { insertLease, leaseToken, replaceLease, selectLease } from '../../functions/ledger/leases/leases-sql.ts';
import { selectWaitersBefore } from '../../functions/ledger/leases/waiters-sql.ts';
import { readLoad } from '../../functions/ledger/loads/load.ts';
import { stepReached } from '../../functions/ledger/loads/step-reached-sql.ts';
import { dropStagingOf } from '../../functions/ledger/staging/staging.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { readProgressOf } from '../../functions/ledger/batches/progress.ts';
import { type Invocation, type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

describe('an execution that ends in the middle, and the next one for the same object', () => {
  let pipeline: Pipeline;
  let path: string;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, n integer)');
    path = await pipeline.file('a.csv', 'id,n\n1,1\n2,2\n3,x\n');
  });
  afterEach(() => pipeline.end());

  /** Runs the load until it comes to this state, where it fails as Step Functions and the recorder see a failure. */
  const failAt = async (state: string, request: object = into): Promise<void> => {
    pipeline.before = ({ event }: Invocation) => {
      if (event['state'] === state) throw new Error(`no ${state} today`);
    };
    const execution = pipeline.start({ bucket: 'file://', key: path, ...request });
    const result = await execution.result;
    pipeline.before = null;
    if (result.status !== 'FAILED') throw new Error(`the execution ended ${result.status}`);
    await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
  };
  /** Runs once before the first call of a state. */
  const before = (state: string, act: () => Promise<void>): void => {
    let acted: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== state) return;
      acted ??= act();
      await acted;
    };
  };
  const loads = (): Promise<object[]> =>
    pipeline.rows(sql`select generation, attempt, outcome, code from landfall.loads order by load_id`);
  const ids = async (): Promise<number[]> =>
    (await pipeline.rows<{ id: number }>(sql`select id from public.t order by id`)).map(({ id }) => id);
  const left = (): Promise<object[]> =>
    pipeline.rows(sql`
      select relname::text as name from pg_class join pg_namespace n on n.oid = relnamespace
      where (nspname = 'landfall_staging') and (relkind = 'r') and (relname <> 'epochs')
      union all select target from landfall.leases
      union all select epoch::text from landfall_staging.epochs`);
  const readReport = async (report: LoadReport): Promise<LoadReport> =>
    JSON.parse(await readFile(report.reportPath ?? '', 'utf8')) as LoadReport;

  it('holds its lease against a takeover, and not against another lane that renews it', async () => {
    await failAt('Transform');
    const held = { loadId: 1, attempt: 7, target: 'public.t' };
    const lease = { ...held, execution: 'one', owner: null, seconds: 60 };
    const next = replaceLease({ ...lease, attempt: 8, execution: 'two' }, leaseToken(1, 7));
    await pipeline.connect(async (other) => {
      await pipeline.connect(async (db) => {
        await execute(db, insertLease(lease));
        await transaction(db, {}, async () => {
          await holdLease(db, held);
          await transaction(other, { lockTimeoutMs: 100 }, () => renew(other, held));
          await expect(transaction(other, { lockTimeoutMs: 100 }, () => execute(other, next))).rejects.toThrow(
            'lock timeout',
          );
        });
        expect(await execute(other, next)).toBe(1);
        await expect(transaction(db, {}, () => holdLease(db, held))).rejects.toThrow('no longer leased to attempt 7');
      });
    });
  });

  it('reports a load that was loaded but not reported, as ALREADY_LOADED', async () => {
    await failAt('Report');
    const again = await pipeline.load(path, into);
    expect(again).toMatchObject({ outcome: 'ALREADY_LOADED', counts: { inserted: 2, rejected: 1 } });
    // of the file alone: what the page says beside the command's answer
    const onPage = { madeBy: expect.any(Object), mends: [] };
    expect(await readReport(again)).toEqual({ ...again, outcome: 'LOADED', ...onPage });
    expect(await readFile(again.rejectsPath ?? '', 'utf8')).toContain('3,x');
  });

  it('reports a dry run that was not reported, once, and keeps its rejects', async () => {
    await failAt('Report', { ...into, dryRun: true });
    const again = await pipeline.load(path, { ...into, dryRun: true });
    expect(again).toMatchObject({ outcome: 'DRY_RUN', counts: { inserted: 2, rejected: 1 } });
    expect(await readFile(again.rejectsPath ?? '', 'utf8')).toContain('3,x');
    expect(await pipeline.rows(sql`select from landfall.rejects`)).toHaveLength(1);
    expect(await loads()).toHaveLength(1);
  });

  it('never writes in a dry run, also where an unfinished load of the object was about to', async () => {
    await failAt('MergeLane');
    const dry = await pipeline.load(path, { ...into, dryRun: true });
    expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: { inserted: 2 } });
    expect(await ids()).toEqual([]);
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
    expect(await left()).toEqual([]);
  });

  it('never ends a real load as a dry run, also where somebody asks for one while it runs', async () => {
    let dry = null as Promise<LoadReport> | null;
    before('Compose', async () => {
      const registered = new Promise<void>((resolve) => {
        pipeline.before = ({ event }) => {
          if (event['state'] === 'AcquireLease') resolve();
        };
      });
      dry = pipeline.load(path, { ...into, dryRun: true });
      await registered;
    });
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    expect(await dry).toMatchObject({ outcome: 'DRY_RUN', counts: { unchanged: 2 } });
  });

  it('records a failure before the lease too, so that no load seems to run for ever', async () => {
    await failAt('AcquireLease');
    expect(await loads()).toEqual([{ generation: 1, attempt: 0, outcome: 'FAILED', code: 'Error' }]);
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
    expect(await loads()).toEqual([{ generation: 1, attempt: 1, outcome: 'LOADED', code: null }]);
  });

  it('shows no progress of a load that still waits for the lease', async () => {
    const seen: (string | null)[] = [];
    const execution = pipeline.start({ bucket: 'file://', key: path, ...into });
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'Register') return;
      seen.push((await pipeline.connect((db) => readProgressOf(db, execution.id)))?.step ?? null);
    };
    await execution.result;
    expect([...new Set(seen)]).toEqual([null, 'extract', 'stage', 'validate', 'merge', 'report']);
  });

  it('shows the step of the attempt that runs, not how far the one before it came', async () => {
    await failAt('MergeLane');
    const seen: (readonly [string, string | null])[] = [];
    const execution = pipeline.start({ bucket: 'file://', key: path, ...into });
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'Register') return;
      const [load] = await pipeline.rows<{ step: string }>(
        sql`select ${stepReached('loads')} as step from landfall.loads`,
      );
      const progress = await pipeline.connect((db) => readProgressOf(db, execution.id));
      expect(progress?.step ?? load?.step).toBe(load?.step);
      seen.push([String(event['state']), load?.step ?? null]);
    };
    await execution.result;
    expect(Object.fromEntries(seen)).toEqual({
      AcquireLease: 'merge',
      PlanSlices: 'extract',
      Compose: 'stage',
      Transform: 'merge',
      MergeLane: 'merge',
      Finish: 'merge',
      Report: 'report',
    });
  });

  it('begins one load when Register runs twice, also with --force', async () => {
    await pipeline.load(path, into);
    let forced: Record<string, unknown> | null = null;
    before('AcquireLease', async () => {
      const { handler } = await import('../../functions/extract/handler.ts');
      await handler(forced, { awsRequestId: 'again', getRemainingTimeInMillis: () => 900_000 });
    });
    const withLease = pipeline.before;
    pipeline.before = async (call) => {
      if (call.event['state'] === 'Register') forced = call.event;
      await withLease?.(call);
    };
    expect(await pipeline.load(path, { ...into, force: true })).toMatchObject({ outcome: 'LOADED' });
    expect((await loads()).length).toBe(2);
  });

  it('leaves nothing of a load that --force replaced', async () => {
    await failAt('Transform');
    expect(await left()).not.toEqual([]);
    await pipeline.load(path, { ...into, force: true });
    expect(await left()).toEqual([]);
    expect(await loads()).toMatchObject([{ outcome: 'FAILED' }, { outcome: 'LOADED' }]);
  });

  it('merges what a killed worker was merging: its transaction is ended, not waited for or taken for done', async () => {
    let frozen = null as Promise<void> | null;
    before('MergeLane', async () => {
      const holds = Promise.withResolvers<void>();
      const name = 'landfall:1:1:MergeLane:0';
      frozen = withClient({ connectionString: pipeline.url, applicationName: name }, async (db) => {
        await db.query('begin; select * from landfall.batches for update');
        holds.resolve();
        await new Promise((resolve) => db.once('end', resolve));
      });
      await holds.promise;
    });
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
    await frozen;
  });

  it('ends what a failed execution left running, although it gave its lease back', async () => {
    await failAt('Transform');
    const name = 'landfall:1:1:Transform';
    await withClient({ connectionString: pipeline.url, applicationName: name }, async (db) => {
      await db.query('begin; lock table landfall_staging.l1_s0_typed in access exclusive mode');
      expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    });
  });

  it('lets a worker of an older attempt neither drop the staging nor forget the plan of a newer one', async () => {
    await failAt('Transform');
    before('Transform', async () => {
      await pipeline.connect(async (db) => {
        await expect(dropStagingOf(db, { loadId: 1, attempt: 1 })).rejects.toMatchObject({ name: 'LeaseLost' });
        const seen = { ...(await readLoad(db, 1)), contractHash: 'of another table' };
        await expect(currentContract(seen, 1, { db, datasets: [], typedSql: noTypedSql })).rejects.toMatchObject({
          name: 'LeaseLost',
        });
      });
    });
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { records: 3, inserted: 2 } });
  });

  it('leaves a newer attempt alone when the failure of an older one is told late, and again', async () => {
    await failAt('Transform');
    const [old] = await pipeline.rows<{ execution: string }>(sql`select execution from landfall.loads`);
    before('Transform', async () => {
      const late = { executionArn: old?.execution ?? '', status: 'TIMED_OUT' } as const;
      expect(await pipeline.connect((db) => recordFailure(db, late))).toEqual({ loadId: null });
    });
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
  });

  it('never writes more of an older version once a newer one was loaded, also where it had begun to merge', async () => {
    const older = new Date('2020-01-01');
    await utimes(path, older, older);
    await failAt('MergeLane');
    await pipeline.file('a.csv', 'id,n\n1,10\n2,20\n');
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    await pipeline.file('a.csv', 'id,n\n1,1\n2,2\n3,x\n');
    await utimes(path, older, older);
    expect(await pipeline.load(path, into)).toMatchObject({
      outcome: 'SUPERSEDED',
      code: 'SUPERSEDED',
      counts: { inserted: 0 },
    });
    expect(await pipeline.rows(sql`select n from public.t order by id`)).toEqual([{ n: 10 }, { n: 20 }]);
    expect(await left()).toEqual([]);
  });

  it('writes no late staging into a load that has ended', async () => {
    // a call whose Map has failed goes on in Lambda until it is done
    const late = Promise.withResolvers<unknown>();
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'Report') return;
      const { handler } = await import('../../functions/stage/handler.ts');
      const item = { slice: 0, through: 0, from: 5 };
      await pipeline.run(`insert into landfall_staging.epochs select load_id, epoch from landfall.loads;
        update landfall.slices set staged_at = null`);
      const { contract } = await pipeline.connect((db) => readLoad(db, 1));
      const seal = contract === null ? '' : sealOf(contract);
      const call = handler(
        { state: 'StageSlice', loadId: 1, attempt: 1, seal, item },
        { awsRequestId: 'late', getRemainingTimeInMillis: () => 900_000 },
      );
      late.resolve(await call.catch((error: unknown) => error));
    };
    await pipeline.load(path, into);
    expect(await late.promise).toMatchObject({ name: 'LeaseLost' });
    await pipeline.run('truncate landfall_staging.epochs');
    expect(await left()).toEqual([]);
  });

  it.each(['StageSlice', 'ValidateSlice', 'Transform', 'MergeLane'])(
    'refuses the load whose table is dropped before %s, and says so',
    async (state) => {
      await pipeline.run('insert into public.t values (1, 0)');
      before(state, () => pipeline.run('drop table public.t'));
      expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'REJECTED', code: 'CONTRACT_CHANGED' });
      expect(await left()).toEqual([]);
    },
  );

  it('ends a load as LOADED whose table is dropped right after the merge', async () => {
    before('Finish', () => pipeline.run('drop table public.t'));
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    expect(await left()).toEqual([]);
  });
});

describe('who was cut off when the server went away', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, n integer)');
    await pipeline.run(`
      insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request)
      values ('t', 'public.t', 'b', 'k', '1', 1, 1, '{}');
      insert into landfall.leases (target, load_id, attempt, execution, token, expires_at)
      values ('public.t', 1, 1, 'arn:1', '1:1', now())`);
  });
  afterEach(() => pipeline.end());
  const expired = async (secondsBeforeStart: number, backSeconds: number): Promise<boolean | undefined> => {
    await pipeline.run(
      `update landfall.leases set expires_at = pg_postmaster_start_time() - make_interval(secs => ${secondsBeforeStart})`,
    );
    const [lease] = await pipeline.rows<{ expired: boolean }>(selectLease('public.t', backSeconds));
    return lease?.expired;
  };

  it('keeps its lease until it has had the time to come back', async () => {
    expect(await expired(600, 86_400)).toBe(false);
    expect(await expired(600, 0)).toBe(true);
  });

  it('does not where the lease had been left behind long before', async () => {
    expect(await expired(3_700, 86_400)).toBe(true);
  });

  it('keeps its place among those who wait, who are silent since', async () => {
    await pipeline.run(`
      insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, object_modified)
      values ('t', 'public.t', 'b', 'k2', '1', 1, 1, '{}', now());
      update landfall.loads set object_modified = now() - interval '1 hour' where (load_id = 1);
      insert into landfall.waiters (load_id, execution, target) values (1, 'arn:1', 'public.t')`);
    const waits = async (secondsBeforeStart: number, afterStart: number): Promise<boolean> => {
      await pipeline.run(
        `update landfall.waiters set seen_at = pg_postmaster_start_time() - make_interval(secs => ${secondsBeforeStart})`,
      );
      const alive = { ofProcess: 0, ofExecution: 0, afterStart };
      return (await pipeline.rows(selectWaitersBefore(2, alive, 32))).length === 1;
    };
    expect(await waits(600, 86_400)).toBe(true);
    expect(await waits(600, 0)).toBe(false);
    expect(await waits(3_700, 86_400)).toBe(false);
    expect(await waits(-1, 86_400)).toBe(false);
  });
});
