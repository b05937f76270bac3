import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Gate, startGate } from '../support/gate.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
const states = [
  'Register',
  'AcquireLease',
  'StageSlice',
  'ValidateSlice',
  'Transform',
  'MergeLane',
  'Finish',
  'Report',
];

describe('a database that is away', () => {
  let pipeline: Pipeline;
  let gate: Gate;
  let path: string;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, n integer)', {
      url: (database) => gate.url(database),
      waits: 0.001,
    });
    gate = await startGate(pipeline.url);
    path = await pipeline.file('a.csv', 'id,n\n1,1\n2,2\n3,x\n');
  });
  afterEach(async () => {
    await gate.shut();
    await pipeline.end();
  });
  const counts = () => pipeline.rows(sql`select outcome, attempt, records, rejected, inserted from landfall.loads`);

  it.each(states)(
    'when %s begins is waited for in the call, and the load is LOADED in its first attempt',
    async (state) => {
      const calls: string[] = [];
      pipeline.before = async ({ event }) => {
        calls.push(String(event['state']));
        if (event['state'] !== state || calls.filter((each) => each === state).length > 1) return;
        await gate.shut();
        void sleep(1_500).then(() => gate.open());
      };
      expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
      expect(await counts()).toEqual([{ outcome: 'LOADED', attempt: 1, records: 3, rejected: 1, inserted: 2 }]);
      expect(calls.filter((each) => each === state)).toHaveLength(state === 'MergeLane' ? 2 : 1);
    },
  );

  it('for longer than ten calls wait is a failed load that says so', async () => {
    let calls = 0;
    pipeline.before = ({ event }) => {
      if (event['state'] !== 'StageSlice') return;
      calls += 1;
      throw Object.assign(new Error('the database did not answer for 60 s (ECONNREFUSED)'), { name: 'DatabaseAway' });
    };
    expect(await pipeline.execute({ bucket: 'file://', key: path, ...into })).toMatchObject({
      status: 'FAILED',
      error: 'DatabaseAway',
    });
    expect(calls).toBe(11);
  });

  it('because it takes no writes yet is waited for as long, by further calls', async () => {
    const readOnly = (on: boolean) =>
      pipeline.run(`
        start transaction read write;
        alter database "${new URL(pipeline.url).pathname.slice(1)}" set default_transaction_read_only = ${on};
        commit`);
    const names: string[] = [];
    await readOnly(true);
    pipeline.before = async ({ event }) => {
      if (names.push(String(event['state'])) === 4) await readOnly(false);
    };
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    expect(names.slice(0, 5)).toEqual(['Register', 'Register', 'Register', 'Register', 'AcquireLease']);
  });
});
