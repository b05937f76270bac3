import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

describe('conflict rules', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, name text, version integer);
      insert into public.t values (1, 'old', 5), (2, 'old', 5), (3, 'old', 5), (4, 'old', null)`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(
        sql`select concat_ws(' ', id, name, version) as row from public.t order by id`,
      )
    ).map(({ row }) => row);

  it('insert-only leaves existing rows alone and counts those that differ as stale', async () => {
    const path = await pipeline.file('a.csv', 'id,name,version\n1,new,9\n2,old,5\n7,new,1\n');
    const { counts } = await pipeline.load(path, { ...into, conflict: { rule: 'insert-only' } });
    expect(counts).toMatchObject({ inserted: 1, updated: 0, unchanged: 1, stale: 1 });
    expect(await rows()).toEqual(['1 old 5', '2 old 5', '3 old 5', '4 old', '7 new 1']);
  });

  it('newer-wins takes the larger version only, in the file and against the target', async () => {
    const lines = [
      '1,newer,6',
      '1,newest,8',
      '1,late,7',
      '2,tie,5',
      '3,older,4',
      '4,versioned,1',
      '5,fresh,1',
      '3,none,',
    ];
    const path = await pipeline.file('a.csv', ['id,name,version', ...lines].join('\n'));
    const conflict = { rule: 'newer-wins', versionColumn: 'version' };
    const { counts } = await pipeline.load(path, { ...into, conflict });
    expect(counts).toMatchObject({ records: 8, rejected: 2, duplicate: 2, inserted: 1, updated: 2, stale: 1 });
    expect(await rows()).toEqual(['1 newest 8', '2 old 5', '3 old 5', '4 versioned 1', '5 fresh 1']);
  });

  it('the first record of a key wins where the dataset says so', async () => {
    const path = await pipeline.file('a.csv', 'id,name,version\n8,first,1\n8,second,2\n');
    await pipeline.load(path, { ...into, conflict: { rule: 'upsert', winner: 'first' } });
    expect((await rows()).at(-1)).toBe('8 first 1');
  });

  it('de-duplicates on the typed key: spellings of one number are one key', async () => {
    await pipeline.run('create table public.n (k numeric(10,2) primary key, name text)');
    const path = await pipeline.file('a.csv', 'k,name\n1.0,a\n1.00,b\n01,c\n2,d\n');
    const { counts } = await pipeline.load(path, { into: 'public.n', businessKey: ['k'] });
    expect(counts).toMatchObject({ duplicate: 2, inserted: 2 });
  });

  it('compares a case-insensitive key as its type does', async () => {
    await pipeline.run(`
      create extension citext schema public; create table public.c (email public.citext primary key, name text);
      insert into public.c values ('Ann@example.org', 'old'), ('bob@example.org', 'same')`);
    const path = await pipeline.file('a.csv', 'email,name\nann@EXAMPLE.org,new\nbob@example.org,same\nX@x,1\nx@X,2\n');
    const { counts } = await pipeline.load(path, { into: 'public.c', businessKey: ['email'] });
    expect(counts).toMatchObject({ records: 4, duplicate: 1, inserted: 1, updated: 1, unchanged: 1 });
  });

  it('compares a key in its own collation', async () => {
    await pipeline.run(`create table public.o (code text collate "C" primary key, name text collate "POSIX");
      insert into public.o values ('a', 'old'), ('b', 'same')`);
    const path = await pipeline.file('a.csv', 'code,name\na,new\nb,same\nA,fresh\n');
    const { counts } = await pipeline.load(path, { into: 'public.o', businessKey: ['code'] });
    expect(counts).toMatchObject({ duplicate: 0, inserted: 1, updated: 1, unchanged: 1 });
  });

  it('rejects NULL in the key, of one column or of several', async () => {
    await pipeline.run('create table public.k (a integer, b text, c text, unique (a, b))');
    const path = await pipeline.file('a.csv', 'a,b,c\n1,,x\n,y,x\n1,"",x\n1,"",y\n');
    const { counts, rejectsByCode } = await pipeline.load(path, { into: 'public.k', businessKey: ['a', 'b'] });
    expect(counts).toMatchObject({ rejected: 2, duplicate: 1, inserted: 1 });
    expect(rejectsByCode.map(({ code }) => code)).toEqual(['KEY_NULL', 'KEY_NULL']);
  });

  it('refuses a load over its limit of rejects, with the target untouched and the rejects kept', async () => {
    const path = await pipeline.file('a.csv', 'id,name,version\n1,new,x\n2,new,x\n3,new,1\n');
    const report = await pipeline.load(path, { ...into, limits: { maxRejects: 1 } });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_REJECTS', counts: { rejected: 2 } });
    expect(report.message).toContain('mend the file or raise --max-rejects');
    expect((await rows())[2]).toBe('3 old 5');
    const share = await pipeline.load(path, { ...into, limits: { maxRejectShare: 0.5 } });
    expect(share).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_REJECTS' });
    expect(await pipeline.rows(sql`select 1 from landfall.rejects where (load_id = ${share.loadId})`)).toHaveLength(2);
    const allowed = await pipeline.load(path, { ...into, limits: { maxRejects: 2 } });
    expect(allowed).toMatchObject({ outcome: 'LOADED', counts: { rejected: 2, updated: 1 } });
  });
});
