import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../project/own-package.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline('create table public.t (id integer primary key, n integer, d date)');
  const file = await pipeline.file('a.csv', 'id,n,d\n1,x,2024-02-30\n2,2,2024-02-30\n3,y,\n4,4,\n');
  await pipeline.load(file, { into: 'public.t', businessKey: ['id'] });
});
afterAll(() => pipeline.end());

function rejects(...options: readonly string[]): ReturnType<typeof rejectsOf> {
  return rejectsOf('1', ...options);
}

async function rejectsOf(
  load: string,
  ...options: readonly string[]
): Promise<{ out: string; err: string; code: number | null }> {
  const command = spawn(process.execPath, ['cli/main.ts', 'rejects', load, ...options], {
    cwd: packageFolder,
    env: { ...process.env, DATABASE_URL: pipeline.url },
  });
  const told = { out: '', err: '' };
  command.stdout.on('data', (text: Buffer) => (told.out += text.toString()));
  command.stderr.on('data', (text: Buffer) => (told.err += text.toString()));
  const code = await new Promise<number | null>((resolve) => void command.on('close', resolve));
  return { ...told, code };
}

describe('the rejects of a load', () => {
  it('are those of one column, or of one rule of it', async () => {
    const lines = async (...options: readonly string[]): Promise<unknown[]> =>
      (JSON.parse((await rejects('--output', 'json', ...options)).out) as { line: number }[]).map(({ line }) => line);
    expect(await lines('--column', 'd')).toEqual([2, 3]);
    expect(await lines('--column', 'n')).toEqual([2, 4]);
    expect(await lines('--column', 'n', '--code', 'INVALID_DATE')).toEqual([]);
    expect(await lines('--code', 'INVALID_INTEGER')).toEqual([2, 4]);
  });

  it('are a table, CSV without formulas, or JSON, as was asked', async () => {
    expect((await rejects('--output', 'table', '--column', 'n')).out).toMatch(
      /^line +record +code +column +reason\n +2 +1 +INVALID_INTEGER +n +n: 'x' is not/,
    );
    const { out } = await rejects('--output', 'csv', '--column', 'n');
    expect(out).toMatch(
      /^line,record,code,column,reason,raw\n2,1,INVALID_INTEGER,n,.*,"1,x,2024-02-30"\n2,1,INVALID_DATE,d,/,
    );
    expect((await rejects('--output', 'ndjson')).out.trim().split('\n')).toHaveLength(3);
    const wrong = await rejects('--output', 'xml');
    expect(wrong).toMatchObject({ code: 64, out: '' });
    expect(wrong.err).toContain('"xml" is none; there are table, json, ndjson, csv');
  });
});

describe('records that the merge or the conflict rule refused', () => {
  it('are listed as all others are', async () => {
    await pipeline.run(`
      create table public.p (id integer primary key);
      insert into public.p values (8);
      create table public.c (id integer primary key, p integer references public.p)`);
    const none = await pipeline.file('none.csv', 'id,n\n77,1\n4,5\n');
    const { loadId } = await pipeline.load(none, {
      ...{ into: 'public.t', businessKey: ['id'], conflict: { rule: 'update-only' } },
    });
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      pipeline.before = null;
      await pipeline.run('delete from public.p');
    };
    const late = await pipeline.load(await pipeline.file('late.csv', 'id,p\n1,8\n2,\n'), {
      ...{ into: 'public.c', businessKey: ['id'] },
    });
    const codes = async (load: number | null): Promise<unknown> =>
      (JSON.parse((await rejectsOf(String(load), '--output', 'json')).out) as { reasons: { code: string }[] }[]).map(
        ({ reasons }) => reasons.map(({ code }) => code),
      );
    expect(await codes(loadId)).toEqual([['NO_ROW']]);
    expect(await codes(late.loadId)).toEqual([['TARGET_REFUSED']]);
  });
});

describe('what rules only warned of', () => {
  it('is listed in every form, by column and by code too, and what is not listed is counted', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i + 10},${i < 25 ? 50 : 1},`);
    const file = await pipeline.file('warned.csv', `id,n,d\n${lines.join('\n')}\n`);
    const { loadId } = await pipeline.load(file, {
      into: 'public.t',
      businessKey: ['id'],
      rules: { n: { max: '10', severity: 'warn' }, d: { required: true, severity: 'warn' } },
    });
    const warnings = async (...options: readonly string[]): Promise<string> =>
      (await rejectsOf(String(loadId), '--warnings', ...options)).out;
    expect(JSON.parse(await warnings('--output', 'json', '--column', 'n', '--limit', '2'))).toEqual(
      [1, 2].map((recordNo) => ({
        ...{ schemaVersion: 1, recordNo, line: recordNo + 1, kind: 'warning' },
        reasons: [{ code: 'ABOVE_MAXIMUM', column: 'n', value: null, message: 'only warned of' }],
      })),
    );
    expect(await warnings('--output', 'csv', '--limit', '1')).toBe(
      'line,record,code,column,reason,raw\n2,1,ABOVE_MAXIMUM,n,only warned of,\n2,1,REQUIRED,d,only warned of,\n',
    );
    const text = await warnings('--code', 'ABOVE_MAXIMUM');
    expect(text).toContain('line 2\n  ABOVE_MAXIMUM n: only warned of\n');
    expect(text).toContain('25 records of ABOVE_MAXIMUM of n, of which 20 are listed\n');
    const refused = await pipeline.load(await pipeline.file('refused.csv', 'id,n,d\n1,50,\n'), {
      into: 'public.t',
      businessKey: ['id'],
      rules: { n: { max: '10', severity: 'refuse' } },
    });
    expect(JSON.parse((await rejectsOf(String(refused.loadId), '--output', 'json')).out)).toMatchObject([
      { recordNo: 1, reasons: [{ code: 'ABOVE_MAXIMUM', severity: 'refuse' }] },
    ]);
    expect((await rejectsOf('1', '--warnings')).err).toBe('load 1 has no such records\n');
  });
});
