import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { cases, casesTimeout } from '../support/cases.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** A record: a key of twenty, one of three shops, a value; a broken one is rejected for its value, its key can be read. */
interface Written {
  readonly k: number;
  readonly shop: 'a' | 'b' | 'c';
  readonly n: number | 'broken';
}

const written: fc.Arbitrary<Written> = fc.record({
  k: fc.integer({ min: 0, max: 200 }),
  shop: fc.constantFrom('a', 'b', 'c'),
  n: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 1, arbitrary: fc.constant('broken' as const) },
  ),
});
const file = fc.record({
  records: fc.array(written, { minLength: 1, maxLength: 300, size: 'max' }),
  scope: fc.constantFrom('none', 'a', 'file'),
  atomic: fc.constantFrom('auto', 'no'),
  again: fc.integer({ min: 1, max: 2 }),
});
type File = typeof file extends fc.Arbitrary<infer One> ? One : never;
type Table = Map<number, { readonly shop: string; readonly n: number }>;
type Counts = Readonly<
  Record<'records' | 'rejected' | 'duplicate' | 'inserted' | 'updated' | 'unchanged' | 'deleted', number>
>;

/** What one delivery makes of the table, and its counts; null: it is refused. Knows nothing of SQL. */
function applied(table: Table, { records, scope }: File): Counts | null {
  const isTaken = ({ shop, n }: Written): boolean => n !== 'broken' && (scope !== 'a' || shop === 'a');
  const taken = records.filter(isTaken);
  const last = new Map(taken.map((record) => [record.k, record]));
  const shops = new Set(scope === 'none' ? ['a', 'b', 'c'] : scope === 'a' ? ['a'] : taken.map(({ shop }) => shop));
  const replaced = [...table].filter(([, { shop }]) => shops.has(shop));
  if (taken.length === 0 && replaced.length > 0) return null;
  const named = new Set(records.map(({ k }) => k));
  const gone = taken.length === 0 ? [] : replaced.filter(([k]) => !named.has(k));
  const counts = { inserted: 0, updated: 0, unchanged: 0 };
  for (const [k] of gone) table.delete(k);
  for (const [k, { shop, n }] of last) {
    const before = table.get(k);
    counts[before === undefined ? 'inserted' : before.shop === shop && before.n === n ? 'unchanged' : 'updated'] += 1;
    table.set(k, { shop, n: Number(n) });
  }
  const rejected = records.length - taken.length;
  return { records: records.length, rejected, duplicate: taken.length - last.size, ...counts, deleted: gone.length };
}

describe('any files under replace', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (k int primary key, shop text not null, n int not null)');
  });
  afterEach(() => pipeline.end());

  it('leave the table as a model in memory has it, however often each is delivered', {
    timeout: casesTimeout(4),
  }, async () => {
    let files = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), async (sequence) => {
        await pipeline.run('truncate public.t');
        const table: Table = new Map();
        for (const each of sequence) {
          const content = each.records.map(({ k, shop, n }) => `${k},${shop},${n}`).join('\n');
          for (let delivery = 0; delivery < each.again; delivery += 1) {
            const path = await pipeline.file(`${(files += 1)}.csv`, `k,shop,n\n${content}\n`);
            const counts = applied(table, each);
            const report = await pipeline.load(path, {
              into: 'public.t',
              businessKey: ['k'],
              conflict: { rule: 'replace' },
              ...(each.scope !== 'none' && { replaceWhere: { shop: each.scope === 'a' ? 'a' : { from: 'file' } } }),
              limits: { maxDeletedShare: 1, allowAllRejected: true, batchRows: 20 },
              sliceBytes: 400,
              traffic: { atomic: each.atomic },
            });
            expect(report.outcome).toBe(counts === null ? 'REJECTED' : 'LOADED');
            if (counts !== null) expect(report.counts).toMatchObject(counts);
          }
          const rows = await pipeline.rows<{ k: number; shop: string; n: number }>(
            sql`select k, shop, n from public.t order by k`,
          );
          expect(rows).toEqual([...table].map(([k, row]) => ({ k, ...row })).toSorted((a, b) => a.k - b.k));
        }
      }),
      cases(4),
    );
  });
});
