import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { cases, casesTimeout } from '../support/cases.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { undoLoad } from '../support/undone.ts';

const key = fc.integer({ min: 1, max: 12 });
const cell = fc.integer({ min: 0, max: 3 });
const records = fc.array(fc.tuple(key, cell), { minLength: 1, maxLength: 12 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ load: records, rule: fc.constantFrom('update', 'insert-only', 'replace') }) },
  { weight: 1, arbitrary: fc.record({ edit: key, value: cell }) },
  { weight: 1, arbitrary: fc.record({ remove: key }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
type Table = ReadonlyMap<number, number>;

/** What a step makes of the table, and the keys that it writes, in memory: knows nothing of SQL nor of the loader. */
function after(table: Table, made: Step): { readonly table: Table; readonly wrote: ReadonlySet<number> } {
  const next = new Map(table);
  if ('edit' in made) {
    if (!table.has(made.edit)) return { table, wrote: new Set() };
    return { table: next.set(made.edit, made.value), wrote: new Set([made.edit]) };
  }
  if ('remove' in made) {
    const was = next.delete(made.remove);
    return { table: next, wrote: new Set(was ? [made.remove] : []) };
  }
  const last = new Map(made.load);
  const isWritten = (k: number, v: number): boolean =>
    !table.has(k) || (made.rule !== 'insert-only' && table.get(k) !== v);
  const written = [...last].filter(([k, v]) => isWritten(k, v));
  for (const [k, v] of written) next.set(k, v);
  const gone = made.rule === 'replace' ? [...table.keys()].filter((k) => !last.has(k)) : [];
  for (const k of gone) next.delete(k);
  return { table: next, wrote: new Set([...written.map(([k]) => k), ...gone]) };
}

describe('an undo of any load among others', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (k int primary key, v int not null)', { waits: 0.05 });
  });
  afterEach(() => pipeline.end());

  it('makes of its rows what they were before it, but for those that somebody wrote since', {
    timeout: casesTimeout(16),
  }, async () => {
    let files = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), fc.nat(), async (steps, chosen) => {
        const loads = steps.flatMap((each, i) => ('load' in each ? [i] : []));
        const undone = loads[chosen % Math.max(1, loads.length)];
        if (undone === undefined) return;
        await pipeline.run('truncate public.t; insert into public.t select i, i % 4 from generate_series(1, 6) as i');
        const states = [new Map([1, 2, 3, 4, 5, 6].map((k) => [k, k % 4])) as Table];
        const wrote: ReadonlySet<number>[] = [];
        const ids: (number | null)[] = [];
        for (const each of steps) {
          ids.push(await does(each, (files += 1)));
          const made = after(states.at(-1) as Table, each);
          states.push(made.table);
          wrote.push(made.wrote);
        }
        const [before, now] = [states[undone] as Table, states.at(-1) as Table];
        const later = new Set(wrote.slice(undone + 1).flatMap((keys) => [...keys]));
        const wanted = new Map(now);
        let kept = 0;
        for (const k of wrote[undone] as ReadonlySet<number>) {
          if (later.has(k)) kept += now.get(k) === before.get(k) ? 0 : 1;
          else if (before.has(k)) wanted.set(k, before.get(k) as number);
          else wanted.delete(k);
        }
        const done = await undoLoad(pipeline, ids[undone] ?? null);
        const rows = await pipeline.rows<{ k: number; v: number }>(sql`select k, v from public.t`);
        expect(new Map(rows.map(({ k, v }) => [k, v]))).toEqual(wanted);
        expect(done.kept).toBe(kept);
      }),
      cases(4),
    );
  });

  async function does(made: Step, file: number): Promise<number | null> {
    if ('edit' in made) await pipeline.run(`update public.t set v = ${made.value} where k = ${made.edit}`);
    else if ('remove' in made) await pipeline.run(`delete from public.t where k = ${made.remove}`);
    else {
      const content = ['k,v', ...made.load.map(([k, v]) => `${k},${v}`), ''].join('\n');
      const conflict = { rule: made.rule };
      const request = { into: 'public.t', businessKey: ['k'], undo: true, conflict, limits: { maxDeletedShare: 1 } };
      return (await pipeline.load(await pipeline.file(`${file}.csv`, content), request)).loadId;
    }
    return null;
  }
});
