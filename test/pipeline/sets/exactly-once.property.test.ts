import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { cases, casesTimeout } from '../../support/cases.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const files = ['a', 'b', 'c', 'd', 'e'] as const;
const states = ['Register', 'AcquireLease', 'PlanSlices', 'StageSlice', 'Compose', 'Transform', 'MergeLane', 'Finish'];

/** Some of the files in some order, and a state before which a load is killed; null: none is. */
const load = fc.record({
  of: fc.shuffledSubarray([...files], { minLength: 1 }),
  killedAt: fc.option(fc.constantFrom(...states), { freq: 2 }),
});
/** Loads that are begun at the same time. */
const moments = fc.array(fc.array(load, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });

describe('whatever loads ask for a file, alone or together, at once, again and after kills', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.log (file text not null)', { waits: 0.02 });
  });
  afterEach(() => pipeline.end());

  it('is in the table once', { timeout: casesTimeout(40) }, async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(moments, async (all) => {
        run += 1;
        await pipeline.run('truncate public.log');
        const path = new Map<string, string>();
        for (const name of files)
          path.set(name, await pipeline.file(`${run}${name}.csv`, `file\n${`${name}\n`.repeat(3)}`));
        const request = ({ of }: (typeof all)[number][number]): object => {
          const keys = of.map((name) => path.get(name) ?? '');
          const one = { bucket: 'file://', key: keys[0], into: 'public.log', conflict: { rule: 'append' } };
          return keys.length === 1 ? one : { ...one, objects: keys.map((key) => ({ key })) };
        };
        for (const moment of all) {
          let kill = moment.find(({ killedAt }) => killedAt !== null)?.killedAt ?? null;
          // whichever of them comes there first
          pipeline.before = ({ event }) => {
            if (event['state'] !== kill) return;
            kill = null;
            throw Object.assign(new Error('killed'), { name: 'Killed' });
          };
          await Promise.all(
            moment.map(async (each) => {
              const execution = pipeline.start(request(each));
              const { status } = await execution.result;
              // the recorder would: others wait for its table
              if (status !== 'SUCCEEDED')
                await pipeline.run(`delete from landfall.leases where execution = '${execution.id}'`);
            }),
          );
          await pipeline.idle();
          pipeline.before = null;
          // its owner is dead
          await pipeline.run('delete from landfall.leases; delete from landfall.waiters');
        }
        // what stopped on its way into the table goes on as it is asked for again
        for (const each of all.flat()) expect((await pipeline.execute(request(each))).status).toBe('SUCCEEDED');
        const last = { of: [...files], killedAt: null };
        expect((await pipeline.execute(request(last))).status).toBe('SUCCEEDED');
        const rows = await pipeline.rows(
          sql`select file, count(*)::integer as n from public.log group by file order by file`,
        );
        expect(rows).toEqual(files.map((file) => ({ file, n: 3 })));
      }),
      cases(4),
    );
  });
});
