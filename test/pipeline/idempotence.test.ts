import { copyFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Invocation, type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

describe('doing it twice', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create table public.t (id integer primary key, name text, amount numeric(12,2),
         created_at timestamptz not null default clock_timestamp())`,
    );
  });
  afterEach(() => pipeline.end());

  it('answers ALREADY_LOADED for the same object, with the counts of the first load, and reads nothing', async () => {
    const path = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n2,b,x\n');
    const first = await pipeline.load(path, into);
    const states: unknown[] = [];
    pipeline.before = ({ event }: Invocation) => void states.push(event['state']);
    const second = await pipeline.load(path, into);
    expect(states).toEqual(['Register']);
    expect(second).toEqual({ ...first, outcome: 'ALREADY_LOADED' });
  });

  it('finds everything unchanged when the same content comes under another name, and writes no row', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `${i},name ${i},${i}.50`);
    const path = await pipeline.file('a.csv', ['id,name,amount', ...lines, ''].join('\n'));
    await pipeline.load(path, into);
    await copyFile(path, join(pipeline.directory, 'b.csv'));
    const before = await standing(pipeline);
    const again = await pipeline.load(join(pipeline.directory, 'b.csv'), into);
    expect(again.counts).toMatchObject({ records: 5_000, unchanged: 5_000, inserted: 0, updated: 0 });
    expect(await standing(pipeline)).toEqual(before);
  });

  it('loads a new version of the same file, and writes only what differs', async () => {
    const path = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n2,b,2\n');
    await pipeline.load(path, into);
    const before = await standing(pipeline);
    await pipeline.file('a.csv', 'id,name,amount\n1,a,1.00\n2,b,3\n3,c,4\n');
    const { counts, outcome } = await pipeline.load(path, into);
    expect({ outcome, ...counts }).toMatchObject({ outcome: 'LOADED', inserted: 1, updated: 1, unchanged: 1 });
    const after = await standing(pipeline);
    // the audit column of the updated row is kept, and the unchanged row was not even rewritten
    expect(after[0]).toEqual(before[0]);
    expect(after[1]?.created_at).toEqual(before[1]?.created_at);
  });

  it('refuses to take the table back with an older version of a key that was loaded since', async () => {
    const path = await pipeline.file('a.csv', 'id,name,amount\n1,new,1\n');
    await pipeline.load(path, into);
    await pipeline.file('a.csv', 'id,name,amount\n1,old,1\n');
    await utimes(path, new Date('2020-01-01'), new Date('2020-01-01'));
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({ outcome: 'SUPERSEDED', code: 'SUPERSEDED' });
    expect((await standing(pipeline)).map(({ name }) => name)).toEqual(['new']);
  });

  it('loads the same object anew with --force, as a new load', async () => {
    const path = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n');
    const first = await pipeline.load(path, into);
    const forced = await pipeline.load(path, { ...into, force: true });
    expect(forced).toMatchObject({ outcome: 'LOADED', counts: { unchanged: 1 } });
    expect(forced.loadId).not.toBe(first.loadId);
  });

  it('has one effect when the same file is loaded twice at once', async () => {
    const lines = Array.from({ length: 2_000 }, (_, i) => `${i},n,1`);
    const path = await pipeline.file('a.csv', ['id,name,amount', ...lines].join('\n'));
    const [a, b] = await Promise.all([pipeline.load(path, into), pipeline.load(path, into)]);
    expect([a.outcome, b.outcome].toSorted()).toEqual(['ALREADY_LOADED', 'LOADED']);
    expect(a.loadId).toBe(b.loadId);
    expect(await standing(pipeline)).toHaveLength(2_000);
  });

  it('lets two files for one table follow each other', async () => {
    const one = await pipeline.file('one.csv', 'id,name,amount\n1,one,1\n2,one,1\n');
    const two = await pipeline.file('two.csv', 'id,name,amount\n2,two,1\n3,two,1\n');
    const [a, b] = await Promise.all([pipeline.load(one, into), pipeline.load(two, into)]);
    expect([a.outcome, b.outcome]).toEqual(['LOADED', 'LOADED']);
    expect(a.counts.inserted + b.counts.inserted).toBe(3);
    expect(a.counts.updated + b.counts.updated).toBe(1);
  });

  it('leaves no staging and no lease behind', async () => {
    const path = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n2,b,x\n');
    await pipeline.load(path, into);
    const left = await pipeline.rows(
      sql`select relname from pg_class join pg_namespace n on n.oid = relnamespace
        where nspname = 'landfall_staging' and relkind = 'r' and relname <> 'epochs'
        union all select target from landfall.leases
        union all select epoch::text from landfall_staging.epochs`,
    );
    expect(left).toEqual([]);
  });
});

/** Rows with their physical identity: xmin and ctid change when a row is rewritten. */
function standing(pipeline: Pipeline): Promise<{ name: string; created_at: Date }[]> {
  return pipeline.rows(sql`select id, name, amount, created_at, xmin::text, ctid::text from public.t order by id`);
}
