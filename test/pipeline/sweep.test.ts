import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecutionState } from '../../functions/protocol/executions.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { TryAgain } from '../../functions/protocol/errors.ts';
import { ident, sql, type Sql } from '../../functions/core/sql.ts';
import { datasets } from '../support/sample-datasets.ts';
import { transaction, withClient } from '../../functions/db/client.ts';
import { keepSessions } from '../../functions/db/session/kept-sessions.ts';
import { holdLease } from '../../functions/ledger/leases/lease.ts';
import { storeFor } from '../../functions/objects/store-for.ts';
import type { Measured } from '../../functions/runtime/metrics.ts';
import { handler } from '../../functions/sweep/handler.ts';
import { importDataset, sweep, type SweepDeps } from '../../functions/sweep/step.ts';
import { startAwsService } from '../support/aws-service.ts';
import { databaseName, databaseUrl } from '../support/database-url.ts';
import { objectCreated } from '../support/object-created.ts';
import { outside } from '../support/outside.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { landing, type S3Buckets, startBuckets, versioned } from '../support/s3-bucket.ts';
import { figuresBelow } from '../unit/docs/figures.ts';

// A real ledger and an S3; Step Functions is this machine's runner where executions are started, and told by hand where
// they are looked at.

const file = 'zip_code,city,state\n00501,Holtsville,NY\n';
const minute = 60_000;

let s3: S3Buckets;
let pipeline: Pipeline;
let started: LoadRequest[];
let states: Record<string, ExecutionState>;
let measured: Measured[];
let told: string[];
beforeAll(async () => {
  s3 = await startBuckets();
  for (const [name, value] of Object.entries(s3.environment)) process.env[name] = value;
});
afterAll(() => s3.close());
beforeEach(async () => {
  pipeline = await testPipeline(
    'create table public.zipcodes (zip_code text primary key, city text not null, state char(2))',
    { environment: s3.environment, waits: 0.01 },
  );
  [started, states, measured, told] = [[], {}, [], []];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await emptyBuckets();
  await pipeline.end();
});

const executions: SweepDeps['executions'] = {
  async start(request) {
    started.push(request);
    await pipeline.execute(request);
    return 'arn:started';
  },
  async lookAt(arn) {
    const state = states[arn];
    if (state === undefined) throw new Error(`nobody should look at ${arn}`);
    return state;
  },
};

/** An hour from now, so that what was just uploaded is old enough, unless a test says otherwise. */
const withDeps = <T>(use: (deps: SweepDeps) => Promise<T>, other: Partial<SweepDeps> = {}): Promise<T> =>
  pipeline.connect(async (db) =>
    use({
      db,
      store: await storeFor(landing),
      landing,
      ...{ storeFor, reports: null },
      sources: [landing, 'file://'],
      datasets,
      executions,
      emit: (each) => void measured.push(each),
      tell: async ({ text }) => void told.push(text),
      connectAs: (applicationName, run) => withClient({ connectionString: pipeline.url, applicationName }, run),
      stack: 'Landfall',
      now: () => Date.now() + 60 * minute,
      millisecondsLeft: () => 300_000,
      ...other,
    }),
  );
const sweepNow = (other: Partial<SweepDeps> = {}) => withDeps(sweep, other);
const values = () => Object.assign({}, ...measured.map((each) => each.values)) as Measured['values'];

it('measures the same names each time, as many as docs/cost.md counts', async () => {
  await sweepNow();
  expect(measured.map(({ dataset }) => dataset)).toEqual([null, null, null, null]);
  expect(figuresBelow('docs/cost.md', 'What is assumed')['metrics of sweep']).toBe(`${Object.keys(values()).length}`);
});

it('loads what no event told of also where nobody can be told and no report be deleted, and fails at its end', async () => {
  await put('zipcodes/lost.csv');
  const kept = datasets.map((each) => (each.name === 'zipcodes' ? { ...each, keepRejectsDays: 1 } : each));
  const report = await pipeline.load(await pipeline.file('old.csv', file), { dataset: 'zipcodes' });
  const held = await pipeline.load(await pipeline.file('held.csv', file), { dataset: 'zipcodes', approve: 'always' });
  expect(held.outcome).toBe('HELD');
  await pipeline.run(`update landfall.loads set ended_at = now() - interval '2 days' where load_id = ${report.loadId}`);
  const noStore = async (bucket: string): ReturnType<typeof storeFor> => ({
    ...(await storeFor(bucket)),
    remove: async () => await Promise.reject(new Error('no deletion here')),
  });
  const swept = sweepNow({
    ...{ datasets: kept, storeFor: noStore, reports: s3.environment['LANDFALL_REPORTS'] ?? null },
    tell: async () => await Promise.reject(new Error('no topic here')),
  });
  await expect(swept).rejects.toThrow('no topic here');
  expect(started).toMatchObject([{ key: 'zipcodes/lost.csv' }]);
  expect(values()).toMatchObject({ UnknownObjects: 1 });
  const forgetting = { datasets: kept, reports: s3.environment['LANDFALL_REPORTS'] ?? null };
  await expect(sweepNow({ ...forgetting, storeFor: noStore })).rejects.toThrow('no deletion here');
  expect(await sweepNow(forgetting)).toMatchObject({ reportsForgotten: 1, rejectsForgotten: 0 });
  expect(await sweepNow(forgetting)).toMatchObject({ reportsForgotten: 0 });
});

describe('an object that no load knows', () => {
  it('is loaded, and the next sweep knows it', async () => {
    await put('zipcodes/lost.csv');
    expect(await sweepNow()).toMatchObject({ listed: 1, unknown: 1, started: 1, left: 0, listedAll: true });
    expect(started).toEqual([
      { bucket: landing, key: 'zipcodes/lost.csv', versionId: null, dataset: 'zipcodes', dryRun: false, force: false },
    ]);
    expect(await pipeline.rows(sql`select city from public.zipcodes`)).toEqual([{ city: 'Holtsville' }]);
    expect(values()).toMatchObject({ UnknownObjects: 1 });
    expect(await sweepNow()).toMatchObject({ listed: 1, unknown: 0, started: 0 });
  });

  it.each(['with space.csv', 'a+b%2Bc.csv', 'ünïcödé-🙂.csv', 'new\nline.csv', 'deep/er/x.csv'])(
    'has a key that is taken as it is: %j',
    async (name) => {
      await put(`zipcodes/${name}`);
      await sweepNow();
      expect(started.map(({ key }) => key)).toEqual([`zipcodes/${name}`]);
      expect(await sweepNow()).toMatchObject({ unknown: 0 });
    },
  );

  it('is not one whose upload was told by its event, also where that load was refused, failed or still runs', async () => {
    await pipeline.execute(objectCreated(await put('zipcodes/loaded.csv'), '01'));
    await pipeline.execute(objectCreated(await put('zipcodes/refused.csv', 'no_such_column\nx\n'), '02'));
    pipeline.before = ({ event }) =>
      event['state'] === 'Register' ? undefined : Promise.reject(new Error('a function failed'));
    await pipeline.execute(objectCreated(await put('zipcodes/running.csv'), '03'));
    const outcomes = await pipeline.rows(sql`select outcome from landfall.loads order by load_id`);
    expect(outcomes).toEqual([{ outcome: 'LOADED' }, { outcome: 'REJECTED' }, { outcome: null }]);
    await pipeline.run(`update landfall.loads set execution = 'arn:running' where (outcome is null)`);
    states['arn:running'] = { isRunning: true };
    expect(await sweepNow()).toMatchObject({ listed: 3, unknown: 0, running: 1 });
  });

  it('is not one that a load tried in vain to read', async () => {
    const object = await put('zipcodes/denied.csv');
    s3.answer = ({ method, key }) =>
      key === object.key && method !== 'PUT' ? { status: 403, code: 'AccessDenied' } : null;
    await pipeline.execute(objectCreated(object, '01'));
    s3.answer = null;
    expect(await pipeline.rows(sql`select outcome, code from landfall.loads`)).toEqual([
      { outcome: 'REJECTED', code: 'OBJECT_DENIED' },
    ]);
    expect(await sweepNow()).toMatchObject({ listed: 1, unknown: 0 });
  });

  it('is one that was only tried dry, or loaded into another dataset', async () => {
    const { key } = await put('zipcodes/dry.csv');
    await pipeline.execute({ bucket: landing, key, dataset: 'zipcodes', dryRun: true });
    await pipeline.execute({ bucket: landing, key, into: 'public.zipcodes', businessKey: ['zip_code'] });
    expect(await sweepNow()).toMatchObject({ unknown: 1, started: 1 });
  });

  it('is new content under a known key, and older content that came back', async () => {
    await pipeline.execute(objectCreated(await put('zipcodes/same.csv'), '01'));
    await nextSecond();
    await put('zipcodes/same.csv', file.replace('Holtsville', 'Elsewhere'));
    expect(await sweepNow()).toMatchObject({ unknown: 1, started: 1 });
    await nextSecond();
    await put('zipcodes/same.csv');
    expect(await sweepNow()).toMatchObject({ unknown: 1, started: 1 });
    expect(await pipeline.rows(sql`select city from public.zipcodes`)).toEqual([{ city: 'Holtsville' }]);
    expect(await sweepNow()).toMatchObject({ unknown: 0 });
  });

  it('is not the same content uploaded once more to a bucket that keeps no versions', async () => {
    await pipeline.execute(objectCreated(await put('zipcodes/same.csv'), '01'));
    await nextSecond();
    await put('zipcodes/same.csv');
    expect(await sweepNow()).toMatchObject({ unknown: 0 });
  });

  it('is younger than five minutes and its event may be under way: then it is left for the next sweep', async () => {
    await put('zipcodes/young.csv');
    expect(await sweepNow({ now: () => Date.now() + 4 * minute })).toMatchObject({ listed: 1, unknown: 0, left: 0 });
    expect(await sweepNow({ now: () => Date.now() + 6 * minute })).toMatchObject({ unknown: 1 });
  });

  it.each(['.hidden.csv', 'a.csv.tmp', 'a.csv.part'])('is no file that is still being written: %s', async (name) => {
    await put(`zipcodes/${name}`);
    expect(await sweepNow()).toMatchObject({ unknown: 0 });
  });

  it('is only what its dataset takes', async () => {
    await put('zipcodes/a.csv');
    await put('zipcodes/a.pdf');
    await put('zipcodes/inner/b.csv');
    const outer = datasets.find(({ name }) => name === 'zipcodes');
    if (outer === undefined) throw new Error('no dataset zipcodes');
    const inner = { ...outer, name: 'inner', prefix: 'zipcodes/inner/' };
    const filtered = { ...outer, upload: { suffixes: ['.csv'], minBytes: 1 } };
    const tried: LoadRequest[] = [];
    const noting = { ...executions, start: async (request: LoadRequest) => `arn:${tried.push(request)}` };
    await sweepNow({ datasets: [filtered, inner], executions: noting });
    expect(tried.map(({ key, dataset }) => [key, dataset])).toEqual([
      ['zipcodes/a.csv', 'zipcodes'],
      ['zipcodes/inner/b.csv', 'inner'],
    ]);
  });

  it('is started as far as Step Functions takes it, and the rest is told', async () => {
    for (const name of ['a', 'b', 'c']) await put(`zipcodes/${name}.csv`);
    const busy = {
      ...executions,
      start: (request: LoadRequest) =>
        started.length === 1 ? Promise.reject(new TryAgain('busy')) : executions.start(request),
    };
    expect(await sweepNow({ executions: busy })).toMatchObject({ unknown: 3, started: 1, left: 2 });
    expect(await sweepNow()).toMatchObject({ unknown: 2, started: 2, left: 0 });
  });

  it('is started in the order of age, whatever its key, and what is left is found again', async () => {
    const ages = ['b', 'c', 'a'];
    for (const name of ages) await put(`zipcodes/${name}.csv`);
    const store = await storeFor(landing);
    const aged: SweepDeps['store'] = {
      ...store,
      async *list(listing) {
        for await (const page of store.list(listing))
          yield page.map((object) => ({
            ...object,
            lastModified: `2025-01-0${1 + ages.indexOf(object.key.at(-5) ?? '')}T00:00:00Z`,
          }));
      },
    };
    const busy = {
      ...executions,
      start: (request: LoadRequest) =>
        started.length === 1 ? Promise.reject(new TryAgain('busy')) : executions.start(request),
    };
    await sweepNow({ store: aged, executions: busy });
    expect(await sweepNow({ store: aged })).toMatchObject({ unknown: 2, started: 2 });
    expect(started.map(({ key }) => key)).toEqual(ages.map((name) => `zipcodes/${name}.csv`));
  });

  it('is not looked for when the time is over, and that is said', async () => {
    await put('zipcodes/a.csv');
    expect(await sweepNow({ millisecondsLeft: () => 1_000 })).toMatchObject({ started: 0, listedAll: false });
  });
});

describe('a listing that is longer than the time of a run', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `zipcodes/${name}.csv`);
  const zipcodes = datasets.filter(({ name }) => name === 'zipcodes');
  const lookedAt = () => started.splice(0).map(({ key }) => key);

  /** So many pages of one object each, and then the time is over. */
  async function run(pages: number, other: Partial<SweepDeps> = {}) {
    const store = await storeFor(landing);
    let left = pages;
    return await sweepNow({
      datasets: zipcodes,
      store: { ...store, list: (listing) => store.list({ ...listing, pageObjects: 1 }) },
      millisecondsLeft: () => (left-- > 0 ? 300_000 : 1_000),
      ...other,
    });
  }

  it('goes on where the last run stopped, so that the last object is looked at too', async () => {
    for (const key of names) await put(key);
    expect(await run(4)).toMatchObject({ listed: 4, started: 4, listedAll: false });
    expect(lookedAt()).toEqual(names.slice(0, 4));
    expect(await run(4)).toMatchObject({ started: 2, listedAll: false });
    expect(lookedAt()).toEqual(names.slice(4));
  });

  it('comes round to what was put behind it, in the same run where there is time', async () => {
    for (const key of names) await put(key);
    await run(4);
    lookedAt();
    await put('zipcodes/aa.csv');
    expect(await run(100)).toMatchObject({ started: 3, listedAll: true });
    expect(lookedAt()).toEqual([...names.slice(4), 'zipcodes/aa.csv']);
    expect(await run(100)).toMatchObject({ listed: 7, unknown: 0 });
  });

  it('goes on where it stopped also after a run that failed', async () => {
    for (const key of names) await put(key);
    const failing = { ...executions, start: () => Promise.reject(new Error('Step Functions said no')) };
    await run(2);
    await expect(run(100, { executions: failing })).rejects.toThrow('said no');
    lookedAt();
    await run(1);
    expect(lookedAt()).toEqual([names[2]]);
  });

  it('goes on at the first object that could not be started', async () => {
    for (const key of names) await put(key);
    const busy = (most: number) => ({
      ...executions,
      start: (request: LoadRequest) =>
        started.length === most ? Promise.reject(new TryAgain('busy')) : executions.start(request),
    });
    expect(await run(100, { executions: busy(2) })).toMatchObject({ started: 2, left: 4, listedAll: true });
    lookedAt();
    await run(2);
    expect(lookedAt()).toEqual(names.slice(2, 4));
  });

  it('does not keep the other datasets waiting: whose turn was the longest ago comes first', async () => {
    for (const key of names) await put(key);
    await put('airports/a.csv', 'no_such_column\nx\n');
    const both = datasets
      .filter(({ name }) => ['zipcodes', 'airports'].includes(name))
      .toSorted((a, b) => (b.name < a.name ? -1 : 1));
    expect(both.map(({ name }) => name)).toEqual(['zipcodes', 'airports']);
    await run(3, { datasets: both });
    lookedAt();
    await run(2, { datasets: both });
    expect(lookedAt()).toEqual(['airports/a.csv', names[3]]);
  });

  it('is measured by the hours since it came to its end, of a dataset that is still declared', async () => {
    for (const key of names) await put(key);
    await run(2);
    expect(values()).toMatchObject({ OldestListingHours: 0 });
    await pipeline.run(`update landfall.listings set began_at = now() - interval '310 minutes'`);
    await pipeline.run(`insert into landfall.listings (dataset, bucket, prefix, began_at)
      values ('gone', '${landing}', 'gone/', now() - interval '30 days')`);
    await run(2);
    expect(values()).toMatchObject({ OldestListingHours: 5 });
    await run(100);
    expect(values()).toMatchObject({ OldestListingHours: 0 });
  });
});

describe('a database that was set back to a backup, its ledger with it', () => {
  it('has what was loaded since loaded again, and only that, under numbers that are given anew', async () => {
    await pipeline.execute(objectCreated(await put('zipcodes/before.csv'), '01'));
    await backup();
    await put('zipcodes/swept.csv', 'zip_code,city,state\n10001,New York,NY\n');
    await sweepNow();
    await pipeline.execute(
      objectCreated(await put('zipcodes/told.csv', 'zip_code,city,state\n60601,Chicago,IL\n'), '02'),
    );
    const all = await rowsByKey();
    expect(all).toHaveLength(3);
    await restore();
    expect(await rowsByKey()).toHaveLength(1);
    started = [];
    expect(await sweepNow()).toMatchObject({ unknown: 2, started: 2, left: 0, failedLoads: [] });
    expect(await rowsByKey()).toEqual(all);
    expect(await pipeline.rows(sql`select load_id, outcome from landfall.loads order by load_id`)).toEqual(
      [1, 2, 3].map((loadId) => ({ load_id: loadId, outcome: 'LOADED' })),
    );
    expect(await sweepNow()).toMatchObject({ unknown: 0 });
  });

  const name = () => ident(databaseName(pipeline.url));
  const copy = () => ident(`${databaseName(pipeline.url)}_backup`);
  const rowsByKey = () => pipeline.rows(sql`select zip_code, city from public.zipcodes order by zip_code`);
  const administrate = (...statements: readonly Sql[]): Promise<void> =>
    withClient({ connectionString: databaseUrl(pipeline.url, 'postgres'), applicationName: 'test' }, async (db) => {
      for (const statement of statements) await outside(db, statement);
    });
  const backup = async (): Promise<void> => {
    // nobody may be in a database that is copied; it is waited for 5 s
    keepSessions({ most: 0, milliseconds: 0 });
    await administrate(sql`create database ${copy()} template ${name()}`);
  };
  const restore = (): Promise<void> =>
    administrate(sql`drop database ${name()} with (force)`, sql`alter database ${copy()} rename to ${name()}`);
});

describe('the schedule of one dataset', () => {
  it('loads what lies under its prefix now, and nothing else', async () => {
    await put('zipcodes/scheduled.csv');
    await put('orders/other.csv', 'id\n1\n');
    const now = Date.now;
    expect(await withDeps((deps) => importDataset('zipcodes', deps), { now })).toEqual({
      listed: 1,
      unknown: 1,
      started: 1,
      left: 0,
      listedAll: true,
    });
    expect(await withDeps((deps) => importDataset('zipcodes', deps), { now })).toMatchObject({ started: 0 });
  });

  it('of a dataset that is no more is an error that names it', async () => {
    await expect(withDeps((deps) => importDataset('gone', deps))).rejects.toThrow('no dataset is named gone');
  });
});

describe('a load that failed of a cause that passes', () => {
  const arn = 'arn:aws:states:eu-central-1:111122223333:execution:Landfall:1';
  const later = (minutes: number) =>
    pipeline.run(`
      update landfall.loads set ended_at = ended_at - interval '${minutes} minutes';
      update landfall.operations set at = at - interval '${minutes} minutes'`);
  const load = async () => (await pipeline.rows(sql`select outcome, code, attempt from landfall.loads`))[0];
  const operations = () =>
    pipeline.rows(sql`select verb, by, why, answer from landfall.operations order by operation_id`);

  async function failed(code: string, request: object = {}): Promise<void> {
    const key = await pipeline.file('a.csv', file);
    pipeline.before = ({ event }) => (event['state'] === 'Transform' ? Promise.reject(new Error('failed')) : undefined);
    const asked = { bucket: 'file://', key, into: 'public.zipcodes', businessKey: ['zip_code'], ...request };
    await pipeline.execute(asked);
    pipeline.before = null;
    await pipeline.run(`
      update landfall.loads set execution = '${arn}', outcome = 'FAILED', code = '${code}', message = null, ended_at = now();
      delete from landfall.leases`);
  }
  /** The retry fails as the first try did, or comes to its end. */
  const retrying = (end: 'fails' | 'loads') => ({
    ...executions,
    async start(request: LoadRequest) {
      started.push(request);
      if (end === 'loads') await pipeline.execute(request);
      states[`${arn}${started.length}`] = { isRunning: false, endedAt: 0 };
      return `${arn}${started.length}`;
    },
  });

  it.each(['DatabaseAway', 'TryAgain', 'LeaseLost', 'EXECUTION_LOST', 'Lambda.TooManyRequestsException'])(
    '(%s) is begun again five minutes later, goes on where it stopped, and the ledger says who and why',
    async (code) => {
      await failed(code);
      expect(await sweepNow({ executions: retrying('loads') })).toMatchObject({ retriedLoads: [] });
      await later(6);
      expect(await sweepNow({ executions: retrying('loads') })).toMatchObject({ retriedLoads: [1] });
      expect(await load()).toMatchObject({ outcome: 'LOADED', attempt: 2 });
      expect(await operations()).toEqual([
        {
          verb: 'retry',
          by: 'sweep',
          why: `${code} may have passed: retry 1 of 3`,
          answer: { loadId: 1, executionId: `${arn}1` },
        },
      ]);
      await later(600);
      expect(await sweepNow()).toMatchObject({ retriedLoads: [] });
    },
  );

  it('is retried three times, each later than the one before, and then it is for a person', async () => {
    await failed('DatabaseAway');
    const minutes: number[] = [];
    for (let passed = 0; passed < 400; passed += 10) {
      const { retriedLoads } = await sweepNow({ executions: retrying('fails') });
      if (retriedLoads.length > 0) minutes.push(passed);
      await later(10);
    }
    const [first = 0, second = 0, third = 0, ...more] = minutes;
    expect([first, second - first, third - second, more]).toEqual([10, 30, 120, []]);
  });

  it('is left alone while a retry of it runs, and so is one that the machine could not begin', async () => {
    await failed('DatabaseAway');
    await later(10);
    const busy = { ...executions, start: () => Promise.reject(new TryAgain('busy')) };
    expect(await sweepNow({ executions: busy })).toMatchObject({ retriedLoads: [] });
    expect(await operations()).toMatchObject([{ answer: { failed: 'TryAgain: busy' } }]);
    expect(await sweepNow({ executions: retrying('fails') })).toMatchObject({ retriedLoads: [1] });
    states[`${arn}1`] = { isRunning: true };
    await later(60);
    expect(await sweepNow({ executions: retrying('fails') })).toMatchObject({ retriedLoads: [] });
  });

  it.each([
    ['failed of something that stays', 'Sandbox.Timedout', async () => undefined],
    ['does not balance', 'RECONCILIATION_MISMATCH', async () => undefined],
    [
      'was cancelled',
      'EXECUTION_LOST',
      async () =>
        pipeline.run(`insert into landfall.operations (verb, load_id, input, by) values ('cancel', 1, '{}', 'me')`),
    ],
    [
      'is a dry run',
      'TryAgain',
      async () => pipeline.run(`update landfall.loads set request = request || '{"dryRun": true}'`),
    ],
    ['ran on one machine', 'TryAgain', async () => pipeline.run(`update landfall.loads set execution = 'embedded:1'`)],
    [
      'was replaced by a later one',
      'TryAgain',
      async () =>
        pipeline.run(`
          insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, outcome)
          select dataset, target, bucket, key, version_id, 2, size, request, 'LOADED' from landfall.loads`),
    ],
    ['failed days ago', 'TryAgain', async () => later(1_500)],
  ])('is none that %s', async (_, code, but) => {
    await failed(code);
    await later(10);
    await but();
    expect(await sweepNow()).toMatchObject({ retriedLoads: [] });
    expect(started).toEqual([]);
  });

  it('is explained: when the sweep retries it, and what it did', async () => {
    await failed('DatabaseAway');
    const explained = async () => {
      const { explain } = await import('../../functions/operate/verbs/explain.ts');
      const deps = { executions: { lookAt: () => Promise.resolve(null) } };
      const answer = await pipeline.connect((db) => explain.run({ loadId: 1 }, { ...deps, db } as never, null, 'me'));
      return explain.show(answer, { folder: '/', command: (rest) => `landfall ${rest}` });
    };
    expect(await explained()).toMatch(/^ {2}sweep {7}retries it by itself after 20\d\d-.*Z \(1 of 3\)$/mu);
    await later(10);
    await sweepNow({ executions: retrying('fails') });
    expect(await explained()).toMatch(/retry by sweep at .*: DatabaseAway may have passed: retry 1 of 3/u);
    expect(await explained()).toMatch(/^ {2}sweep {7}retries it by itself after .* \(2 of 3\)$/mu);
  });
});

describe('failures that were gathered', () => {
  const gather = (cause: string, about: string, loadId: number | null, toldAt = 'null') =>
    pipeline.run(`
      insert into landfall.told_failures (cause, about, load_id, failed_at, told_at)
      values ('${cause}', '${about}', ${loadId}, now() - interval '30 minutes', ${toldAt})`);
  const failedLoads = async (outcomes: readonly string[]): Promise<void> => {
    for (const [n, outcome] of outcomes.entries())
      await pipeline.run(`
        insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, outcome, code, ended_at)
        values ('zipcodes', 'public.zipcodes', 'b', 'k${n}', '1', 1, 1, '{}', '${outcome}', 'DatabaseAway', now())`);
  };

  it('are one message for each cause, an hour after the last, with what became of them and what to type', async () => {
    await failedLoads(['FAILED', 'LOADED', 'FAILED']);
    await gather('DatabaseAway', '0', 99, `now() - interval '61 minutes'`);
    for (const load of [1, 2, 3]) await gather('DatabaseAway', String(load), load);
    await gather('DatabaseAway', 'arn:1', null);
    await gather('error of zipcodes', '2', 2);
    expect(await sweepNow()).toMatchObject({ failuresTold: 5 });
    expect(told.map((text) => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, 'TIME'))).toEqual([
      [
        'After the failure that was told at once, 4 more came of the same cause: DatabaseAway. The first at TIME, the last at TIME.',
        'Loads: 3, of which 2 are FAILED now: 1, 3.\nExecutions that had not claimed a load: 1. The sweep starts their objects again by itself, within minutes.',
        'What to do: nothing yet: the sweep retries each by itself, three times within some hours.\nsee them: landfall list --outcome FAILED --stack Landfall\nor go on with all of them at once: landfall retry --failed --since TIME --stack Landfall',
      ].join('\n\n'),
      [
        'After the failure that was told at once, 1 more came of the same cause: error of zipcodes. The first at TIME, the last at TIME.',
        'Loads: 1, of which 0 are FAILED now.',
        'What to do: nothing. To see what became of them: landfall list --stack Landfall',
      ].join('\n\n'),
    ]);
    expect(await sweepNow()).toMatchObject({ failuresTold: 0 });
    expect(told).toHaveLength(2);
  });

  it('wait until an hour has passed since people were told of their cause', async () => {
    await gather('DatabaseAway', '0', null, `now() - interval '59 minutes'`);
    await gather('DatabaseAway', '1', null);
    expect(await sweepNow()).toMatchObject({ failuresTold: 0 });
    expect(told).toEqual([]);
  });

  it('are kept where telling fails, and forgotten a week after they were told', async () => {
    await gather('DatabaseAway', '0', null, `now() - interval '8 days'`);
    await gather('DatabaseAway', '1', null);
    await expect(sweepNow({ tell: () => Promise.reject(new Error('no topic')) })).rejects.toThrow('no topic');
    expect(await sweepNow()).toMatchObject({ failuresTold: 1 });
    expect(await pipeline.rows(sql`select about from landfall.told_failures`)).toEqual([{ about: '1' }]);
  });
});

describe('a load whose execution is gone', () => {
  const arn = 'arn:aws:states:eu-central-1:111122223333:execution:Landfall:1';
  const longAgo: ExecutionState = { isRunning: false, endedAt: 0 };

  /** A load that stopped before its merge, with a lease that has run out, as if its functions had vanished. */
  async function stalled({ lease = -1 }: { lease?: number | null } = {}): Promise<void> {
    const key = await pipeline.file('a.csv', file);
    pipeline.before = ({ event }) =>
      event['state'] === 'MergeLane' ? Promise.reject(new Error('vanished')) : undefined;
    await pipeline.execute({ bucket: 'file://', key, into: 'public.zipcodes', businessKey: ['zip_code'] });
    pipeline.before = null;
    await pipeline.run(`update landfall.loads set execution = '${arn}'`);
    await pipeline.run(
      lease === null
        ? 'delete from landfall.leases'
        : `update landfall.leases set execution = '${arn}', expires_at = now() + make_interval(secs => ${lease})`,
    );
  }
  const load = async () => (await pipeline.rows(sql`select outcome, code from landfall.loads`))[0];
  const leases = async () => (await pipeline.rows(sql`select target from landfall.leases`)).length;
  const alive = { outcome: null, code: null };

  it('is FAILED, its lease goes, somebody is told, and the same load goes on where it stopped', async () => {
    await stalled();
    states[arn] = longAgo;
    expect(await sweepNow()).toMatchObject({ failedLoads: [1], leasesReleased: 1, running: 0 });
    expect(await load()).toEqual({ outcome: 'FAILED', code: 'EXECUTION_LOST' });
    expect(await leases()).toBe(0);
    expect(values()).toMatchObject({ ExpiredLeases: 1, LoadsFailed: 1, RunningLoads: 0 });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('landfall retry 1 --stack Landfall');
    expect(await sweepNow()).toMatchObject({ failedLoads: [], leasesReleased: 0 });
    const key = `${pipeline.directory}/a.csv`;
    const again = await pipeline.load(key, { into: 'public.zipcodes', businessKey: ['zip_code'] });
    expect(again).toMatchObject({ loadId: 1, outcome: 'LOADED', counts: { inserted: 1 } });
  });

  it('is FAILED too where it never had a lease', async () => {
    await stalled({ lease: null });
    states[arn] = longAgo;
    expect(await sweepNow()).toMatchObject({ failedLoads: [1], leasesReleased: 0 });
  });

  it('gives back a lease that outlived its load', async () => {
    await stalled();
    await pipeline.run(`update landfall.loads set outcome = 'LOADED', ended_at = now()`);
    states[arn] = longAgo;
    expect(await sweepNow()).toMatchObject({ failedLoads: [], leasesReleased: 1 });
    expect(await load()).toMatchObject({ outcome: 'LOADED' });
    expect(told).toEqual([]);
  });

  it('is left alone while its lease is live, without a question to Step Functions', async () => {
    await stalled({ lease: 900 });
    expect(await sweepNow()).toMatchObject({ failedLoads: [], leasesReleased: 0, running: 1 });
    expect(await load()).toEqual(alive);
    expect(await leases()).toBe(1);
  });

  it.each<[string, () => ExecutionState]>([
    ['while its execution runs, whatever its lease says', () => ({ isRunning: true })],
    ['while the recorder may yet tell why it ended', () => ({ isRunning: false, endedAt: Date.now() + 58 * minute })],
  ])('is left alone %s', async (_, state) => {
    await stalled();
    states[arn] = state();
    expect(await sweepNow()).toMatchObject({ failedLoads: [], leasesReleased: 0 });
    expect(await load()).toEqual(alive);
    expect(await leases()).toBe(1);
  });

  it('is left alone while a step of it holds its lease in a transaction', async () => {
    await stalled();
    states[arn] = longAgo;
    await pipeline.connect(async (db) => {
      await transaction(db, { idleTimeoutMs: 0 }, async () => {
        await holdLease(db, { loadId: 1, attempt: 1, target: 'public.zipcodes' });
        expect(await sweepNow()).toMatchObject({ failedLoads: [], leasesReleased: 0 });
      });
    });
    expect(await load()).toEqual(alive);
  });

  it('is left alone where another execution took it over after it was looked at', async () => {
    await stalled();
    const overtaken: SweepDeps['executions'] = {
      ...executions,
      async lookAt() {
        await pipeline.run(`update landfall.loads set attempt = 2, execution = 'arn:other'`);
        return longAgo;
      },
    };
    expect(await sweepNow({ executions: overtaken })).toMatchObject({ failedLoads: [], leasesReleased: 0 });
    expect(await load()).toEqual(alive);
  });

  it('is left alone where a command of one machine runs it', async () => {
    await stalled();
    await pipeline.run(
      `update landfall.loads set execution = 'local:1'; update landfall.leases set execution = 'local:1'`,
    );
    expect(await sweepNow()).toMatchObject({ failedLoads: [], leasesReleased: 0 });
    expect(values()).toMatchObject({ ExpiredLeases: 0 });
    expect(await load()).toEqual(alive);
  });

  it('keeps its staging for a week, so that it goes on where it stopped; then the staging goes', async () => {
    await stalled();
    states[arn] = longAgo;
    expect(await sweepNow()).toMatchObject({ failedLoads: [1], stagingDropped: 0 });
    expect(values()).toMatchObject({ OrphanStagingTables: 0 });
    await pipeline.run(`update landfall.loads set ended_at = now() - interval '6 days'`);
    expect(await sweepNow()).toMatchObject({ stagingDropped: 0 });
    expect(await stagingTables()).toBeGreaterThan(0);
    await pipeline.run(`update landfall.loads set ended_at = now() - interval '8 days'`);
    expect(await sweepNow()).toMatchObject({ stagingDropped: 1 });
    expect(values().OrphanStagingTables).toBeGreaterThan(0);
    expect(await stagingTables()).toBe(0);
    const again = await pipeline.load(`${pipeline.directory}/a.csv`, {
      into: 'public.zipcodes',
      businessKey: ['zip_code'],
    });
    expect(again).toMatchObject({ loadId: 1, outcome: 'LOADED', counts: { inserted: 1 } });
  });

  it('leaves no staging where it has ended otherwise, or is not in the ledger any more', async () => {
    await stalled({ lease: null });
    await pipeline.run(`update landfall.loads set outcome = 'REJECTED', ended_at = now() - interval '16 minutes'`);
    expect(await sweepNow()).toMatchObject({ stagingDropped: 1 });
    await pipeline.run('create unlogged table landfall_staging.l4711_s0_typed ()');
    expect(await sweepNow()).toMatchObject({ stagingDropped: 1 });
    expect(await stagingTables()).toBe(0);
  });

  async function stagingTables(): Promise<number> {
    const rows = await pipeline.rows(
      sql`select from pg_class where (relnamespace = 'landfall_staging'::regnamespace) and (relkind = 'r') and (relname like 'l%')`,
    );
    return rows.length;
  }
});

describe('an undo whose execution is gone', () => {
  const arn = 'arn:aws:states:eu-central-1:111122223333:execution:Undo:1';

  /** A loaded load that somebody asked to undo; its undo vanished while it held the table, or before it did. */
  async function lost({ hadTable }: { hadTable: boolean }): Promise<void> {
    await pipeline.load(await pipeline.file('a.csv', file), { into: 'public.zipcodes', businessKey: ['zip_code'] });
    await pipeline.run(`
      update landfall.loads set execution = 'arn:of the load';
      insert into landfall.undos (load_id, asked_by, execution) values (1, 'ana@laptop', '${arn}')`);
    if (hadTable)
      await pipeline.run(`
        insert into landfall.leases (target, load_id, attempt, token, expires_at, execution)
        values ('public.zipcodes', 1, 2, '1:2', now() - interval '1 s', '${arn}')`);
    states = { 'arn:of the load': { isRunning: false, endedAt: null }, [arn]: { isRunning: false, endedAt: 0 } };
  }
  const codes = async () => await pipeline.rows(sql`select code from landfall.undos where (failed_at is not null)`);

  it.each([true, false])(
    'is FAILED and told once, also where it waited for the table (had it: %s)',
    async (hadTable) => {
      await lost({ hadTable });
      const released = hadTable ? 1 : 0;
      expect(await sweepNow()).toMatchObject({ failedLoads: [], failedUndos: [1], leasesReleased: released });
      expect(await codes()).toEqual([{ code: 'EXECUTION_LOST' }]);
      expect(told).toHaveLength(1);
      expect(told[0]).toContain('The undo of load 1 into public.zipcodes');
      expect(told[0]).toContain('landfall undo 1 --stack Landfall');
      expect(await sweepNow()).toMatchObject({ failedUndos: [], leasesReleased: 0 });
      expect(told).toHaveLength(1);
    },
  );

  it('is FAILED and told where it never began, and not before it had the time to', async () => {
    await lost({ hadTable: false });
    await pipeline.run(`update landfall.undos set execution = null, asked_at = now() - interval '10 minutes'`);
    expect(await sweepNow()).toMatchObject({ failedUndos: [] });
    await pipeline.run(`update landfall.undos set asked_at = now() - interval '20 minutes'`);
    expect(await sweepNow()).toMatchObject({ failedUndos: [1], leasesReleased: 0 });
    expect(await codes()).toEqual([{ code: 'EXECUTION_LOST' }]);
    expect(told).toEqual([expect.stringContaining('no execution of it ever began')]);
    expect(told[0]).toContain('Execution: none that is known');
    expect(await sweepNow()).toMatchObject({ failedUndos: [] });
    expect(told).toHaveLength(1);
  });

  it('is left alone while it runs, and where it is undone', async () => {
    await lost({ hadTable: false });
    states[arn] = { isRunning: true };
    expect(await sweepNow()).toMatchObject({ failedUndos: [] });
    states = {};
    await pipeline.run('update landfall.undos set ended_at = now()');
    expect(await sweepNow()).toMatchObject({ failedUndos: [] });
    expect([await codes(), told]).toEqual([[], []]);
  });
});

describe('what is kept waiting', () => {
  const longest = async (): Promise<unknown> => {
    measured = [];
    await sweepNow({ datasets: [] });
    return { ...values() }.LongestWaitMinutes;
  };

  it('is measured by the longest pause of a table, or wait of a load that runs', async () => {
    expect(await longest()).toBe(0);
    await pipeline.run(`
      insert into landfall.pauses (target, paused_at, by) values ('public.zipcodes', now() - interval '90 minutes', 'ana@laptop');
      insert into landfall.loads
        (load_id, dataset, target, bucket, key, version_id, generation, size, request, execution, outcome, started_at, attempt_started_at)
      overriding system value
      select i, 'd', 'public.t', 'b', i::text, '1', 1, 1, '{}', 'x', case when i = 2 then 'FAILED' end,
        now() - interval '1 d', now() - interval '10 h'
      from generate_series(1, 2) as i;
      insert into landfall.waits (load_id, begun_at, ended_at, signal, figure) values
        (1, now() - interval '11 h', null, 'slots', 'of an attempt before'),
        (1, now() - interval '9 h', now() - interval '5 h', 'slots', 'it ended'),
        (1, now() - interval '30 minutes', null, 'replication', 'it waits'),
        (2, now() - interval '8 h', null, 'replication', 'its load has ended')`);
    expect(await longest()).toBe(90);
    await pipeline.run('delete from landfall.pauses');
    expect(await longest()).toBe(30);
  });
});

describe('a feed', () => {
  const zipcodes = datasets.find(({ name }) => name === 'zipcodes');
  if (zipcodes === undefined) throw new Error('no dataset zipcodes');
  const hourly = [{ ...zipcodes, expectEveryHours: 2 }];

  it('is late when it was loaded longer ago than it is expected, and measured in any case', async () => {
    await pipeline.execute(objectCreated(await put('zipcodes/a.csv'), '01'));
    expect(await sweepNow({ datasets: hourly })).toMatchObject({ lateFeeds: [] });
    expect(measured).toContainEqual({ dataset: 'zipcodes', values: { MinutesSinceLastLoad: 0, LateFeeds: 0 } });
    await pipeline.run(`update landfall.loads set ended_at = now() - interval '121 minutes'`);
    expect(await sweepNow({ datasets: hourly })).toMatchObject({ lateFeeds: ['zipcodes'] });
    expect(measured).toContainEqual({ dataset: 'zipcodes', values: { MinutesSinceLastLoad: 121, LateFeeds: 1 } });
  });

  it('that never came counts from when the ledger was made', async () => {
    await pipeline.run(`update landfall.migrations set applied_at = now() - interval '3 hours'`);
    expect(await sweepNow({ datasets: hourly })).toMatchObject({ lateFeeds: ['zipcodes'] });
  });

  it('that nothing is expected of is never late', async () => {
    await pipeline.run(`update landfall.migrations set applied_at = now() - interval '3 years'`);
    expect(await sweepNow()).toMatchObject({ lateFeeds: [] });
  });
});

describe('the function', () => {
  it.each([
    [
      'the ledger of the version before',
      'drop table landfall.waiters, landfall.listings; delete from landfall.migrations where name > $$0002$$',
    ],
    ['no ledger', 'drop schema landfall, landfall_staging cascade'],
  ])('does nothing where it finds %s, and says what comes first', async (_, older) => {
    const service = await startAwsService(() => ({ body: { executionArn: 'arn:started', startDate: 1 } }));
    vi.stubEnv('DATABASE_URL', pipeline.url);
    vi.stubEnv('LANDFALL_LANDING', landing);
    vi.stubEnv('LANDFALL_STATE_MACHINE', 'arn:machine');
    vi.stubEnv('AWS_ENDPOINT_URL_SFN', service.connection.endpoint);
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
    await pipeline.run(older);
    const migrations = { missingMigrations: expect.arrayContaining(['0004_waiters.sql', '0007_listings.sql']) };
    try {
      await put('zipcodes/a.csv');
      const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };
      for (const dataset of [null, 'zipcodes'])
        expect(await handler({ dataset, scheduledTime: '2026-01-01T00:00:00Z' }, context)).toEqual(migrations);
      expect(service.calls).toEqual([]);
    } finally {
      await service.close();
    }
  });

  it('sweeps, and asks Step Functions for what it finds', async () => {
    const service = await startAwsService(() => ({ body: { executionArn: 'arn:started', startDate: 1 } }));
    vi.stubEnv('DATABASE_URL', pipeline.url);
    vi.stubEnv('LANDFALL_LANDING', landing);
    vi.stubEnv('LANDFALL_DATASETS', join(pipeline.directory, 'datasets.json'));
    vi.stubEnv('LANDFALL_STATE_MACHINE', 'arn:machine');
    vi.stubEnv('AWS_ENDPOINT_URL_SFN', service.connection.endpoint);
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
    try {
      await put('zipcodes/a.csv');
      const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };
      const scheduledTime = '2026-01-01T00:00:00Z';
      expect(await handler({ dataset: null, scheduledTime }, context)).toMatchObject({ listed: 1, unknown: 0 });
      expect(await handler({ dataset: 'zipcodes', scheduledTime }, context)).toMatchObject({ started: 1 });
      expect(service.calls).toEqual([
        expect.objectContaining({
          action: 'StartExecution',
          input: expect.objectContaining({ stateMachineArn: 'arn:machine' }),
        }),
      ]);
      await expect(handler({ scheduledTime }, context)).rejects.toThrow('dataset');
      vi.stubEnv('LANDFALL_STATE_MACHINE', '');
      await expect(handler({ dataset: null, scheduledTime }, context)).rejects.toThrow('LANDFALL_STATE_MACHINE');
    } finally {
      await service.close();
    }
  });
});

it('in a bucket that keeps versions the same content uploaded again is another object', async () => {
  await pipeline.execute(objectCreated(await s3.upload('zipcodes/v.csv', file, versioned), '01'));
  const listedAt = (lastModified: string) => ({
    bucket: versioned,
    key: 'zipcodes/v.csv',
    versionId: null,
    etag: '',
    sizeBytes: 0,
    lastModified,
  });
  const [known] = await pipeline.rows<{ etag: string; size: number; object_modified: Date }>(
    sql`select etag, size, object_modified from landfall.loads`,
  );
  if (known === undefined) throw new Error('nothing was loaded');
  const store = {
    ...(await storeFor(landing)),
    list: async function* ({ prefix }: { prefix: string }) {
      const at = (seconds: number): string => new Date(known.object_modified.getTime() + 1_000 * seconds).toISOString();
      const same = { etag: known.etag, sizeBytes: known.size };
      if (prefix === 'zipcodes/')
        yield [
          { ...listedAt(at(0)), ...same },
          { ...listedAt(at(5)), ...same },
        ];
    },
  };
  const noting = { ...executions, start: async (request: LoadRequest) => `arn:${started.push(request)}` };
  expect(await sweepNow({ store, landing: versioned, executions: noting })).toMatchObject({ listed: 2, unknown: 1 });
});

const keys: Awaited<ReturnType<S3Buckets['upload']>>[] = [];

async function put(key: string, content = file): ReturnType<S3Buckets['upload']> {
  const uploaded = await s3.upload(key, content);
  keys.push(uploaded);
  return uploaded;
}

async function emptyBuckets(): Promise<void> {
  s3.answer = null;
  const unique = new Map(keys.splice(0).map((object) => [object.key, object]));
  for (const object of unique.values()) await s3.remove(object);
}

/** Dates of objects count whole seconds. */
async function nextSecond(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_100));
}
