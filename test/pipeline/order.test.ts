import { readFile, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { readLoad } from '../../functions/ledger/loads/load.ts';
import { startRetry } from '../../functions/ledger/operations/retries.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { signOfLife } from '../../functions/ledger/leases/waiters.ts';
import { selectWaitersBefore } from '../../functions/ledger/leases/waiters-sql.ts';
import { summary } from '../../functions/words/summary.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { seededRandom } from '../../localstack/demo/random.ts';
import { type Command, drain, type HeldTable, heldTable } from '../support/held-table.ts';

describe('files that wait for one table', () => {
  let table: HeldTable;
  beforeEach(async () => {
    table = await heldTable();
  });
  afterEach(() => table.end());

  // any number of seeds: npm run faults -- --moments 200 arrive
  it.for([1])(
    'are merged in the order of their last change, however they arrive and whoever is killed (seed %i)',
    { timeout: 120_000 },
    async (seed) => {
      const drained = await drain(table, 12, seededRandom(seed));
      expect(drained.merged, JSON.stringify(drained)).toEqual(drained.expected);
      expect(drained.possibleValues, JSON.stringify(drained)).toContain(drained.value);
    },
  );

  it('are not overtaken by a newcomer that finds the table free while they have yet to look', async () => {
    await table.hold();
    const older = await table.arrive({ name: 'a-1.csv', value: 1, day: 1 });
    await table.untilWaiting(1);
    const newer = await table.arrive({ name: 'a-2.csv', value: 2, day: 2 });
    await table.untilWaiting(2);
    // the older one looks no more for a while: it is asleep
    const asleep = Promise.withResolvers<void>();
    table.pipeline.before = async ({ event }) => {
      if (event['state'] === 'AcquireLease' && event['loadId'] === 2) await asleep.promise;
    };
    // a look that had begun by then ends before the table is free
    await sleep(1_000);
    await table.giveBack();
    await sleep(1_000);
    expect(await table.merged()).toEqual([]);
    asleep.resolve();
    await Promise.all([older.result, newer.result]);
    expect(await table.merged()).toEqual([1, 2]);
  });

  it('come after an older one that arrives while they wait', async () => {
    await table.hold();
    const newer = await table.arrive({ name: 'a-2.csv', value: 2, day: 2 });
    await table.untilWaiting(1);
    const older = await table.arrive({ name: 'a-1.csv', value: 1, day: 1 });
    await table.untilWaiting(2);
    await table.giveBack();
    await Promise.all([older.result, newer.result]);
    expect(await table.merged()).toEqual([1, 2]);
  });

  const elsewhere = `'{"pid": 1, "startedAt": "then", "host": "elsewhere"}'`;
  /** An execution that looked so long ago, with a load whose object is older than every file's. */
  const waits = (execution: string, owner: string, ago: string): Promise<void> =>
    table.pipeline.run(`
      with load as (
        insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, execution, object_modified)
        values ('d', 'public.t', 'b', '${execution}', '1', 1, 1, '{}', '${execution}', '2025-01-01')
        returning load_id
      )
      insert into landfall.waiters (load_id, execution, target, owner, seen_at)
      select load_id, '${execution}', 'public.t', ${owner}, now() - interval '${ago}' from load`);

  it('wait for no execution whose end was recorded, nor for one that has shown no life for its time', async () => {
    const { pipeline } = table;
    await table.hold();
    const waiting = await table.arrive({ name: 'a-9.csv', value: 9, day: 9 });
    await table.untilWaiting(1);
    await waits('arn:told', 'null', '10 s');
    // longer ago than who may not have been able to look since the server of the tests started
    await waits('arn:silent', 'null', '2 hours');
    await waits('embedded:silent', elsewhere, '2 hours');
    await waits('embedded:alive', elsewhere, '0 s');
    await table.giveBack();
    await pipeline.connect((db) => recordFailure(db, { executionArn: 'arn:told', status: 'ABORTED' }));
    await sleep(1_000);
    expect(await table.merged()).toEqual([]);
    await pipeline.run(
      `update landfall.waiters set seen_at = now() - interval '2 hours' where execution = 'embedded:alive'`,
    );
    expect(await waiting.result).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([
    ['an execution on AWS', 'null', '13 min', '15 min'],
    ['a command on another host', elsewhere, '80 s', '2 min'],
  ])('wait for %s as long as its sign of life lasts', async (_, owner, alive, dead) => {
    await waits('mine', 'null', '0 s');
    await waits('other', owner, alive);
    await table.pipeline.run(`update landfall.loads set object_modified = '2025-01-02' where (execution = 'mine')`);
    const before = async (): Promise<number> => {
      const { load_id: mine } = (
        await table.pipeline.rows<{ load_id: number }>(
          sql`select load_id from landfall.loads where (execution = 'mine')`,
        )
      )[0] ?? { load_id: 0 };
      return (await table.pipeline.rows(selectWaitersBefore(mine, { ...signOfLife, afterStart: 0 }, 32))).length;
    };
    expect(await before()).toBe(1);
    await table.pipeline.run(
      `update landfall.waiters set seen_at = now() - interval '${dead}' where (execution = 'other')`,
    );
    expect(await before()).toBe(0);
  });

  it('of one moment have it in the order in which they came', async () => {
    await table.hold();
    const commands: Command[] = [];
    for (const value of [3, 1, 2]) {
      commands.push(await table.arrive({ name: `a-${value}.csv`, value, day: 1 }));
      await table.untilWaiting(commands.length);
    }
    await table.giveBack();
    await Promise.all(commands.map(({ result }) => result));
    expect(await table.merged()).toEqual([3, 1, 2]);
  });

  it('come after a dry run of an older one, which overtakes nothing', async () => {
    await table.hold();
    const newer = await table.arrive({ name: 'a-2.csv', value: 2, day: 2 });
    await table.untilWaiting(1);
    const dry = await table.arrive({ name: 'a-1.csv', value: 1, day: 1, request: { dryRun: true } });
    await table.untilWaiting(2);
    await table.giveBack();
    await Promise.all([newer.result, dry.result]);
    const taken = sql`
      select outcome, overtook from landfall.loads where (execution is not null) order by attempt_started_at`;
    expect(await table.pipeline.rows(taken)).toEqual([
      { outcome: 'DRY_RUN', overtook: null },
      { outcome: 'LOADED', overtook: null },
    ]);
  });

  it('come after an older one that failed and is tried again while they wait', async () => {
    const { pipeline } = table;
    pipeline.before = ({ event }) => {
      if (event['state'] === 'Compose') throw new Error('no Compose today');
    };
    const failing = await table.arrive({ name: 'a-1.csv', value: 1, day: 1 });
    expect(await failing.result).toMatchObject({ status: 'FAILED' });
    pipeline.before = null;
    await pipeline.run(`update landfall.loads set outcome = 'FAILED', code = 'Error'; delete from landfall.leases`);
    await table.hold();
    const newer = await table.arrive({ name: 'a-2.csv', value: 2, day: 2 });
    await table.untilWaiting(1);
    const again = await table.arrive({ name: 'a-1.csv', value: 1, day: 1 });
    await table.untilWaiting(2);
    await table.giveBack();
    await Promise.all([newer.result, again.result]);
    expect(await table.merged()).toEqual([1, 2]);
  });

  it('wait for no load that another execution has ended meanwhile', async () => {
    await table.hold();
    const request = { force: false };
    const [one, again] = [
      await table.arrive({ name: 'a-1.csv', value: 1, day: 1, request }),
      await table.arrive({ name: 'a-1.csv', value: 1, day: 1, request }),
    ];
    const next = await table.arrive({ name: 'a-2.csv', value: 2, day: 2 });
    await table.untilWaiting(3);
    await table.giveBack();
    const results = await Promise.all([one.result, again.result, next.result]);
    expect(results.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(await table.merged()).toEqual([1, 2]);
    expect(await table.pipeline.rows(sql`select from landfall.waiters`)).toEqual([]);
  });
});

describe('a file that comes after a newer one was merged', () => {
  const into = { into: 'public.t', businessKey: ['id'] };
  let pipeline: HeldTable['pipeline'];
  let table: HeldTable;
  beforeEach(async () => {
    table = await heldTable();
    pipeline = table.pipeline;
  });
  afterEach(() => table.end());

  const file = async (name: string, value: number, day: string): Promise<string> => {
    const path = await pipeline.file(name, `id,v\n1,${value}\n`);
    await utimes(path, new Date(day), new Date(day));
    return path;
  };
  /** Runs a load until this state fails, as the recorder sees it. */
  const failAt = async (state: string, key: string, request: object): Promise<void> => {
    pipeline.before = ({ event }) => {
      if (event['state'] === state) throw new Error(`no ${state} today`);
    };
    const execution = pipeline.start({ bucket: 'file://', key, ...request });
    const result = await execution.result;
    pipeline.before = null;
    if (result.status !== 'FAILED') throw new Error(`the execution ended ${result.status}`);
    await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
  };
  const value = async (): Promise<number | undefined> =>
    (await pipeline.rows<{ v: number }>(sql`select v from public.t where (id = 1)`))[0]?.v;

  it('says which ones it overtook, in its report and in the ledger; what comes in order says nothing', async () => {
    const first = await pipeline.load(await file('first.csv', 1, '2025-01-01'), into);
    const newest = await pipeline.load(await file('newest.csv', 3, '2025-03-01'), into);
    const late = await pipeline.load(await file('late.csv', 2, '2025-02-01'), into);
    expect([first.overtook, newest.overtook]).toEqual([undefined, undefined]);
    expect(late).toMatchObject({
      outcome: 'LOADED',
      overtook: [{ loadId: newest.loadId, bucket: 'file://', lastModified: '2025-03-01T00:00:00.000Z' }],
    });
    const written = JSON.parse(await readFile(late.reportPath ?? '', 'utf8')) as LoadReport;
    expect(written.overtook).toEqual(late.overtook);
  });

  it('says so of one that stopped half-way too, and of no dry run', async () => {
    await pipeline.load(await file('dry.csv', 9, '2025-05-01'), { ...into, dryRun: true });
    const early = await pipeline.load(await file('early.csv', 1, '2025-01-01'), into);
    expect(early.overtook).toBeUndefined();
    await failAt('Finish', await file('stopped.csv', 3, '2025-03-01'), into);
    const late = await pipeline.load(await file('late.csv', 2, '2025-02-01'), { ...into, dryRun: true });
    expect(late).toMatchObject({ outcome: 'DRY_RUN', overtook: [{ lastModified: '2025-03-01T00:00:00.000Z' }] });
  });

  it('waits for an older one that is begun again with many, and has yet to look for the table', async () => {
    await failAt('Compose', await file('older.csv', 1, '2025-01-01'), into);
    const retry = async (started: string): Promise<void> =>
      pipeline.connect(async (db) => {
        await startRetry(db, await readLoad(db, 1), { by: 'sweep', why: null, start: async () => started });
      });
    await retry('this command, load 1');
    expect(await pipeline.rows(sql`select from landfall.waiters`)).toEqual([]);
    await retry('arn:retry');
    const newer = pipeline.start({ bucket: 'file://', key: await file('newer.csv', 2, '2025-02-01'), ...into });
    await table.untilWaiting(2);
    await sleep(500);
    expect(await value()).toBeUndefined();
    await pipeline.connect((db) => recordFailure(db, { executionArn: 'arn:retry', status: 'ABORTED' }));
    expect(await newer.result).toMatchObject({ status: 'SUCCEEDED' });
    expect(await value()).toBe(2);
  });

  it('is refused where the order is strict, in a dry run too, and loaded with --force', async () => {
    const strict = { ...into, order: 'strict' };
    await pipeline.load(await file('newer.csv', 3, '2025-03-01'), strict);
    const path = await file('late.csv', 2, '2025-02-01');
    expect(await pipeline.load(path, { ...strict, dryRun: true })).toMatchObject({
      outcome: 'REJECTED',
      code: 'OLDER_THAN_MERGED',
    });
    const refused = await pipeline.load(path, strict);
    expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'OLDER_THAN_MERGED', counts: { inserted: 0 } });
    expect(refused.message).toContain('newer.csv');
    expect(await value()).toBe(3);
    expect(await pipeline.load(await file('next.csv', 4, '2025-04-01'), strict)).toMatchObject({ outcome: 'LOADED' });
    expect(await pipeline.load(path, { ...strict, force: true })).toMatchObject({
      outcome: 'LOADED',
      overtook: [{ lastModified: '2025-04-01T00:00:00.000Z' }, { lastModified: '2025-03-01T00:00:00.000Z' }],
    });
    expect(await value()).toBe(2);
  });

  it('does not go on where the order is strict and a part of it was merged before; the message says what does', async () => {
    const strict = { ...into, order: 'strict' };
    const path = await file('stopped.csv', 1, '2025-01-01');
    await failAt('Finish', path, strict);
    // its second batch has yet to be merged
    await pipeline.run(`
      insert into landfall.batches (load_id, batch, slice, from_record, to_record, planned_new, planned_changed, planned_unchanged, planned_stale)
      select load_id, batch + 1, slice, to_record, to_record + 1, 1, 0, 0, 0 from landfall.batches`);
    await pipeline.load(await file('newer.csv', 3, '2025-03-01'), strict);
    const result = await pipeline.execute({ bucket: 'file://', key: path, ...strict });
    expect(result).toMatchObject({ status: 'FAILED', error: 'LoadRejected' });
    const report = await pipeline.connect((db) => readLoadReport(db, 1));
    expect(report).toMatchObject({ outcome: 'FAILED', code: 'OLDER_THAN_MERGED', counts: { inserted: 1 } });
    expect(report.message).toMatch(
      /so this load does not go on; .* landfall retry 1 --force, .* 1 of 2 batches are merged and stay: 1 row inserted, 0 updated/,
    );
    expect(
      summary(report, { folder: '/', command: (verb) => `landfall ${verb}`, examples: [], milliseconds: 0 }),
    ).toContain('next        nothing; or the same command with --force, over what is newer');
    expect(await value()).toBe(3);
    expect(await pipeline.load(path, { ...strict, force: true })).toMatchObject({
      outcome: 'LOADED',
      overtook: [{ loadId: 2 }],
    });
    expect(await value()).toBe(1);
  });

  it('is concluded where the order is strict and all of it was merged in its turn', async () => {
    const strict = { ...into, order: 'strict' };
    const path = await file('stopped.csv', 1, '2025-01-01');
    await failAt('Finish', path, strict);
    await pipeline.load(await file('newer.csv', 3, '2025-03-01'), strict);
    const concluded = await pipeline.load(path, strict);
    expect(concluded).toMatchObject({ outcome: 'LOADED', loadId: 1, counts: { inserted: 1 } });
    expect(concluded.overtook).toBeUndefined();
    expect(await value()).toBe(3);
  });

  it('is none where the time of the other one lay in the future, by a clock that was off', async () => {
    const strict = { ...into, order: 'strict' };
    await pipeline.load(await file('forged.csv', 3, '2099-01-01'), strict);
    const claimed = (ago: string): Promise<void> =>
      pipeline.run(`update landfall.loads set started_at = now() - interval '${ago}' where (load_id = 1)`);
    const path = await file('today.csv', 4, new Date().toISOString());
    await claimed('50 minutes');
    expect(await pipeline.load(path, strict)).toMatchObject({ outcome: 'REJECTED', code: 'OLDER_THAN_MERGED' });
    await claimed('70 minutes');
    expect(await pipeline.load(path, strict)).toMatchObject({ outcome: 'LOADED', counts: { updated: 1 } });
  });

  it('stays forced when it failed and goes on', async () => {
    const strict = { ...into, order: 'strict' };
    await pipeline.load(await file('newer.csv', 3, '2025-03-01'), strict);
    const path = await file('late.csv', 2, '2025-02-01');
    await failAt('Compose', path, { ...strict, force: true });
    expect(await pipeline.load(path, strict)).toMatchObject({ outcome: 'LOADED', loadId: 2, counts: { updated: 1 } });
  });

  it('loads an older version of one key with --force, as the message of SUPERSEDED says', async () => {
    await pipeline.load(await file('a.csv', 3, '2025-03-01'), into);
    const path = await file('a.csv', 2, '2025-02-01');
    const late = await pipeline.load(path, into);
    expect(late).toMatchObject({ outcome: 'SUPERSEDED' });
    expect(late.message).toContain(`the same command with --force, or landfall retry ${late.loadId} --force, loads it`);
    const forced = await pipeline.load(path, { ...into, force: true });
    expect(forced).toMatchObject({ outcome: 'LOADED', overtook: [{ lastModified: '2025-03-01T00:00:00.000Z' }] });
    const report = await pipeline.connect((db) => readLoadReport(db, forced.loadId ?? 0));
    expect(report.overtook).toHaveLength(1);
    expect(await value()).toBe(2);
  });
});
