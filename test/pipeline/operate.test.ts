import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { sql } from '../../functions/core/sql.ts';
import { datasets } from '../support/sample-datasets.ts';
import { execute } from '../../functions/db/client.ts';
import type { LandedObject, OperateDeps } from '../../functions/operate/deps.ts';
import type { View } from '../../functions/words/view.ts';
import { isWaiting } from '../../cli/database/ledger-reads.ts';
import { readProgressOf } from '../../functions/ledger/batches/progress.ts';
import { operateFunction } from '../../functions/operate/invocation.ts';
import { operate } from '../../functions/operate/operate.ts';
import { operateVerbs } from '../../functions/operate/verbs/all.ts';
import { landingBucket } from '../../functions/operate/wiring.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { ownerIsAlive, thisOwner } from '../../functions/runtime/owner.ts';
import type { Execution } from '../../localstack/embedded/machine/runner.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// The verbs over the real ledger and the real state machine; executions are those of the runner, as Step Functions keeps them.

const into = { into: 'public.t', businessKey: ['id'] };
const orders = `create table public.orders (
  id bigint primary key, account text, email text, amount numeric(12,2), currency char(3), created_at timestamptz, status text, note text)`;

let pipeline: Pipeline;
let path: string;
let executions: TestExecutions;
let landed: LandedObject[];
beforeEach(async () => {
  const ddl = `create table public.t (id integer primary key, n integer); ${orders}`;
  // a second of waiting for a table is 50 ms
  pipeline = await testPipeline(ddl, { waits: 0.05 });
  path = await pipeline.file('a.csv', 'id,n\n1,1\n2,2\n3,x\n');
  executions = stepFunctions(pipeline);
  landed = [];
});
afterEach(() => pipeline.end());

type TestExecutions = OperateDeps['executions'] & {
  readonly requests: LoadRequest[];
  idle(): Promise<void>;
  /** Once the one that was started last has ended. */
  idleOfNewest(): Promise<void>;
  begin(request: object): string;
};

/** What Step Functions and the recorder do: executions run by themselves, and one that fails or is stopped is recorded. */
function stepFunctions({ start, connect }: Pipeline): TestExecutions {
  const running = new Map<string, Execution>();
  const ends: Promise<void>[] = [];
  const requests: LoadRequest[] = [];
  const begin = (request: object): string => {
    const execution = start(request);
    running.set(execution.id, execution);
    const end = async (): Promise<void> => {
      const result = await execution.result;
      if (result.status !== 'SUCCEEDED')
        await connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
      running.delete(execution.id);
    };
    ends.push(end());
    return execution.id;
  };
  return {
    requests,
    begin,
    idle: async () => void (await Promise.all(ends)),
    idleOfNewest: async () => await ends.at(-1),
    async start(request) {
      requests.push(request);
      return begin(request);
    },
    stop: async (id) => running.get(id)?.abort(),
    lookAt: async (id) => (running.has(id) ? { isRunning: true } : { isRunning: false, endedAt: null }),
  };
}

const landedObject = { bucket: 'file://', versionId: null, etag: null, sizeBytes: 1 };

async function* listing(prefix: string, after: string | null): AsyncGenerator<LandedObject> {
  const keys = landed.toSorted((a, b) => (a.uploadKey < b.uploadKey ? -1 : 1));
  for (const object of keys) if (object.uploadKey.startsWith(prefix) && object.uploadKey > (after ?? '')) yield object;
}

async function call<Answer = Record<string, unknown>>(
  verb: string,
  input: object = {},
  more: { why?: string; deps?: Partial<OperateDeps> } = {},
): Promise<Answer> {
  const { why = null, deps } = more;
  const common = {
    place: 'test',
    ledgerOwner: null,
    executions,
    objects: { bucket: 'file://', sources: null, list: listing },
    datasets,
    ownerIsAlive,
    millisecondsLeft: () => Infinity,
  };
  const answer = await pipeline.connect((db) =>
    operate(
      { verb, input, by: 'ana@laptop', why },
      { db, ...common, now: () => new Date(), recordBytes: 1_000_000, ...deps },
    ),
  );
  // what a Lambda answers has been JSON on its way
  return JSON.parse(JSON.stringify(answer)) as Answer;
}

/** As somebody sees it who stands in the folder of the files. */
const view = (): View => ({ folder: pipeline.directory, command: (rest) => `landfall ${rest}` });

const show = (verb: string, answer: unknown): string =>
  (operateVerbs.find(({ name }) => name === verb)?.show(answer, view()) ?? '')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/ *[\d.]+ m?s\b */g, ' SOME s ')
    .replaceAll(/ +$/gm, '')
    .replaceAll(/[\d,]+ records\/s/g, 'N records/s')
    .replaceAll(/execution( +)\S+/g, 'execution$1ID');

const operations = (): Promise<object[]> =>
  pipeline.rows(sql`select verb, load_id, target, by, why, answer from landfall.operations order by operation_id`);

/** Runs a load until this state fails, as Step Functions and the recorder see it. */
async function failAt(state: string, request: object = into): Promise<number> {
  pipeline.before = ({ event }) => {
    if (event['state'] === state) throw new Error(`no ${state} today`);
  };
  executions.begin({ bucket: 'file://', key: path, ...request });
  await executions.idle();
  pipeline.before = null;
  return await newestLoad();
}

/** Runs a load that stands still at this state until it is let go. */
async function haltAt(state: string): Promise<{ loadId: number; go: () => void }> {
  let go: () => void = () => undefined;
  const halted = new Promise<void>((reached) => {
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    pipeline.before = async ({ event }) => {
      if (event['state'] !== state) return;
      reached();
      await gate;
    };
  });
  executions.begin({ bucket: 'file://', key: path, ...into });
  await halted;
  return { loadId: await newestLoad(), go };
}

async function newestLoad(): Promise<number> {
  const [row] = await pipeline.rows<{ load_id: number }>(sql`select max(load_id) as load_id from landfall.loads`);
  return row?.load_id ?? 0;
}

const outcomeOf = async (loadId: number): Promise<object | undefined> =>
  (await pipeline.rows(sql`select outcome, code, attempt from landfall.loads where (load_id = ${loadId})`))[0];

async function holdAt(state: string): Promise<() => void> {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  pipeline.before = async ({ event }) => void (event['state'] === state && (await gate));
  return go;
}

describe('the verbs', () => {
  it('are all listed', () => {
    const files = readdirSync(new URL('../../functions/operate/verbs', import.meta.url));
    const names = files.map((file) => file.replace('.ts', '')).filter((name) => name !== 'all');
    expect(operateVerbs.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  it('refuse what makes no sense, naming every problem, and write nothing of it', async () => {
    await expect(call('retyr')).rejects.toThrow('"retyr" is not a verb. Did you mean "retry"?');
    await expect(call('retry', { loadId: 'seven', now: true })).rejects.toMatchObject({
      name: 'UsageError',
      problems: [expect.stringContaining('loadId'), expect.stringContaining('now')],
    });
    await expect(call('list', { outcome: 'DONE' })).rejects.toThrow('there are LOADED');
    await expect(call('list', { since: 'yesterday' })).rejects.toThrow('"yesterday" is no time');
    expect(await operations()).toEqual([]);
  });

  it('are answered by the function as they are by the command', async () => {
    await pipeline.load(path, into);
    const handler = operateFunction(async () => ({
      withDatabase: pipeline.connect,
      ledgerOwner: null,
      executions,
      datasets,
      objects: { bucket: 'file://', sources: null, list: listing },
    }));
    const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 120_000 };
    const answer = await handler({ verb: 'list', input: {}, by: 'ana@laptop', why: null }, context);
    expect(answer).toEqual(await call('list'));
    await expect(handler({ verb: 'list', input: { most: 0 }, by: 'ana@laptop' }, context)).rejects.toMatchObject({
      name: 'UsageError',
    });
  });
});

describe('the wiring to S3', () => {
  it('lists the landing bucket page by page', async () => {
    const object = {
      bucket: 'landing',
      versionId: null,
      etag: 'abc',
      sizeBytes: 7,
      lastModified: '2026-11-28T00:00:00.000Z',
    };
    const store = {
      async *list({ bucket, prefix }: { bucket: string; prefix: string }) {
        yield [
          { key: `${prefix}1`, ...object },
          { key: `${bucket}/2`, ...object },
        ];
        yield [{ key: '3', ...object }];
      },
    };
    const listed: LandedObject[] = [];
    for await (const each of landingBucket(store, 'landing').list('orders/', null)) listed.push(each);
    expect(listed.map(({ uploadKey }) => uploadKey)).toEqual(['orders/1', 'landing/2', '3']);
    expect(listed[0]).toMatchObject({ versionId: null, lastModified: '2026-11-28T00:00:00.000Z' });
  });
});

describe('status and list', () => {
  it('tell what runs, what stopped without a word, and what ended', async () => {
    await pipeline.load(path, into);
    const { loadId, go } = await haltAt2();
    const running = await call<{ loads: object[]; leases: object[] }>('status');
    expect(running.loads).toMatchObject([
      { loadId, outcome: null, running: true },
      { outcome: 'LOADED', running: false },
    ]);
    expect(running.leases).toMatchObject([{ target: 'public.t', loadId, state: 'held' }]);
    const gone = await call<{ loads: object[] }>('status', {}, { deps: { executions: allEnded() } });
    expect(gone.loads[0]).toMatchObject({ loadId, running: false });
    expect(show('status', gone)).toContain('unfinished');
    go();
    await executions.idle();
    expect((await call<{ loads: object[] }>('list', { outcome: 'RUNNING' })).loads).toEqual([]);
    expect(await call('list', { most: 1 })).toMatchObject({ loads: [{ loadId }], more: true });
    expect((await call<{ loads: object[] }>('list', { since: '1h', outcome: 'LOADED' })).loads).toHaveLength(2);
    expect((await call<{ loads: object[] }>('list', { dataset: 'nobody' })).loads).toEqual([]);
  });

  it('tell how many loads wait for a table, and which has it next', async () => {
    await pipeline.load(path, into);
    const { loadId, go } = await haltAt2();
    await pipeline.run(`
      with waiting as (
        insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, object_modified)
        select 'd', 'public.t', 'b', 'k' || n, '1', 1, 1, '{}', timestamptz '2025-01-09' - make_interval(days => n)
        from generate_series(1, 2) as n
        returning load_id
      )
      insert into landfall.waiters (load_id, execution, target) select load_id, 'arn:' || load_id, 'public.t' from waiting`);
    const answer = await call('status');
    expect(answer).toMatchObject({ waiting: [{ target: 'public.t', loads: 2, next: loadId + 2 }] });
    const waits = await Promise.all(
      [loadId, loadId + 1].map((id) => pipeline.connect((db) => isWaiting(db, `arn:${id}`))),
    );
    expect(waits).toEqual([false, true]);
    expect(show('status', answer)).toContain(`tables waited for\npublic.t  2 loads  load ${loadId + 2} is next\n`);
    go();
    await executions.idle();
  });

  /** A second load of another file, halted. */
  async function haltAt2(): Promise<{ loadId: number; go: () => void }> {
    path = await pipeline.file('b.csv', 'id,n\n4,4\n');
    return await haltAt('MergeLane');
  }
  const allEnded = (): OperateDeps['executions'] => ({
    ...executions,
    lookAt: async () => ({ isRunning: false, endedAt: null }),
  });
});

describe('explain', () => {
  it('tells a load that ended step by step, with its rejects', async () => {
    const { loadId } = await pipeline.load(path, into);
    expect(show('explain', await call('explain', { loadId }))).toMatchSnapshot();
  });

  it('tells where a load failed, and the command that goes on', async () => {
    const loadId = await failAt('MergeLane');
    expect(show('explain', await call('explain', { loadId }))).toMatchSnapshot();
  });

  it('tells how far a load is that runs', async () => {
    const { loadId, go } = await haltAt('ValidateSlice');
    expect(await call('explain', { loadId })).toMatchObject({ outcome: null, running: true, step: 'validate' });
    expect(show('explain', await call('explain', { loadId }))).toMatchSnapshot();
    go();
    await executions.idle();
  });

  it('knows no load that the ledger does not', async () => {
    await expect(call('explain', { loadId: 99 })).rejects.toMatchObject({ name: 'OperationRefused' });
  });
});

describe('rejects', () => {
  it('shows reasons and records, as many as fit', async () => {
    const file = await pipeline.file(
      'c.csv',
      `id,n\n${[1, 2, 3, 4].map((id) => `${id},${'x'.repeat(100)}\n`).join('')}`,
    );
    const { loadId } = await pipeline.load(file, into);
    const all = await call<{ rejects: object[] }>('rejects', { loadId });
    expect(all.rejects).toHaveLength(4);
    expect(all.rejects[0]).toMatchObject({ line: 2, raw: `1,${'x'.repeat(100)}` });
    expect((await call<{ rejects: object[] }>('rejects', { loadId, most: 2 })).rejects).toHaveLength(2);
    const few = { deps: { recordBytes: 10 } };
    expect((await call<{ rejects: object[] }>('rejects', { loadId }, few)).rejects).toHaveLength(1);
    expect(show('rejects', await call('rejects', { loadId, kind: 'duplicate' }))).toBe(
      `load ${loadId} has no such records\n`,
    );
  });
});

describe('retry', () => {
  it('goes on with a load that failed, once, and is audited', async () => {
    const loadId = await failAt('MergeLane');
    const hold = await holdAt('MergeLane');
    const first = await call('retry', { loadId }, { why: 'the disk is empty again' });
    const second = await call('retry', { loadId });
    expect(second).toEqual({ ...first, already: true });
    hold();
    await executions.idle();
    expect(executions.requests).toHaveLength(1);
    expect(await outcomeOf(loadId)).toEqual({ outcome: 'LOADED', code: null, attempt: 2 });
    expect(await operations()).toMatchObject([
      { verb: 'retry', load_id: loadId, by: 'ana@laptop', why: 'the disk is empty again', answer: first },
      { verb: 'retry', load_id: loadId, why: null, answer: second },
    ]);
    expect(show('explain', await call('explain', { loadId }))).toContain('the disk is empty again');
  });

  it('does not wait for a table that the load itself holds still, because nobody recorded how its execution ended', async () => {
    const { loadId, go } = await haltAt('MergeLane');
    pipeline.before = null;
    const unrecorded = { ...executions, lookAt: async () => ({ isRunning: false, endedAt: null }) as const };
    await call('retry', { loadId }, { deps: { executions: unrecorded } });
    await executions.idleOfNewest();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'LOADED', attempt: 2 });
    go();
    await executions.idle();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'LOADED', attempt: 2 });
  });

  it('is told by explain while it waits for a table that another load holds', async () => {
    const loadId = await failAt('MergeLane');
    const failed = path;
    path = await pipeline.file('b.csv', 'id,n\n4,4\n');
    const { go } = await haltAt('MergeLane');
    path = failed;
    await call('retry', { loadId });
    // FAILED until the retry has claimed it again, then without an outcome
    const told = await call('explain', { loadId });
    expect(told).toMatchObject({ running: false, retrying: true });
    expect(show('explain', told)).toContain('is being retried; the retry waits for its table');
    go();
    await executions.idle();
    expect(await call('explain', { loadId })).toMatchObject({ outcome: 'LOADED', retrying: false });
  });

  it('is refused with words where the load is LOADED, runs, or was replaced; the refusal is audited', async () => {
    const { loadId } = await pipeline.load(path, into);
    await expect(call('retry', { loadId })).rejects.toThrow('LOADED: there is nothing to retry');
    const failed = await failAt('MergeLane', { ...into, force: true });
    await pipeline.load(path, { ...into, force: true });
    await expect(call('retry', { loadId: failed })).rejects.toThrow('was replaced by load');
    path = await pipeline.file('b.csv', 'id,n\n4,4\n');
    const { loadId: running, go } = await haltAt('MergeLane');
    await expect(call('retry', { loadId: running })).rejects.toThrow('runs: wait for it');
    go();
    await executions.idle();
    expect(await operations()).toMatchObject([
      { answer: { refused: expect.stringContaining('LOADED') } },
      { answer: { refused: expect.stringContaining('replaced') } },
      { answer: { refused: expect.stringContaining('runs') } },
    ]);
  });

  it('does not go on with counts that do not balance; with force every row is compared again', async () => {
    const { loadId, go } = await haltAt('Finish');
    await pipeline.run(`delete from landfall.rejects where (load_id = ${loadId})`);
    pipeline.before = null;
    go();
    await executions.idle();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'FAILED', code: 'RECONCILIATION_MISMATCH' });
    const told = show('explain', await call('explain', { loadId }));
    expect(told).toContain(`then landfall retry ${loadId} --force compares every row again`);
    await expect(call('retry', { loadId })).rejects.toThrow('would count the same again');
    const again = await call('retry', { loadId, force: true });
    expect(show('retry', again)).toContain('landfall status shows the new load');
    await executions.idle();
    expect(await newestLoad()).toBeGreaterThan(loadId);
    expect(await outcomeOf(await newestLoad())).toMatchObject({ outcome: 'LOADED' });
    const counts = sql`select unchanged::int, rejected::int from landfall.loads order by load_id desc limit 1`;
    expect(await pipeline.rows(counts)).toEqual([{ unchanged: 2, rejected: 1 }]);
  });

  it('judges a refused load anew, as a load of its own', async () => {
    path = await pipeline.file('w.csv', 'id,colour\n1,1\n');
    const { loadId, outcome } = await pipeline.load(path, into);
    expect(outcome).toBe('REJECTED');
    await pipeline.run('alter table public.t add colour text');
    await call('retry', { loadId });
    await executions.idle();
    expect(await outcomeOf(await newestLoad())).toMatchObject({ outcome: 'LOADED' });
  });
});

describe('retry of every load that failed', () => {
  const four = async (): Promise<number[]> => {
    const loads: number[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      path = await pipeline.file(`${name}.csv`, `id,n\n${loads.length + 1},1\n`);
      loads.push(await failAt('MergeLane'));
    }
    return loads;
  };

  it('goes on with those of a time, a few at a time, each audited as if it had been asked for alone', async () => {
    const [one = 0, two = 0, three = 0, four_ = 0] = await four();
    await pipeline.run(`update landfall.loads set ended_at = now() - interval '2 hours' where (load_id = ${one})`);
    const first = await call('retry-failed', { since: '1h', most: 2 }, { why: 'the database was away' });
    expect(first).toMatchObject({ started: [{ loadId: two }, { loadId: three }], already: 0, left: 1, passedOver: [] });
    expect(show('retry-failed', first)).toMatchSnapshot();
    await executions.idle();
    expect(await call('retry-failed', { since: '1h' })).toMatchObject({ started: [{ loadId: four_ }], left: 0 });
    await executions.idle();
    expect(await outcomeOf(one)).toMatchObject({ outcome: 'FAILED' });
    for (const loadId of [two, three, four_])
      expect(await outcomeOf(loadId)).toEqual({ outcome: 'LOADED', code: null, attempt: 2 });
    expect(show('retry-failed', await call('retry-failed', { since: '1h' }))).toBe(
      'nothing to go on with: FAILED since TIME\n',
    );
    expect(await operations()).toMatchObject([
      { verb: 'retry-failed', load_id: null, why: 'the database was away' },
      { verb: 'retry', load_id: two, by: 'ana@laptop', why: 'the database was away' },
      { verb: 'retry', load_id: three },
      { verb: 'retry-failed' },
      { verb: 'retry', load_id: four_ },
      { verb: 'retry-failed' },
    ]);
  });

  it('begins with the oldest object, whenever it was claimed', async () => {
    const [one = 0, two = 0, three = 0, four_ = 0] = await four();
    await pipeline.run(
      `update landfall.loads set object_modified = timestamptz '2025-01-09' - make_interval(days => (load_id % 2)::integer)`,
    );
    const odd = [one, two, three, four_].toSorted((a, b) => (b % 2) - (a % 2) || a - b);
    expect(await call('retry-failed', { since: '1h' })).toMatchObject({ started: odd.map((loadId) => ({ loadId })) });
    await executions.idle();
  });

  it('starts nothing twice, takes one dataset, and passes over what is for a person, dry runs and what was replaced', async () => {
    const [one = 0, two = 0, three = 0, four_ = 0] = await four();
    await pipeline.run(`
      update landfall.loads set code = 'CANCELLED' where (load_id = ${two});
      update landfall.loads set request = request || '{"dryRun": true}' where (load_id = ${three});
      insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, outcome)
      select dataset, target, bucket, key, version_id, 2, size, request, 'LOADED' from landfall.loads where (load_id = ${four_})`);
    expect(await call('retry-failed', { since: '1h', dataset: 'orders' })).toMatchObject({ started: [] });
    await expect(call('retry-failed', { since: '1h', dataset: 'order' })).rejects.toThrow('Did you mean "orders"');
    const hold = await holdAt('Register');
    const dataset = 'public.t(id)';
    expect(await call('retry-failed', { since: '1h', dataset })).toMatchObject({ started: [{ loadId: one }] });
    // the retry has not come to the ledger yet
    const again = await call('retry-failed', { since: '1h', dataset });
    expect(again).toMatchObject({ started: [], already: 1, passedOver: [{ loadId: two, code: 'CANCELLED' }] });
    expect(show('retry-failed', again)).toMatchSnapshot();
    hold();
    await executions.idle();
  });

  it('says how many are left when its time is over', async () => {
    await four();
    const answer = await call('retry-failed', { since: '1h' }, { deps: { millisecondsLeft: () => 1_000 } });
    expect(answer).toMatchObject({ started: [], left: 4 });
  });
});

describe('what a load does for others', () => {
  const trafficOf = (loadId: number): Promise<object[]> =>
    pipeline.rows(
      sql`select request -> 'traffic' as asked, contract -> 'traffic' as held from landfall.loads where (load_id = ${loadId})`,
    );

  it('may be chosen anew after its gate: it goes on, under the new choice', async () => {
    const loadId = await failAt('MergeLane', { ...into, traffic: { maxLagBytes: '20MB' } });
    const before = { asked: { maxLagBytes: '20MB' }, held: { maxLagBytes: 20 * 1024 ** 2 } };
    expect(await trafficOf(loadId)).toEqual([before]);
    const report = await pipeline.load(path, { ...into, traffic: { live: 'yes', lockTimeoutMs: 50 } });
    expect(report).toMatchObject({ loadId, outcome: 'LOADED', counts: { inserted: 2, rejected: 1 } });
    const chosen = { live: 'yes', lockTimeoutMs: 50 };
    expect(await trafficOf(loadId)).toEqual([{ asked: chosen, held: chosen }]);
  });

  it('may be left out where the load goes on after its gate', async () => {
    const loadId = await failAt('MergeLane', { ...into, traffic: { live: 'yes' } });
    expect(await pipeline.load(path, into)).toMatchObject({ loadId, outcome: 'LOADED' });
    expect(await trafficOf(loadId)).toEqual([{ asked: null, held: null }]);
  });

  it('is kept by a retry, of one load and of many', async () => {
    const traffic = { maxLagSeconds: 5, deadlineMinutes: 10 };
    const loadId = await failAt('MergeLane', { ...into, traffic });
    await call('retry', { loadId });
    await executions.idle();
    await pipeline.run(`update landfall.loads set outcome = 'FAILED', code = 'TryAgain'`);
    expect(await trafficOf(loadId)).toEqual([{ asked: traffic, held: traffic }]);
    await call('retry-failed', { since: '1h' });
    await executions.idle();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'LOADED' });
    expect(await trafficOf(loadId)).toEqual([{ asked: traffic, held: traffic }]);
    expect(executions.requests).toMatchObject([{ traffic }, { traffic }]);
  });
});

describe('cancel', () => {
  it('ends an undo that waits for the table, and records the end of one whose execution is gone', async () => {
    const { loadId } = await pipeline.load(path, into);
    await pipeline.run(
      `insert into landfall.undos (load_id, asked_by, execution) values (${loadId}, 'ana@laptop', 'arn:waits')`,
    );
    const stopped: string[] = [];
    const gone = executions;
    executions = {
      ...gone,
      lookAt: async () => ({ isRunning: true }),
      stop: async (id) => void stopped.push(id),
    };
    expect(await call('cancel', { loadId })).toEqual({ loadId, done: 'stopped', undo: true, outcome: 'LOADED' });
    expect(stopped).toEqual(['arn:waits']);
    executions = gone;
    expect(await call('cancel', { loadId })).toEqual({ loadId, done: 'recorded', undo: true, outcome: 'LOADED' });
    expect(await pipeline.rows(sql`select code from landfall.undos`)).toEqual([{ code: 'CANCELLED' }]);
    expect(await call('cancel', { loadId })).toEqual({ loadId, done: 'ended', outcome: 'LOADED' });
  });

  it('stops the execution; the recorder writes the ledger; a retry goes on', async () => {
    const { loadId, go } = await haltAt('MergeLane');
    expect(await call('cancel', { loadId }, { why: 'wrong file' })).toEqual({ loadId, done: 'stopped', outcome: null });
    go();
    await executions.idle();
    await pipeline.idle();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'FAILED', code: 'CANCELLED' });
    expect(await call('cancel', { loadId })).toEqual({ loadId, done: 'ended', outcome: 'FAILED' });
    pipeline.before = null;
    await call('retry', { loadId });
    await executions.idle();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'LOADED' });
  });

  it('records the end of a load whose execution ended without a word, and frees its table', async () => {
    const loadId = await failAt('MergeLane');
    await forget(loadId, null);
    expect(await call('cancel', { loadId })).toMatchObject({ done: 'recorded', outcome: 'FAILED' });
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'FAILED', code: 'CANCELLED' });
    expect(await pipeline.rows(sql`select from landfall.leases`)).toEqual([]);
  });

  it('names the process of a command that runs the load', async () => {
    const loadId = await failAt('MergeLane');
    await forget(loadId, thisOwner());
    await expect(call('cancel', { loadId })).rejects.toThrow(`process ${process.pid} on`);
  });
});

describe('release', () => {
  it('gives back the table of a load that is gone; again there is nothing to give back', async () => {
    const loadId = await failAt('MergeLane');
    await forget(loadId, { ...thisOwner(), startedAt: 'another boot' });
    const released = { target: 'public.t', loadId, released: true, forced: false, indexes: 0 };
    expect(await call('release', { target: 'public.t' })).toEqual(released);
    expect(await call('release', { loadId })).toMatchObject({ released: false });
    expect(await operations()).toMatchObject([
      { verb: 'release', load_id: loadId, target: 'public.t', answer: released },
      { verb: 'release', load_id: loadId, target: null },
    ]);
  });

  it('takes a table from a load that runs only with force and a reason; the load writes nothing more', async () => {
    const { loadId, go } = await haltAt('MergeLane');
    await expect(call('release', { target: 'public.t' })).rejects.toThrow('cancel it first');
    await expect(call('release', { loadId, force: true })).rejects.toThrow('say why');
    expect(await call('release', { loadId, force: true }, { why: 'it hangs' })).toMatchObject({ forced: true });
    go();
    await executions.idle();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'FAILED', code: 'LeaseLost' });
    expect(await pipeline.rows(sql`select from public.t`)).toEqual([]);
  });
});

describe('status of a load that merges', () => {
  const part = (secondsAgo: number, rows: number, ms = 500): string =>
    `jsonb_build_object('at', clock_timestamp() - interval '${secondsAgo} s', 'rows', ${rows}, 'ms', ${ms})`;
  const merging = async (): Promise<object> => (await call<{ merging: object }>('status')).merging;
  const progress = async (): Promise<object | null> => {
    const [load] = await pipeline.rows<{ execution: string }>(sql`select execution from landfall.loads`);
    return await pipeline.connect((db) => readProgressOf(db, load?.execution ?? ''));
  };

  it('tells rows, those of half a batch too, and the speed of the last ten seconds', async () => {
    const { loadId, go } = await haltAt('MergeLane');
    const none = { loadId, target: 'public.t', rowsPlanned: 2, rowsMerged: 0, rowsPerSecond: null, wait: null };
    expect(await merging()).toEqual([none]);
    await pipeline.run(`
      update landfall.batches
      set merged_through = 2, counts = '{"new": 1}',
        times = jsonb_build_array(${part(60, 9_000_000)}, ${part(9, 20_000, 1_000)}, ${part(1, 20_000)})`);
    const [told] = (await merging()) as { rowsMerged: number; rowsPerSecond: number }[];
    expect(told).toMatchObject({ rowsPlanned: 2, rowsMerged: 1 });
    // 40,000 in the ten seconds since the first of them began
    expect(told?.rowsPerSecond).toBeGreaterThan(2_000);
    expect(told?.rowsPerSecond).toBeLessThanOrEqual(4_000);
    const shown = show('status', await call('status'));
    expect(shown).toMatch(/^load \d+ +public\.t +1 of 2 rows +\d,\d00 rows\/s$/m);
    expect(await progress()).toMatchObject({ step: 'merge', rowsMerged: 1, rowsPerSecond: expect.any(Number) });
    await pipeline.run(`update landfall.batches set merged_through = null, counts = null, times = null`);
    go();
    await executions.idle();
    expect(await merging()).toEqual([]);
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'LOADED' });
  });

  it('tells the one reason for which it waits, with its figure and for how long, and none of an earlier attempt', async () => {
    const { loadId, go } = await haltAt('MergeLane');
    const figure = 'replica1 is 23 MB behind (limit 20 MB)';
    await pipeline.run(`
      insert into landfall.waits (load_id, begun_at, ended_at, signal, figure) values
        (${loadId}, clock_timestamp() - interval '1 h', null, 'archive', 'of an attempt before'),
        (${loadId}, clock_timestamp() - interval '1 ms', clock_timestamp(), 'locks', 'it ended')`);
    expect(await merging()).toMatchObject([{ loadId, wait: null }]);
    await pipeline.run(`
      update landfall.loads set attempt_started_at = attempt_started_at - interval '1 minute';
      insert into landfall.waits (load_id, begun_at, signal, figure)
      values (${loadId}, clock_timestamp() - interval '35 s', 'replication', '${figure}')`);
    expect(await merging()).toMatchObject([{ wait: { signal: 'replication', figure, seconds: 35 } }]);
    expect(show('status', await call('status'))).toContain(`waiting SOME s : replication: ${figure}`);
    expect(await progress()).toMatchObject({ wait: { signal: 'replication', figure } });
    const explained = await call('explain', { loadId });
    expect(explained).toMatchObject({ running: true, wait: { signal: 'replication', figure } });
    expect(show('explain', explained)).toContain(`runs, in step merge: waiting SOME s : replication: ${figure}`);
    go();
    await executions.idle();
  });
});

describe('pause and resume', () => {
  it('pauses a target once, whoever asks again, and resumes it once; both are in the audit', async () => {
    await pipeline.load(path, into);
    const first = await call('pause', { target: 't' }, { why: 'the shop sells out' });
    const pause = { target: 'public.t', by: 'ana@laptop', since: expect.any(String), why: 'the shop sells out' };
    expect(first).toEqual({ ...pause, already: false, loaded: true, loadId: null });
    expect(await call('pause', { target: 'public.t' })).toEqual({ ...first, already: true });
    expect(await call('status')).toMatchObject({ paused: [pause] });
    expect(show('status', await call('status'))).toContain('by ana@laptop  the shop sells out');
    const { target, ...was } = pause;
    expect(await call('resume', { target: '"public"."t"' })).toEqual({ target, was, loadId: null });
    expect(await call('resume', { target: 't' })).toEqual({ target, was: null, loadId: null });
    expect(await call('status')).toMatchObject({ paused: [] });
    expect(await operations()).toMatchObject([
      { verb: 'pause', target, by: 'ana@laptop', why: 'the shop sells out', answer: { already: false } },
      { verb: 'pause', target, answer: { already: true } },
      { verb: 'resume', target, answer: { was: { by: 'ana@laptop' } } },
      { verb: 'resume', target, answer: { was: null } },
    ]);
  });

  it('takes a table that no load had for its target, and one that only a dataset declares', async () => {
    await pipeline.run('drop table public.orders');
    const paused = await call('pause', { target: 'public.t' });
    expect(paused).toMatchObject({ already: false, loaded: false });
    expect(show('pause', paused)).toContain('no load has merged into it so far');
    expect(await call('pause', { target: 'public.orders' })).toMatchObject({ already: false });
  });

  it('refuses what is no table, and names the one that may be meant', async () => {
    for (const verb of ['pause', 'resume']) {
      await expect(call(verb, { target: 'public.order' })).rejects.toThrow(
        'there is no table "public.order", and no load or dataset has it for its target. Did you mean "public.orders"?',
      );
      await expect(call(verb, { target: 'public.T' })).rejects.toThrow('Did you mean "public.t"?');
      await expect(call(verb, { target: 'a.b.c' })).rejects.toThrow('"a.b.c" is not the name of a table');
    }
    expect(await pipeline.rows(sql`select from landfall.pauses`)).toEqual([]);
  });

  it('resumes a table that was dropped while it was paused', async () => {
    await call('pause', { target: 'public.t' });
    await pipeline.run('drop table public.t');
    expect(await call('resume', { target: 'public.t' })).toMatchObject({ was: { by: 'ana@laptop' } });
  });

  it('names the load that has the table, where explain tells of it', async () => {
    const { loadId, go } = await haltAt('Transform');
    const paused = await call('pause', { target: 'public.t' });
    expect(paused).toMatchObject({ loadId });
    expect(show('pause', paused)).toMatchInlineSnapshot(`
      "public.t is paused: load 1 stages and merges nothing more once what it is doing has ended, and waits without a lock
        next        landfall resume public.t lets its loads merge again
      "
    `);
    const [load] = await pipeline.rows<{ execution: string }>(sql`select execution from landfall.loads`);
    const progress = await pipeline.connect((db) => readProgressOf(db, load?.execution ?? ''));
    expect(progress?.wait).toEqual({ signal: 'paused', figure: 'paused by ana@laptop', seconds: expect.any(Number) });
    const resumed = await call('resume', { target: 'public.t' });
    expect(show('resume', resumed)).toMatchInlineSnapshot(`
      "public.t is resumed; it was paused by ana@laptop at TIME. Load 1 goes on with its next look: soon after a short pause, within 10 minutes after a long one
        next        landfall explain 1 shows how far it is
      "
    `);
    expect(await call('explain', { loadId })).toMatchObject({ operations: [{ verb: 'pause' }, { verb: 'resume' }] });
    go();
    await executions.idle();
    expect(await outcomeOf(loadId)).toMatchObject({ outcome: 'LOADED' });
  });
});

describe('backfill', () => {
  const header = 'id,account,email,amount,currency,created_at,status,note\n';
  async function land(name: string, uploadKey: string, day: string): Promise<void> {
    const key = await pipeline.file(name, `${header}${landed.length + 1},a,,1.00,EUR,2024-01-01T00:00:00Z,new,\n`);
    landed.push({ ...landedObject, key, uploadKey, lastModified: new Date(day).toISOString() });
  }

  it('starts what no load knows, a few at a time, and nothing twice', async () => {
    await land('1.csv', 'orders/1.csv', '2026-11-20');
    await land('2.csv', 'orders/2.csv', '2026-11-21');
    await land('3.csv', 'orders/3.csv', '2026-11-22');
    await land('old.csv', 'orders/old.csv', '2020-01-01');
    await land('part', 'orders/4.csv.part', '2026-11-22');
    const since = '2026-11-01';
    const first = await call<{ started: object[] }>('backfill', { prefix: 'orders/', since, most: 2 });
    expect(first).toMatchObject({ started: [{ dataset: 'orders' }, { dataset: 'orders' }], left: 1 });
    expect(show('backfill', first)).toContain('landfall backfill orders/ --since TIME goes on: 1 left');
    const second = await call('backfill', { prefix: 'orders/', since });
    expect(second).toMatchObject({ started: [{ key: landed[2]?.key }], left: 0 });
    expect(await call('backfill', { prefix: 'orders/', since })).toMatchObject({ started: [], left: 0 });
    await executions.idle();
    expect(await pipeline.rows(sql`select id from public.orders order by id`)).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 3 },
    ]);
    expect(await operations()).toHaveLength(3);
  });

  it('starts with the oldest object, whatever its key', async () => {
    await land('1.csv', 'orders/1.csv', '2026-11-22');
    await land('2.csv', 'orders/2.csv', '2026-11-20');
    await land('3.csv', 'orders/3.csv', '2026-11-21');
    expect(await call('backfill', { prefix: 'orders/', since: '2026-11-01' })).toMatchObject({
      started: [1, 2, 0].map((place) => ({ key: landed[place]?.key })),
    });
    await executions.idle();
  });

  it('leaves alone what the upload of its dataset lets not in', async () => {
    await land('1.csv', 'orders/1.csv', '2026-11-20');
    await land('1.txt', 'orders/1.txt', '2026-11-20');
    const filtered = datasets.map((dataset) =>
      dataset.name === 'orders' ? { ...dataset, upload: { suffixes: ['.csv'] } } : dataset,
    );
    expect(await call('backfill', { prefix: '', since: '2026-11-01' }, { deps: { datasets: filtered } })).toMatchObject(
      { started: [{ dataset: 'orders', key: landed[0]?.key }], unclaimed: 1 },
    );
    await executions.idle();
  });

  it('starts nothing more when its time is over, and says how many are left', async () => {
    await land('1.csv', 'orders/1.csv', '2026-11-20');
    await land('2.csv', 'orders/2.csv', '2026-11-21');
    await land('3.csv', 'orders/3.csv', '2026-11-22');
    const input = { prefix: 'orders/', since: '2026-11-01' };
    let looks = 0;
    const hurried = { deps: { millisecondsLeft: () => (++looks > 1 ? 29_000 : 31_000) } };
    const first = await call('backfill', input, hurried);
    expect(first).toMatchObject({ started: [{ key: landed[0]?.key }], left: 2, goesOnAfter: 'orders/3.csv' });
    expect(await call('backfill', input)).toMatchObject({ started: [{}, {}], left: 0, goesOnAfter: null });
    await executions.idle();
    expect(await pipeline.rows(sql`select from public.orders`)).toHaveLength(3);
  });

  it('says where to go on when its time is over, and goes on there', async () => {
    for (let n = 0; n < 1_001; n += 1) {
      const uploadKey = `unknown/${n}'s`;
      landed.push({ ...landedObject, key: uploadKey, uploadKey, lastModified: new Date().toISOString() });
    }
    await land('last.csv', 'unknown0/../orders', '2026-11-20');
    const hurried = { deps: { millisecondsLeft: () => 1_000 } };
    const first = await call<{ goesOnAfter: string }>('backfill', { prefix: '', since: '2026-11-01' }, hurried);
    expect(first).toMatchObject({ unclaimed: 1_000, goesOnAfter: "unknown/998's" });
    expect(show('backfill', first)).toContain(
      String.raw`landfall backfill '' --since TIME --after 'unknown/998'\''s' looks at the rest`,
    );
    const second = await call('backfill', { prefix: '', since: '2026-11-01', after: first.goesOnAfter });
    expect(second).toMatchObject({ unclaimed: 2, goesOnAfter: null });
  });

  it('knows an object by its version, or by ETag and size; what no dataset claims is counted', async () => {
    await land('1.csv', 'orders/1.csv', '2026-11-20');
    await land('x.csv', 'unknown/x.csv', '2026-11-20');
    await call('backfill', { prefix: '', since: '2026-11-01' });
    await executions.idle();
    await pipeline.connect((db) => execute(db, sql`delete from landfall.operations`));
    const [loaded] = await pipeline.rows<{ version_id: string; size: number }>(
      sql`update landfall.loads set etag = 'abc' returning version_id, size`,
    );
    const [first, ...others] = landed;
    const as = async (known: Partial<LandedObject>): Promise<object> => {
      landed = [{ ...(first as LandedObject), ...known }, ...others];
      return await call('backfill', { prefix: '', since: '2026-11-01' });
    };
    expect(await as({ versionId: loaded?.version_id ?? '' })).toMatchObject({ started: [], unclaimed: 1 });
    expect(await as({ etag: 'abc', sizeBytes: loaded?.size ?? 0 })).toMatchObject({ started: [] });
    expect(await as({ etag: 'other', sizeBytes: loaded?.size ?? 0 })).toMatchObject({
      started: [{ dataset: 'orders' }],
    });
    await executions.idle();
  });
});

/** The load has no outcome and still holds its table, as where its execution ended and no event told of it. */
async function forget(loadId: number, owner: object | null): Promise<void> {
  await pipeline.connect(async (db) => {
    await execute(
      db,
      sql`update landfall.loads set outcome = null, code = null, message = null, ended_at = null where (load_id = ${loadId})`,
    );
    await execute(
      db,
      sql`
        insert into landfall.leases (target, load_id, attempt, execution, token, owner, expires_at)
        select target, load_id, attempt, execution, load_id || ':' || attempt,
          ${owner === null ? null : JSON.stringify(owner)}, clock_timestamp() + interval '10 minutes'
        from landfall.loads
        where (load_id = ${loadId})`,
    );
  });
}
