import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const keys = 400;

/** Numbers of a seed, 0 up to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const rules = [
  { name: 'update-only', conflict: { rule: 'update-only' } },
  { name: 'newer-wins', conflict: { rule: 'newer-wins', versionColumn: 'v' } },
  { name: 'the greatest', conflict: { rule: 'update' }, merge: { a: 'onChange', v: 'greatest(target.v, source.v)' } },
] as const;

describe.each(rules)('beside writers of the same rows, $name', ({ name, ...rule }) => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (k integer primary key, a text, v integer, origin text not null default 'loader');
      create table public.written (k integer, v integer)`);
  });
  afterEach(() => pipeline.end());

  it.each([1, 2, 3])('loses no update, disturbs nobody, and its counts balance, seed %i', async (seed) => {
    const random = randomOf(seed);
    const below = (n: number): number => Math.floor(random() * n);
    await pipeline.run(
      `truncate public.t, public.written; insert into public.t select i, 'old', 5, 'initial' from generate_series(1, ${keys}) as i where i % 3 > 0`,
    );
    let isOver = false;
    // raises nothing: what it would disturb a writer by is an error here
    const writer = async (): Promise<number> =>
      await pipeline.connect(async (db) => {
        let statements = 0;
        while (!isOver) {
          const k = 1 + below(keys);
          const v = 1 + below(20);
          const dice = random();
          if (dice < 0.5)
            await db.query(
              `with moved as (update public.t set v = ${v}, a = 'writer' where (k = ${k}) and (v < ${v}) returning k, v) insert into public.written select * from moved`,
            );
          else if (dice < 0.8 || name !== 'update-only')
            await db.query(`insert into public.t values (${k}, 'writer', ${v}, 'writer') on conflict (k) do nothing`);
          else await db.query(`delete from public.t where (k = ${k})`);
          statements += 1;
        }
        return statements;
      });
    const versions = Array.from({ length: keys }, () => 1 + below(20));
    const path = await pipeline.file(
      `${seed}.csv`,
      ['k,a,v', ...versions.map((v, i) => `${i + 1},file,${v}`)].join('\n'),
    );
    const writers = [writer(), writer()];
    const report = await pipeline
      .load(path, { into: 'public.t', businessKey: ['k'], ...rule, limits: { batchRows: 40 } })
      .finally(() => (isOver = true));
    const statements = await Promise.all(writers);
    expect(Math.min(...statements)).toBeGreaterThan(10);

    const { records, ...counts } = report.counts;
    expect(report.outcome).toBe('LOADED');
    expect(Object.values(counts).reduce((all, each) => all + each, 0)).toBe(records);
    if (name === 'update-only') {
      expect(counts.inserted).toBe(0);
      expect(await pipeline.rows(sql`select 1 from public.t where (origin = 'loader')`)).toEqual([]);
    } else {
      const lost = await pipeline.rows(
        sql`select written.k, written.v, t.v as now from public.written left join public.t on (t.k = written.k) where (t.v < written.v) or (t.v is null)`,
      );
      expect(lost).toEqual([]);
      const rows = await pipeline.rows<{ k: number; v: number }>(sql`select k, v from public.t`);
      expect(rows.filter(({ k, v }) => v < (versions[k - 1] ?? 0))).toEqual([]);
      expect(rows).toHaveLength(keys);
    }
  });
});
