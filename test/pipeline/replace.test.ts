import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const replace = { rule: 'replace' };
const limits = { maxDeletedShare: 1 };

describe('replace', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, shop text not null default 'a', name text, gone timestamptz);
      insert into public.t values (1, 'a', 'one'), (2, 'a', 'two'), (3, 'b', 'three'), (4, 'b', 'four')`);
  });
  afterEach(() => pipeline.end());

  const into = { into: 'public.t', businessKey: ['id'], conflict: replace, limits };
  const load = async (content: string, request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    pipeline.load(await pipeline.file(`${(files += 1)}.csv`, content), { ...into, ...request });
  let files = 0;
  const rows = async (): Promise<string> =>
    (
      await pipeline.rows<{ row: string }>(
        sql`select concat_ws(' ', id, shop, name, case when gone is not null then 'gone' end) as row from public.t order by id`,
      )
    )
      .map(({ row }) => row)
      .join(', ');

  it('deletes what the file lacks, in the counts beside the records, and nothing when it is loaded again', async () => {
    const content = 'id,name\n2,two\n3,THREE\n9,nine\n';
    const dry = await load(content, { dryRun: true });
    const report = await load(content);
    const counts = { records: 3, inserted: 1, updated: 1, unchanged: 1, deleted: 2 };
    expect(report).toMatchObject({ outcome: 'LOADED', counts });
    expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts });
    expect(await rows()).toBe('2 a two, 3 b THREE, 9 a nine');
    expect(await load(content)).toMatchObject({ outcome: 'LOADED', counts: { unchanged: 3, deleted: 0 } });
  });

  it.each([
    ['half of the table is the most that goes unasked', 'id,name\n1,one\n', {}, 'TOO_MANY_DELETED'],
    ['the limit that is declared', 'id,name\n1,one\n2,two\n3,three\n', { maxDeletedShare: 0.2 }, 'TOO_MANY_DELETED'],
    ['a header alone', 'id,name\n', limits, 'NOTHING_TO_REPLACE_WITH'],
    ['nothing but rejects', 'id,name\nx,one\n', { ...limits, allowAllRejected: true }, 'NOTHING_TO_REPLACE_WITH'],
  ])('deletes nothing and is refused: %s', async (_what, content, own, code) => {
    expect(await load(content, { limits: own })).toMatchObject({ outcome: 'REJECTED', code });
    expect(await rows()).toBe('1 a one, 2 a two, 3 b three, 4 b four');
  });

  it('waits for a yes where that is asked of what is over a limit', async () => {
    const report = await load('id,name\n1,one\n', { limits: {}, approve: 'over-limit' });
    expect(report).toMatchObject({ outcome: 'HELD', code: 'TOO_MANY_DELETED', counts: { deleted: 3 } });
    expect(report.message).toContain('3 of the 4 rows that the table has would be deleted');
  });

  it('keeps the row of a record that was rejected, and all rows where nobody can tell whose it is', async () => {
    await pipeline.run("alter table public.t add check (name <> 'bad')");
    const report = await load('id,name,shop\n1,ONE,a\n2,bad,a\n 3 ,"x",\n', {
      leniencies: ['trimBlanks', 'quotedEmptyIsNull'],
    });
    expect(report.counts).toMatchObject({ rejected: 2, updated: 1, deleted: 1 });
    expect(await rows()).toBe('1 a ONE, 2 a two, 3 b three');
    const unread = await load('id,name\n1,ONE\n2x,two\n');
    expect(unread).toMatchObject({ outcome: 'LOADED', counts: { rejected: 1, deleted: 0 } });
    expect(unread.loadWarnings?.map(({ message }) => message).join()).toMatch(
      /^no row is deleted: 1 reject has a key/u,
    );
    expect(await rows()).toBe('1 a ONE, 2 a two, 3 b three');
  });

  it('replaces the declared scope alone, and rejects records outside of it', async () => {
    const content = 'id,shop,name\n3,b,three\n7,b,seven\n8,c,eight\n';
    const report = await load(content, { replaceWhere: { shop: 'b' } });
    expect(report.counts).toMatchObject({ rejected: 1, inserted: 1, unchanged: 1, deleted: 1 });
    expect(report.rejectsByCode).toMatchObject([{ code: 'RECORD_RULE' }]);
    expect(await rows()).toBe('1 a one, 2 a two, 3 b three, 7 b seven');
  });

  it('replaces the scopes that the accepted records of the file have', async () => {
    const content = 'id,shop,name\n3,b,three\n5,c,five\n6,,none\n';
    const report = await load(content, { replaceWhere: { shop: { from: 'file' } } });
    expect(report.counts).toMatchObject({ rejected: 1, inserted: 1, unchanged: 1, deleted: 1 });
    expect(await rows()).toBe('1 a one, 2 a two, 3 b three, 5 c five');
  });

  it('refuses a scope that is no value of its column, or that no rule replaces', async () => {
    const words = async (request: Partial<LoadRequest>): Promise<string> =>
      (await load('id,name\n1,x\n', request)).message ?? '';
    expect(await words({ replaceWhere: { id: 'x' } })).toContain('replaceWhere of "id": invalid input syntax');
    expect(await words({ replaceWhere: { idd: '1' } })).toContain('replaceWhere names "idd", but');
    expect(await words({ conflict: { rule: 'replace', mark: 'name' } })).toContain('its type is text: make it boolean');
    const ofUpdate = load('id,name\n1,x\n', { conflict: { rule: 'update' }, replaceWhere: { id: '1' } });
    await expect(ofUpdate).rejects.toThrow('replaceWhere: goes with conflict: { rule: "replace" } alone');
  });

  it('marks what is missing, once, and marks it no more when it is back', async () => {
    const marked = { conflict: { rule: 'replace', mark: 'gone' } };
    expect((await load('id,name\n1,one\n2,two\n', marked)).counts).toMatchObject({ unchanged: 2, deleted: 2 });
    expect(await rows()).toBe('1 a one, 2 a two, 3 b three gone, 4 b four gone');
    expect((await load('id,name\n1,one\n3,three\n', marked)).counts).toMatchObject({
      unchanged: 1,
      updated: 1,
      deleted: 1,
    });
    expect(await rows()).toBe('1 a one, 2 a two gone, 3 b three, 4 b four gone');
    const told = await load('id,gone\n1,\n', marked);
    expect(told).toMatchObject({ outcome: 'REJECTED', code: 'UNFILLABLE_COLUMN' });
  });

  it.each(['yes', 'no'])(
    'keeps and lists the rows that children refer to or a trigger swallows, atomic: %s',
    async (atomic) => {
      await pipeline.run(`
      create table public.child (id integer references public.t);
      create table public.late (id integer references public.t deferrable initially deferred);
      insert into public.child values (2); insert into public.late values (3);
      create function public.stay() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger stay before delete on public.t for each row when (old.id = 4) execute function public.stay();
      insert into public.t (id) select generate_series(10, 60)`);
      const report = await load('id,name\n1,one\n', { traffic: { atomic } });
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { unchanged: 1, deleted: 51 }, keptRows: { rows: 3 } });
      expect(report.keptRows?.shown.map(({ key, sqlState }) => `${key} ${sqlState}`).toSorted()).toEqual([
        'id=2 23503',
        'id=3 23503',
        'id=4 null',
      ]);
      expect(await rows()).toBe('1 a one, 2 a two, 3 b three, 4 b four');
    },
  );

  it('deletes rows that refer to each other, and takes unique values that they give up', async () => {
    await pipeline.run(`
      create table public.tree (id integer primary key, parent integer references public.tree, code text unique);
      insert into public.tree select n, nullif(n - 1, 0), 'c' || n from generate_series(1, 40) as n`);
    const own = { into: 'public.tree' };
    const content = 'id,parent,code\n1,,c1\n50,1,c40\n';
    const dry = await load(content, { ...own, dryRun: true });
    const report = await load(content, own);
    expect(dry.counts).toEqual(report.counts);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { inserted: 1, unchanged: 1, deleted: 39, rejected: 0 },
    });
    expect((await load('id,parent,code\n1,,c1\n', { ...own, traffic: { atomic: 'no' } })).counts).toMatchObject({
      deleted: 1,
    });
  });
});
