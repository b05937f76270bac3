import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { applyFile, type Counted, modelledRules, nothing, type Row } from '../support/conflict-model.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/**
 * 200 sequences of files, each over keys of its own, are loaded together: the first files of all of them are one object, the second ones
 * another. So a case is worth a handful of loads, and the counts of a load are the sums of its sequences'.
 */
const sequences = 200;
const keysOfEach = 4;
const mostFiles = 4;

const rules = {
  'update-only': { conflict: { rule: 'update-only' } },
  'newer-wins': { conflict: { rule: 'newer-wins', versionColumn: ['v', 'w'] } },
  'merged columns': {
    conflict: { rule: 'update' },
    merge: { a: 'onlyIfNull', b: 'keep', v: 'onChange', w: 'greatest(target.w, source.w)' },
  },
} as const;

const cell = fc.option(fc.constantFrom('x', 'y'), { nil: null, freq: 4 });
const row = fc.record({
  k: fc.nat({ max: keysOfEach - 1 }),
  a: cell,
  b: cell,
  v: fc.integer({ min: 1, max: 2 }),
  w: fc.integer({ min: 1, max: 2 }),
});
const sequence = fc.record({
  there: fc.uniqueArray(row, { selector: ({ k }) => k, maxLength: keysOfEach }),
  files: fc.array(fc.array(row, { maxLength: 6 }), { minLength: mostFiles, maxLength: mostFiles }),
});

describe('a conflict rule', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(
      `create table public.m (k integer primary key, a text, b text, v integer, w integer)`,
    );
  });
  afterAll(() => pipeline.end());

  const line = ({ k, a, b, v, w }: Row): string => [k, a ?? '', b ?? '', v, w].join(',');

  it.each(Object.keys(rules) as (keyof typeof rules)[])(
    '%s does what a sequential reading of any files would, delivered any number of times',
    async (name) => {
      const [worlds] = fc.sample(fc.array(sequence, { minLength: sequences, maxLength: sequences }), 1);
      if (worlds === undefined) throw new Error('nothing was generated');
      const own = (rows: readonly Row[], i: number): Row[] =>
        rows.map((each) => ({ ...each, k: i * keysOfEach + each.k }));
      const table = new Map<number, Row>();
      for (const [i, { there }] of worlds.entries()) for (const each of own(there, i)) table.set(each.k, each);
      await pipeline.run('truncate public.m');
      const lines = [...table.values()].map(
        (each) => `(${[each.k, quoted(each.a), quoted(each.b), each.v, each.w].join(',')})`,
      );
      await pipeline.run(`insert into public.m values ${lines.join(',')}`);

      const request = {
        into: 'public.m',
        businessKey: ['k'],
        ...rules[name],
        limits: { allowAllRejected: true },
      };
      const files = Array.from({ length: mostFiles }, (_, f) =>
        worlds.flatMap(({ files: all }, i) => own(all[f] ?? [], i)),
      );
      // each once more under another name, behind the others
      for (const [f, file] of [...files, ...files.slice(0, 2)].entries()) {
        const expected = applyFile(modelledRules[name], table, file);
        const path = await pipeline.file(`${name}-${f}.csv`, ['k,a,b,v,w', ...file.map(line)].join('\n'));
        const dry = f === 1 ? await pipeline.load(path, { ...request, dryRun: true }) : null;
        const report = await pipeline.load(path, { ...request, sliceBytes: 2_000 });
        expect(only(report.counts)).toEqual(expected);
        if (dry !== null) expect(only(dry.counts)).toEqual(expected);
        const again = await pipeline.load(path, { ...request, sliceBytes: 2_000 });
        expect(again.outcome).toBe('ALREADY_LOADED');
      }
      const rows = await pipeline.rows<Row>(sql`select k, a, b, v, w from public.m order by k`);
      expect(rows).toEqual([...table.values()].toSorted((one, other) => one.k - other.k));
    },
  );
});

function quoted(value: string | null): string {
  return value === null ? 'null' : `'${value}'`;
}

function only(counts: Readonly<Record<string, number>>): Counted {
  return Object.fromEntries(Object.keys(nothing()).map((name) => [name, counts[name] ?? 0])) as unknown as Counted;
}
