import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mentionedNames } from '../../functions/core/expression-words.ts';
import { sql } from '../../functions/core/sql.ts';
import { comparesOnly } from '../../functions/validate/compares-only.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** How long `run` took, in ms. Bounds are wide: what is not linear takes minutes with the same inputs. */
function milliseconds(run: () => unknown): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

describe('text of the catalogue costs time in proportion to its length', () => {
  const signs = ['9', '9.9', '"', "'", '""', "''", "'1", '(', ' ', '\n', '::numeric', '::', 'AND', 'n', 'é', '-', '.'];
  const repeated = fc
    .tuple(fc.constantFrom(...signs), fc.constantFrom(...signs), fc.constantFrom(...signs))
    .map(([begin, middle, end]) => `n ${begin}${middle.repeat(300_000)}${end}x`);

  it('however it is made up', () => {
    fc.assert(
      fc.property(repeated, (expression) => {
        const names = Array.from({ length: 1_600 }, (_, i) => `n${i}`);
        expect(milliseconds(() => comparesOnly(expression, ['n', ...names]))).toBeLessThan(5_000);
        expect(milliseconds(() => mentionedNames(expression))).toBeLessThan(5_000);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 120_000);
});

describe('a target that is built to take time', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.unused (id integer primary key)');
  });
  afterEach(() => pipeline.end());

  it.each([
    ['numbers of many digits', `n < ${'9'.repeat(40_000)}.99 and pg_catalog.scale(n) <= 2`],
    ['blanks in a literal', `n::text operator(pg_catalog.<>) '${' '.repeat(300_000)}'`],
    ['quotes in a literal', `n::text operator(pg_catalog.<>) '${'"'.repeat(300_001)}'`],
  ])('by %s in a CHECK is loaded like any other', async (_, check) => {
    await pipeline.run(`create table public.t (id integer primary key, n numeric, check (${check}))`);
    const path = await pipeline.file('a.csv', 'id,n\n1,1.5\n2,2\n');
    const startedAt = performance.now();
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id'] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    const rows = await pipeline.rows(sql`select id from public.t order by id`);
    expect(rows).toEqual([{ id: 1 }, { id: 2 }]);
  });
});
