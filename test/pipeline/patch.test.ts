import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'], conflict: { rule: 'patch' } };

describe('patch', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create domain public.code as text not null check (value <> 'bad');
      create table public.t (
        id integer primary key, a text, b numeric(12,2) not null, c text not null default 'none', d public.code,
        low integer, high integer, check (low <= high)
      )`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(
        sql`select concat_ws(' ', id, coalesce(a, '-'), b, c, d, low, high) as row from public.t order by id`,
      )
    ).map(({ row }) => row);
  const fill = (): Promise<void> =>
    pipeline.run(
      `insert into public.t values (1, 'one', 1, 'x', 'k', 1, 5), (2, 'two', 2, 'y', 'l', 1, 5), (3, null, 3, 'z', 'm', 1, 5)`,
    );
  const load = async (header: string, lines: readonly string[], more: object = {}) =>
    await pipeline.load(await pipeline.file('a.csv', [header, ...lines].join('\n')), { ...into, ...more });

  it('leaves what a row has where a cell is empty or the file has no such column, also in NOT NULL columns', async () => {
    await fill();
    const xmin = (): Promise<object[]> => pipeline.rows(sql`select xmin::text as x from public.t where (id = 2)`);
    const before = await xmin();
    const { counts } = await load('id,b,a,d', ['1,,uno,', '2,2.00,,l', '3,,,']);
    expect(counts).toMatchObject({ records: 3, updated: 1, unchanged: 2, rejected: 0, inserted: 0 });
    expect(await rows()).toEqual(['1 uno 1.00 x k 1 5', '2 two 2.00 y l 1 5', '3 - 3.00 z m 1 5']);
    expect(await xmin()).toEqual(before);
  });

  it('gives a new row the default where it has no value, and refuses it where NOT NULL has no default', async () => {
    const report = await load('id,a,b,c,d', ['7,,7,,k', '8,x,8,own,k', '9,y,,own,k', '10,z,1,,']);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 2 } });
    expect(await rows()).toEqual(['7 - 7.00 none k', '8 x 8.00 own k']);
    const reasons = await pipeline.rows<{ message: string }>(
      sql`select reasons->0->>'message' as message from landfall.rejects order by record_no`,
    );
    expect(reasons[0]?.message).toContain('null value in column "b"');
  });

  it('takes the records of one key together in their order, over all slices', async () => {
    await fill();
    const lines = ['1,first,,', '2,,20,', '1,,11,', '9,nine,9,k', '1,last,,p', '9,,,', 'x,,,'];
    const report = await load('id,a,b,d', lines, { sliceBytes: 16 });
    expect(report.counts).toMatchObject({ records: 7, rejected: 1, duplicate: 3, inserted: 1, updated: 2 });
    expect(await rows()).toEqual([
      '1 last 11.00 x p 1 5',
      '2 two 20.00 y l 1 5',
      '3 - 3.00 z m 1 5',
      '9 nine 9.00 none k',
    ]);
    const [duplicate] = await pipeline.rows<{ message: string }>(
      sql`select reasons->0->>'message' as message from landfall.rejects where (kind = 'duplicate') order by record_no`,
    );
    expect(duplicate?.message).toContain('with the values of those before it');
  });

  it('judges a CHECK by what the row becomes', async () => {
    await fill();
    const { counts } = await load('id,low,high', ['1,,0', '2,4,', '3,9,8']);
    expect(counts).toMatchObject({ updated: 1, rejected: 2 });
    expect((await rows()).map((row) => row.slice(-3))).toEqual(['1 5', '4 5', '1 5']);
  });

  it('names in a dry run what only the load can ask', async () => {
    const { notJudged } = await load('id,a,b,low', ['1,x,,'], { dryRun: true });
    expect(notJudged).toEqual([
      { kind: 'check', name: 't_check' },
      { kind: 'not null', name: 'b' },
      { kind: 'not null', name: 'd' },
    ]);
  });

  it('folds again where the staging is lost behind the gate', async () => {
    await fill();
    let lost = false;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || lost) return;
      lost = true;
      await pipeline.run(`truncate landfall_staging.epochs; do $$ declare t text; begin
        for t in select relname from pg_class join pg_namespace n on n.oid = relnamespace
          where nspname = 'landfall_staging' and relname ~ '_(typed|raw|verdicts)$'
        loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
    };
    const { counts } = await load('id,a,b', ['1,first,', '1,,11', '2,,20']);
    expect(counts).toMatchObject({ duplicate: 1, updated: 2 });
    expect((await rows()).slice(0, 2)).toEqual(['1 first 11.00 x k 1 5', '2 two 20.00 y l 1 5']);
  });

  it('patches a row that another session inserts meanwhile, and one whose key is gone is inserted', async () => {
    await fill();
    let isDone = false;
    pipeline.before = async ({ event }) => {
      // once: a second lane would delete the row that the first one has just inserted
      if (event['state'] !== 'MergeLane' || isDone) return;
      isDone = true;
      await pipeline.run(`insert into public.t values (8, 'theirs', 8, 'theirs', 'k', 1, 5) on conflict do nothing;
        delete from public.t where (id = 1)`);
    };
    const { counts } = await load('id,a,b,c,d', ['8,,,,q', '1,gone,1,,k', '2,zwei,,,']);
    expect(counts).toMatchObject({ inserted: 1, updated: 2, rejected: 0 });
    expect(await rows()).toEqual([
      '1 gone 1.00 none k',
      '2 zwei 2.00 y l 1 5',
      '3 - 3.00 z m 1 5',
      '8 theirs 8.00 theirs q 1 5',
    ]);
  });

  it('is what one record after the other would do, whatever is in the table and in the file', {
    timeout: 120_000,
  }, async () => {
    await pipeline.run("create table public.m (id integer primary key, a text, b integer, c text default 'new')");
    const cell = fc.option(fc.constantFrom('1', '2', '3'), { nil: null, freq: 2 });
    const row = fc.record({ id: fc.integer({ min: 1, max: 6 }), a: cell, b: cell, c: cell });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 6 }),
        fc.array(row, { minLength: 1, maxLength: 12 }),
        async (there, file) => {
          run += 1;
          const text = (value: string | null): string => (value === null ? 'null' : `'${value}'`);
          const inserts = there.map(
            ({ id, a, b, c }) => `insert into public.m values (${id}, ${text(a)}, ${text(b)}, ${text(c)})`,
          );
          await pipeline.run(['truncate public.m', ...inserts].join('; '));
          interface Known {
            readonly id: number;
            readonly a: string | null;
            readonly b: string | null;
            readonly c: string | null;
          }
          const table = new Map<number, Known>(there.map((known) => [known.id, known]));
          for (const { id, ...said } of file) {
            const known = table.get(id) ?? { id, a: null, b: null, c: 'new' };
            table.set(id, { id, a: said.a ?? known.a, b: said.b ?? known.b, c: said.c ?? known.c });
          }
          const lines = file.map(({ id, a, b, c }) => [id, a ?? '', b ?? '', c ?? ''].join(','));
          const path = await pipeline.file(`m${run}.csv`, ['id,a,b,c', ...lines].join('\n'));
          const report = await pipeline.load(path, { ...into, into: 'public.m', sliceBytes: 20 });
          const now = await pipeline.rows(sql`select id, a, b::text as b, c from public.m order by id`);
          expect(now).toEqual([...table.values()].toSorted((x, y) => x.id - y.id));
          expect(report.counts.duplicate).toBe(file.length - new Set(file.map(({ id }) => id)).size);
          const changed = there.filter((known) => JSON.stringify(table.get(known.id)) !== JSON.stringify(known));
          expect(report.counts.updated).toBe(changed.length);
        },
      ),
      { numRuns: 12 },
    );
  });
});
