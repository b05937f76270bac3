import { afterEach, beforeEach, expect, test } from 'vitest';
import { literal, sql } from '../../functions/core/sql.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// A throttleQuery is SQL. Whoever may start an execution, or write into the ledger, has none run as the role that loads.

const planted = 'select evil.run()';
const into = { into: 'public.t', businessKey: ['id'] };
let pipeline: Pipeline;
let environment: Record<string, string>;
beforeEach(async () => {
  environment = { LANDFALL_THROTTLE_QUERY: '' };
  pipeline = await testPipeline(
    `create table public.t (id integer primary key, n integer);
     create schema evil;
     create table evil.ran (who text);
     create function evil.run() returns integer language plpgsql as $$
       begin insert into evil.ran values (session_user); return 0; end $$`,
    { environment: () => environment },
  );
});
afterEach(() => pipeline.end());

const trafficOfContract = async (): Promise<unknown> =>
  (
    await pipeline.rows<{ traffic: unknown }>(
      sql`select contract -> 'traffic' as traffic from landfall.loads order by load_id desc limit 1`,
    )
  ).at(0)?.traffic;
const ran = (): Promise<object[]> => pipeline.rows(sql`select who from evil.ran`);

test.each([
  ['of an ad-hoc dataset', { ...into }],
  ['of a declared dataset', { dataset: 'zipcodes' }],
])('a request %s with a statement is refused before anything is claimed', async (_, request) => {
  const key = await pipeline.file('a.csv', 'id,n\n1,1\n');
  const traffic = { live: 'yes', throttleQuery: planted };
  expect(await pipeline.execute({ bucket: 'file://', key, ...request, traffic })).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      loadId: null,
      outcome: 'REJECTED',
      code: 'SQL_IN_REQUEST',
      message: expect.stringContaining('declare throttleQuery in the dataset'),
    },
  });
  expect(await pipeline.rows(sql`select from landfall.loads`)).toEqual([]);
  expect(await ran()).toEqual([]);
});

test.each(['AcquireLease', 'PlanSlices', 'StageSlice', 'MergeLane', 'Finish'])(
  'a statement that is written into a request in the ledger before %s becomes none of the contract',
  async (state) => {
    const path = await pipeline.file('a.csv', 'id,n\n1,1\n');
    let written: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== state) return;
      const traffic = literal(JSON.stringify({ traffic: { live: 'yes', throttleQuery: planted } })).text;
      await (written ??= pipeline.run(`update landfall.loads set request = request || ${traffic}::jsonb`));
    };
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    expect(written).not.toBeNull();
    expect(JSON.stringify(await trafficOfContract())).not.toContain('evil');
    expect(await ran()).toEqual([]);
  },
);

test.each(['StageSlice', 'MergeLane'])(
  'a statement that is written into the contract in the ledger before %s refuses the load',
  async (state) => {
    const path = await pipeline.file('a.csv', 'id,n\n1,1\n');
    let written: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] === state) await (written ??= plant());
    };
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'REJECTED', code: 'LEDGER_EDITED' });
    expect(await ran()).toEqual([]);
  },
);

test('a statement that is written into the contract of a load that failed is not there when it goes on', async () => {
  const key = await pipeline.file('a.csv', 'id,n\n1,1\n');
  pipeline.before = ({ event }) => {
    if (event['state'] === 'MergeLane') throw new Error('no MergeLane today');
  };
  const execution = pipeline.start({ bucket: 'file://', key, ...into });
  const result = await execution.result;
  if (result.status === 'SUCCEEDED') throw new Error('it was to fail');
  await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
  await plant();
  pipeline.before = null;
  expect(await pipeline.load(key, into)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
  expect(await trafficOfContract()).toBeNull();
  expect(await ran()).toEqual([]);
});

test('what was typed to the command whose process it is, is in the contract, beside what the request chooses', async () => {
  environment = { LANDFALL_THROTTLE_QUERY: ' select 0 ' };
  const path = await pipeline.file('a.csv', 'id,n\n1,1\n');
  const report = await pipeline.load(path, { ...into, traffic: { live: 'no' } });
  expect(report).toMatchObject({ outcome: 'LOADED' });
  expect(await trafficOfContract()).toEqual({ live: 'no', throttleQuery: { sql: 'select 0', stopAbove: 0 } });
  const requests = await pipeline.rows(sql`select request -> 'traffic' as traffic from landfall.loads`);
  expect(requests).toEqual([{ traffic: { live: 'no' } }]);
});

async function plant(): Promise<void> {
  const traffic = literal(JSON.stringify({ throttleQuery: { sql: planted, stopAbove: 0 } })).text;
  await pipeline.run(
    `update landfall.loads set contract = contract || jsonb_build_object('traffic', ${traffic}::jsonb)`,
  );
}
