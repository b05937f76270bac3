import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { recordFailed } from '../../functions/ledger/loads/failure.ts';
import { testPipeline, type Functions, type Pipeline } from '../support/pipeline.ts';

/** Those of a small load, in their order. */
const states = [
  'Register',
  'AcquireLease',
  'PlanSlices',
  'StageSlice',
  'Compose',
  'ValidateSlice',
  'Transform',
  'MergeLane',
  'Finish',
  'Report',
];

/** What the next state of a load does, as a test wants it. */
let within: Functions['within'] = () => undefined;
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(
    `create table public.orders (id int primary key, name text not null, amount numeric(8,2));
     insert into public.orders values (1, 'old', 1), (2, 'same', 2)`,
    { within: (state, when) => within?.(state, when) },
  );
});
afterAll(() => pipeline.end());

/** One that updates a row, leaves one, inserts one, and has a duplicate and a reject. */
const lines = (key: number): string =>
  `id,name,amount\n1,new${key},1\n2,same,2\n${key},a,3\n${key},b,4\n${key + 1},c,x\n`;
const counts = { records: 5, rejected: 1, duplicate: 1, inserted: 1, updated: 1, unchanged: 1, stale: 0, deleted: 0 };

async function load(key: number): Promise<unknown> {
  const report = await pipeline.load(await pipeline.file(`${key}.csv`, lines(key)), {
    into: 'public.orders',
    businessKey: ['id'],
  });
  const rows = await pipeline.rows(sql`select id, name from public.orders where (id in (1, 2, ${key})) order by id`);
  const left = await pipeline.rows(sql`
    select (select count(*)::int from landfall.leases) as leases,
      (select count(*)::int from pg_tables where (schemaname = 'landfall_staging') and (tablename ~ '^l[0-9]')) as staging,
      (select attempt from landfall.loads order by load_id desc limit 1) as attempt`);
  return { outcome: report.outcome, counts: report.counts, rows, left };
}

const ended = (key: number, attempt: number): object => ({
  outcome: 'LOADED',
  counts,
  rows: [
    { id: 1, name: `new${key}` },
    { id: 2, name: 'same' },
    { id: key, name: 'b' },
  ],
  left: [{ leases: 0, staging: 0, attempt }],
});

describe('a small load', () => {
  it('goes through all its states in one call', async () => {
    const seen: string[] = [];
    within = (state, when) => void (when === 'before' && seen.push(state));
    await expect(load(10)).resolves.toEqual(ended(10, 1));
    expect(seen).toEqual(states);
  });

  it.each(states.map((state, at) => [state, at % 2 === 0 ? 'after' : 'before', 20 + 10 * at] as const))(
    'whose call is killed at %s, %s it ran, goes on from its last receipt',
    async (state, when, key) => {
      let kills = 0;
      within = (now, moment) => {
        if (now !== state || moment !== when || kills > 0) return;
        kills += 1;
        throw Object.assign(new Error('signal: SIGKILL'), { name: 'Runtime.ExitError' });
      };
      await expect(load(key)).resolves.toEqual(ended(key, 1));
      expect(kills).toBe(1);
    },
  );

  it('whose session breaks between two states does not trust what it committed, and goes on by states', async () => {
    let seen = 0;
    within = async (state, when) => {
      if (when === 'before') seen += 1;
      if (state !== 'Compose' || when !== 'after') return;
      await pipeline.run(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`);
    };
    await expect(load(200)).resolves.toEqual(ended(200, 1));
    // the state after it began, and had no session
    expect(seen).toBe(states.indexOf('ValidateSlice') + 1);
  });

  it('whose table was taken from it by force is not begun anew by its own execution, and by the next one', async () => {
    within = async (state, when) => {
      if (state !== 'PlanSlices' || when !== 'before') return;
      const [running] = await pipeline.rows<{ load_id: number; execution: string }>(
        sql`select load_id, execution from landfall.loads order by load_id desc limit 1`,
      );
      await pipeline.connect((db) =>
        recordFailed(db, { execution: running?.execution ?? '', code: 'LeaseLost', message: 'taken by force' }),
      );
      throw Object.assign(new Error('the connection was ended'), { name: 'TryAgain' });
    };
    const path = await pipeline.file('300.csv', lines(300));
    const request = { into: 'public.orders', businessKey: ['id'] };
    await expect(pipeline.load(path, request)).rejects.toThrow(/"error":"LeaseLost".*taken by force/);
    const [failed] = await pipeline.rows(sql`select load_id from landfall.loads order by load_id desc limit 1`);
    within = () => undefined;
    const { outcome, loadId, counts: became } = await pipeline.load(path, request);
    expect({ outcome, became, load_id: loadId }).toEqual({ outcome: 'LOADED', became: counts, ...failed });
  });
});
