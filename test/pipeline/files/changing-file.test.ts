import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Invocation, type Pipeline, testPipeline } from '../../support/pipeline.ts';

const rows = Array.from({ length: 3_000 }, (_, i) => `${i},name ${i}`).join('\n');
const into = { into: 'public.t', businessKey: ['id'], sliceBytes: 10_000 };

describe('a file that changes under its load', () => {
  let pipeline: Pipeline;
  let path: string;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, name text not null)');
    path = await pipeline.file('a.csv', `id,name\n${rows}\n`);
  });
  afterEach(() => pipeline.end());

  it.each<[string, string, () => Promise<unknown>]>([
    ['replaced', 'OBJECT_CHANGED', () => replace(path)],
    ['written to', 'OBJECT_CHANGED', () => writeFile(path, '4000,more\n', { flag: 'a' })],
    ['rewritten in place, as long as it was', 'OBJECT_CHANGED', () => rewrite(path)],
    ['cut off', 'OBJECT_CHANGED', () => truncate(path, 20_000)],
    ['emptied', 'OBJECT_CHANGED', () => truncate(path, 0)],
    ['deleted', 'OBJECT_GONE', () => rm(path)],
  ])('%s before it is read: REJECTED, the target untouched, nothing left behind', async (_, code, change) => {
    onState('StageSlice', change);
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({ outcome: 'REJECTED', code, counts: { inserted: 0 } });
    expect(report.message).toContain(path);
    expect(await count()).toBe(0);
    const left = await pipeline.rows(sql`
      select relname from pg_class join pg_namespace n on n.oid = relnamespace
      where (nspname = 'landfall_staging') and (relkind = 'r') and (relname <> 'epochs')
      union all
      select target from landfall.leases`);
    expect(left).toEqual([]);
  });

  it('deleted after it was staged: the load finishes, for staging holds all of it', async () => {
    onState('Compose', () => rm(path));
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3_000 } });
  });

  it('replaced before its duplicates are read again: REJECTED, never places of another file', async () => {
    await writeFile(path, `id,name\n${rows}\n0,again\n`);
    onState('Transform', () => replace(path));
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'REJECTED', code: 'OBJECT_CHANGED' });
    expect(await count()).toBe(0);
    pipeline.before = null;
    expect(await pipeline.load(path, into)).toMatchObject({
      outcome: 'LOADED',
      counts: { inserted: 3_000, duplicate: 1 },
    });
  });

  /** Does this before the first invocation of the state. */
  function onState(state: string, act: () => Promise<unknown>): void {
    let done = false;
    pipeline.before = async ({ event }: Invocation) => {
      if (event['state'] !== state || done) return;
      done = true;
      await act();
    };
  }

  async function count(): Promise<number | undefined> {
    return (await pipeline.rows<{ rows: number }>(sql`select count(*) as rows from public.t`))[0]?.rows;
  }
});

async function replace(path: string): Promise<void> {
  await writeFile(`${path}.new`, (await readFile(path, 'utf8')).replaceAll('name ', 'word '));
  await rename(`${path}.new`, path);
}

async function rewrite(path: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll('name ', 'word '));
}
