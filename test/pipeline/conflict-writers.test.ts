import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const keys = 400;

/** Two interleavings a rule; `npm run test:long` has 200, each of another seed. */
const seeds = Array.from({ length: process.env['LANDFALL_TEST_TIMES'] === undefined ? 2 : 200 }, (_, i) => i + 1);

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

const anyShare = { maxDeletedShare: 1 };
const rules = [
  { name: 'update', conflict: { rule: 'update' } },
  { name: 'insert-only', conflict: { rule: 'insert-only' } },
  { name: 'update-only', conflict: { rule: 'update-only' } },
  { name: 'newer-wins', conflict: { rule: 'newer-wins', versionColumn: 'v' } },
  { name: 'patch', conflict: { rule: 'patch' } },
  { name: 'replace', conflict: { rule: 'replace' }, limits: anyShare },
  { name: 'operations', conflict: { rule: 'operations', column: 'op' }, limits: anyShare },
  { name: 'history', conflict: { rule: 'history' } },
  { name: 'the greatest', conflict: { rule: 'update' }, merge: { a: 'onChange', v: 'greatest(target.v, source.v)' } },
] as const;

/** Rules under which writers delete rows as well: each of their records may find none. */
const withDeletes: readonly string[] = ['update', 'update-only', 'patch', 'operations', 'history'];

describe.each(rules)('beside writers of the same rows, $name', ({ name, ...rule }) => {
  const isHistory = name === 'history';
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(`
      create table public.t (
        k integer, a text, v integer, origin text not null default 'loader', hits integer not null default 0,
        ${
          isHistory
            ? 'valid_from timestamptz not null default clock_timestamp(), valid_to timestamptz, current boolean not null default true, primary key (k, valid_from));\n      create unique index on public.t (k) where current;'
            : 'primary key (k));'
        }
      create table public.written (k integer, v integer);
      create table public.gone (k integer, hits integer);
      create function public.goes() returns trigger language plpgsql as $$ begin insert into public.gone values (old.k, old.hits); return old; end $$;
      create trigger goes before delete on public.t for each row execute function public.goes()`);
  });
  afterAll(() => pipeline.end());

  it.each(seeds)('loses no update, disturbs nobody, and its counts balance, seed %i', async (seed) => {
    const random = randomOf(seed);
    const below = (n: number): number => Math.floor(random() * n);
    const now = isHistory ? ' and current' : '';
    await pipeline.run(`
      truncate public.t, public.written, public.gone;
      insert into public.t (k, a, v, origin${isHistory ? ', valid_from' : ''})
      select i, 'old', 5, 'initial'${isHistory ? `, '2020-01-01Z'` : ''} from generate_series(1, ${keys}) as i where i % 3 > 0`);
    let isOver = false;
    let hits = 0;
    // raises nothing: what it would disturb a writer by is an error here
    const writer = async (): Promise<number> =>
      await pipeline.connect(async (db) => {
        let statements = 0;
        while (!isOver) {
          const k = 1 + below(keys);
          const v = 1 + below(20);
          const dice = random();
          if (dice < 0.3) {
            const hit = await db.query(`update public.t set hits = hits + 1 where (k = ${k})${now}`);
            hits += hit.rowCount ?? 0;
          } else if (dice < 0.5)
            await db.query(
              `with moved as (update public.t set v = ${v}, a = 'writer' where (k = ${k}) and (v < ${v})${now} returning k, v) insert into public.written select * from moved`,
            );
          else if (dice < 0.8 || !withDeletes.includes(name))
            await db.query(
              `insert into public.t (k, a, v, origin) values (${k}, 'writer', ${v}, 'writer') on conflict do nothing`,
            );
          else await db.query(`delete from public.t where (k = ${k})${now}`);
          statements += 1;
        }
        return statements;
      });
    const versions = Array.from({ length: keys }, () => 1 + below(20));
    const op = name === 'operations' ? ',op' : '';
    const lines = versions.map(
      (v, i) => `${i + 1},file,${v}${op === '' ? '' : `,${(i + seed) % 4 === 0 ? 'D' : 'U'}`}`,
    );
    const path = await pipeline.file(`${seed}.csv`, [`k,a,v${op}`, ...lines].join('\n'));
    const writers = [writer(), writer()];
    const { limits = {}, ...request } = { limits: undefined, ...rule };
    const report = await pipeline
      .load(path, { into: 'public.t', businessKey: ['k'], ...request, limits: { ...limits, batchRows: 40 } })
      .finally(() => (isOver = true));
    const statements = await Promise.all(writers);
    expect(Math.min(...statements)).toBeGreaterThan(10);

    const { records, ...counts } = report.counts;
    expect(report.outcome).toBe('LOADED');
    expect(Object.values(counts).reduce((all, each) => all + each, 0)).toBe(records);
    // no file has this column: whatever else becomes of a row, it keeps what writers added there
    const [{ kept } = { kept: -1 }] = await pipeline.rows<{ kept: number }>(sql`
      select (coalesce((select sum(hits) from public.gone), 0)
        + coalesce((select sum(hits) from public.t where ((to_jsonb(t)->>'current') is distinct from 'false')), 0))::integer as kept`);
    expect(kept).toBe(hits);
    const rows = await pipeline.rows<{ k: number; v: number }>(sql`select k, v from public.t`);
    if (name === 'update-only') {
      expect(counts.inserted).toBe(0);
      expect(await pipeline.rows(sql`select 1 from public.t where (origin = 'loader')`)).toEqual([]);
    }
    if (name === 'newer-wins' || name === 'the greatest') {
      const lost = await pipeline.rows(
        sql`select written.k, written.v, t.v as now from public.written left join public.t on (t.k = written.k) where (t.v < written.v) or (t.v is null)`,
      );
      expect(lost).toEqual([]);
      expect(rows.filter(({ k, v }) => v < (versions[k - 1] ?? 0))).toEqual([]);
    }
    if (!withDeletes.includes(name)) expect(rows).toHaveLength(keys);
    if (isHistory) {
      const broken = await pipeline.rows(sql`
        select k, valid_from, valid_to, next, current
        from (select *, lead(valid_from) over (partition by k order by valid_from) as next from public.t) as t
        where (valid_to > next) or (current is distinct from (valid_to is null)) or (current and (next is not null))`);
      expect(broken).toEqual([]);
    }
  });
});
