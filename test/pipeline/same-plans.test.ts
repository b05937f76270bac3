import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { explained } from '../support/explained.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** Of a small file that is cut all the same: several slices, and of those that change rows several batches. */
const cut: Partial<LoadRequest> = { sliceBytes: 80_000 };
const limits = { batchRows: 800 };
/** How many rows a transaction takes is to depend on no clock: none comes near that. */
const traffic = { targetBatchMs: 60_000 };

const rules: Readonly<Record<string, Record<string, unknown>>> = {
  upsert: { rule: 'upsert' },
  'first wins': { rule: 'upsert', winner: 'first' },
  'insert-only': { rule: 'insert-only' },
  'newer-wins': { rule: 'newer-wins', versionColumn: 'version' },
};

/** A record of the file; every hundredth is a reject, every fiftieth repeats a key. */
function record(i: number): string {
  if (i % 100 === 7) return `x,name ${i},${i},2`;
  return `${i % 50 === 9 ? i - 1 : i},name ${i % 3 === 0 ? 'new' : i},${i % 5 === 0 ? i + 0.5 : i},${i % 7}`;
}

/**
 * The plans of all statements of a load over its staging and its target, in whatever file their text is built: a change that is
 * meant to keep them shows here that it does.
 */
describe('a load asks the server for the same plans', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create table public.t (id integer primary key, name text, amount numeric(12,2) not null, version integer);
      create table public.pair (a integer, b text, c jsonb, e text unique, primary key (a, b))`,
      { environment: { LANDFALL_MERGE_LANES: '1' } },
    );
  });
  afterEach(() => pipeline.end());

  const fill = async (): Promise<void> => {
    await pipeline.run(`
      insert into public.t select i, 'name ' || i, i, 3 from generate_series(1, 6000) as i;
      insert into public.pair select i, 'b' || i, '{}', 'e' || i from generate_series(1, 6000) as i`);
    await pipeline.run('vacuum analyze public.t');
    await pipeline.run('vacuum analyze public.pair');
  };
  const file = (from: number): Promise<string> => {
    const records = Array.from({ length: 6_000 }, (_, i) => record(from + i));
    return pipeline.file('a.csv', ['id,name,amount,version', ...records].join('\n'));
  };
  /** Of transform and merge. @param beforeMerge runs before each call of a lane. */
  const plansOf = async (
    path: string,
    request: Partial<LoadRequest>,
    beforeMerge: () => Promise<void> = async () => undefined,
  ): Promise<string> => {
    let state: unknown;
    pipeline.before = async ({ event }) => {
      state = null;
      if (event['state'] === 'MergeLane') await beforeMerge();
      state = event['state'];
    };
    const isAsked = (): boolean => state === 'Transform' || state === 'MergeLane';
    const { plans } = await explained(isAsked, () => pipeline.load(path, { ...cut, limits, traffic, ...request }));
    expect(plans.length).toBeGreaterThan(8);
    return `\n${plans.join('\n\n')}\n`;
  };

  it.each(Object.entries(rules))('under %s, where rows are new and known', async (_, conflict) => {
    await fill();
    const path = await file(3_000);
    expect(await plansOf(path, { into: 'public.t', businessKey: ['id'], conflict })).toMatchSnapshot('plans');
  });

  it('into an empty table', async () => {
    const path = await file(0);
    expect(await plansOf(path, { into: 'public.t', businessKey: ['id'] })).toMatchSnapshot();
  });

  it.each(Object.entries(rules).filter(([name]) => name !== 'first wins'))(
    'under %s, where another session inserts a key meanwhile',
    async (_, conflict) => {
      await fill();
      const path = await file(3_000);
      const plans = await plansOf(path, { into: 'public.t', businessKey: ['id'], conflict }, () =>
        pipeline.run(`insert into public.t values (8002, 'theirs', 1, 1) on conflict do nothing`),
      );
      expect(plans).toMatchSnapshot('plans');
    },
  );

  it('where the target refuses rows, by a key of two columns and values without an equality', async () => {
    await fill();
    const lines = Array.from({ length: 2_000 }, (_, i) => {
      const value = i === 999 ? 'e1' : `e${i + 5_000}`;
      return `${i + 5_000},b${i + 5_000},"{""n"": ${i}}",${value}`;
    });
    const path = await pipeline.file('a.csv', ['a,b,c,e', ...lines].join('\n'));
    const into = { into: 'public.pair', businessKey: ['a', 'b'] };
    expect(await plansOf(path, { ...into, dryRun: true })).toMatchSnapshot('dry run');
    expect(await plansOf(path, into)).toMatchSnapshot('load');
  });
});
