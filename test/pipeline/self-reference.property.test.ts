import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { cases, casesTimeout } from '../support/cases.ts';
import { fateOf, type Person } from '../support/kin-model.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const ids = fc.integer({ min: 1, max: 14 });
const person: fc.Arbitrary<Person> = fc.record({
  id: ids,
  boss: fc.option(fc.oneof({ weight: 6, arbitrary: ids }, { weight: 1, arbitrary: fc.integer({ min: 90, max: 93 }) }), {
    freq: 5,
  }),
  isBroken: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

describe('any file into a table that refers to itself', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('');
  });
  afterEach(() => pipeline.end());

  it.each([
    ['update', ''],
    ['update', 'deferrable initially deferred'],
    ['insert-only', ''],
    ['patch', ''],
  ])(
    'loads the largest set of records that have their parents, in any order: %s %s',
    { timeout: casesTimeout(24) },
    async (rule, when) => {
      await pipeline.run(`
        create table public.t (id int primary key, boss int references public.t ${when}, n int not null);
        create function public.tree() returns table (id int, boss int) language sql as 'select id, boss from public.t order by id'`);
      let files = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(ids, { maxLength: 4 }),
          fc.array(person, { minLength: 1, maxLength: 40 }),
          fc.boolean(),
          async (there, file, isLive) => {
            await pipeline.run(
              `truncate public.t; ${there.map((id) => `insert into public.t values (${id}, null, 0) on conflict do nothing`).join('; ')}`,
            );
            const cells = file.map(({ id, boss, isBroken }) => `${id},${boss ?? ''},${isBroken ? 'x' : '1'}`);
            const path = await pipeline.file(`${(files += 1)}.csv`, `id,boss,n\n${cells.join('\n')}\n`);
            const report = await pipeline.load(path, {
              into: 'public.t',
              businessKey: ['id'],
              conflict: { rule },
              sliceBytes: 30,
              limits: { allowAllRejected: true, batchRows: 3 },
              traffic: { live: isLive ? 'yes' : 'no' },
            });
            const table = new Map(there.map((id) => [id, null] as const));
            // of a patch an empty boss leaves the row's own, and the one of a record of its key: those are other tests
            const isFolded = rule === 'patch';
            const fate = fateOf(file, table, rule === 'insert-only');
            expect(report.outcome).toBe('LOADED');
            expect(report.counts).toMatchObject({ rejected: fate.rejected.size, duplicate: fate.duplicate.size });
            const found = await pipeline.rows<{ id: number; boss: number | null }>(sql`select * from public.tree()`);
            expect(found.map(({ id }) => id)).toEqual([...fate.rows.keys()].toSorted((a, b) => a - b));
            if (!isFolded)
              expect(new Map(found.map(({ id, boss }) => [id, boss]))).toEqual(
                new Map([...fate.rows].toSorted(([a], [b]) => a - b)),
              );
            const rejects = await pipeline.rows<{ record: number }>(sql`
              select record_no::integer - 1 as record from landfall.rejects
              where (load_id = ${report.loadId}) and (kind = 'reject') order by 1`);
            expect(rejects.map(({ record }) => record)).toEqual([...fate.rejected].toSorted((a, b) => a - b));
          },
        ),
        { ...cases(4), endOnFailure: true },
      );
    },
  );
});
