import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { sql } from '../../functions/core/sql.ts';
import { datasetsAsJson } from '../../functions/datasets/as-data.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

describe('an identity that is GENERATED ALWAYS', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (no integer generated always as identity primary key, code text unique, name text)`);
    const of = (name: string, key: string, rule: 'update' | 'patch'): ReturnType<typeof defineDataset> =>
      defineDataset({
        name,
        prefix: `${name}/`,
        table: 'public.t',
        key: [key],
        format: 'csv',
        conflict: { rule },
        columns: { overrideIdentity: ['no'] },
      });
    const declared = [of('by-no', 'no', 'update'), of('by-code', 'code', 'update'), of('patched', 'no', 'patch')];
    await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson(declared));
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(sql`select concat_ws(' ', no, code, name) as row from public.t order by no`)
    ).map(({ row }) => row);

  it('keeps the numbers of the file where the dataset says so, and others go on behind them', async () => {
    const first = await pipeline.file('a.csv', 'no,code,name\n7,a,x\n9,b,y\n');
    expect((await pipeline.load(first, { dataset: 'by-no' })).counts).toMatchObject({ inserted: 2 });
    const second = await pipeline.file('b.csv', 'no,code,name\n7,a,z\n20,c,x\n');
    expect((await pipeline.load(second, { dataset: 'patched' })).counts).toMatchObject({ inserted: 1, updated: 1 });
    // no UPDATE may write an identity
    const third = await pipeline.file('c.csv', 'no,code,name\n70,a,z\n90,b,new\n30,d,x\n');
    const report = await pipeline.load(third, { dataset: 'by-code' });
    expect(report.counts).toMatchObject({ inserted: 1, updated: 1, unchanged: 1 });
    await pipeline.run("insert into public.t (code, name) values ('e', 'own')");
    expect(await rows()).toEqual(['7 a z', '9 b new', '20 c x', '30 d x', '31 e own']);
  });

  it('takes none where it does not', async () => {
    const path = await pipeline.file('a.csv', 'no,code,name\n7,a,x\n');
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['code'] });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'UNFILLABLE_COLUMN' });
    expect(report.message).toContain('columns.overrideIdentity');
  });
});
