import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { one } from '../../functions/db/client.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['k'], conflict: { rule: 'replace' }, limits: { maxDeletedShare: 1 } };

interface Look {
  readonly rows: number;
  readonly sum: number;
}

const look = sql`select count(*) as rows, coalesce(sum(n), 0)::bigint as sum from public.t`;

/** Keys of `from` and up, each with the value `n`. */
function records(from: number, many: number, n: number): string {
  return `k,n\n${Array.from({ length: many }, (_, i) => `${from + i},${n}`).join('\n')}\n`;
}

describe('replace while others read, and where it is interrupted', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (k int primary key, n int not null)', { waits: 0.05 });
    await pipeline.load(await pipeline.file('before.csv', records(0, 6_000, 1)), into);
  });
  afterEach(() => pipeline.end());

  it.each([{}, { traffic: { atomic: 'yes' }, limits: { ...into.limits, batchRows: 100 } }])(
    'shows readers the old state or the new one: %j',
    async (own) => {
      const path = await pipeline.file('after.csv', records(3_000, 6_000, 2));
      const seen: string[] = [];
      let isOver = false;
      const reading = pipeline.connect(async (db) => {
        while (!isOver) {
          const { rows, sum } = await one<Look>(db, look);
          seen.push(`${rows} ${sum}`);
          await sleep(1);
        }
      });
      const report = await pipeline.load(path, { ...into, sliceBytes: 10_000, ...own });
      isOver = true;
      await reading;
      expect(report.counts).toMatchObject({ inserted: 3_000, updated: 3_000, deleted: 3_000 });
      expect(new Set(seen)).toEqual(new Set(['6000 6000', '6000 12000']));
    },
  );

  it('deletes last where it is no one transaction: readers miss no row that both files have', async () => {
    const path = await pipeline.file('after.csv', records(3_000, 6_000, 2));
    let fewest = Infinity;
    let isOver = false;
    const reading = pipeline.connect(async (db) => {
      while (!isOver) fewest = Math.min(fewest, (await one<Look>(db, look)).rows);
    });
    const limits = { ...into.limits, batchRows: 500 };
    await pipeline.load(path, { ...into, limits, sliceBytes: 10_000, traffic: { atomic: 'no' } });
    isOver = true;
    await reading;
    expect(fewest).toBe(6_000);
  });

  it.each(['yes', 'no'])(
    'goes on where it was killed, at any state, with staging and without: atomic %s',
    { timeout: 300_000 },
    async (atomic) => {
      const states = ['Transform', 'MergeLane', 'RebuildIndexes', 'Finish', 'Report'];
      let from = 0;
      for (const state of states) {
        for (const after of [0, 1]) {
          for (const isLost of [false, true]) {
            from += 1_000;
            const path = await pipeline.file(`${state}-${after}-${isLost}.csv`, records(from, 6_000, from));
            const request = {
              ...into,
              sliceBytes: 20_000,
              limits: { ...into.limits, batchRows: 400 },
              traffic: { atomic },
            };
            let calls = 0;
            pipeline.before = async ({ event }) => {
              if (event['state'] !== state) return;
              calls += 1;
              if (calls <= after) return;
              if (isLost) await pipeline.run('delete from landfall_staging.epochs');
              throw Object.assign(new Error('killed'), { name: 'Killed' });
            };
            await pipeline.execute({ bucket: 'file://', key: path, ...request });
            pipeline.before = null;
            await pipeline.run('delete from landfall.leases');
            const report = await pipeline.load(path, request);
            expect(['LOADED', 'ALREADY_LOADED']).toContain(report.outcome);
            const [now] = await pipeline.rows<Look>(look);
            expect(now, `${state} ${after} ${isLost}`).toEqual({ rows: 6_000, sum: 6_000 * from });
            expect(report.counts).toMatchObject({ inserted: 1_000, updated: 5_000, deleted: 1_000 });
          }
        }
      }
    },
  );

  it('lets rows stay that others write between the gate and a staging that is filled again', async () => {
    const path = await pipeline.file('after.csv', records(1_000, 6_000, 2));
    let calls = 0;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || (calls += 1) > 1) return;
      await pipeline.run('insert into public.t values (-1, 0); delete from landfall_staging.epochs');
    };
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    expect(await pipeline.rows(sql`select k from public.t where (k < 1000) order by k`)).toEqual([{ k: -1 }]);
  });
});
