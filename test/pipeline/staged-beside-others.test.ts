import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'], sliceBytes: 2_000 };
const csv = ['id,n', ...Array.from({ length: 1_000 }, (_, i) => `${i},${i * 7}`), ''].join('\n');

describe.each([
  ['slices', csv],
  ['a packed file', gzipSync(csv)],
])('where the target is paused while %s are staged', (_, content) => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, n integer)', { waits: 0.001 });
  });
  afterEach(() => pipeline.end());

  const staged = async (): Promise<number> =>
    (await pipeline.rows(sql`select from landfall.slices where (records is not null)`)).length;

  it('no slice more is staged until it is resumed, and then each once', async () => {
    let calls = 0;
    const counts: number[] = [];
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'StageSlice') return;
      calls += 1;
      const call = calls;
      if (call === 1) await pipeline.run(`insert into landfall.pauses (target, by) values ('public.t', 'ana@laptop')`);
      if (call > 10) counts.push(await staged());
      if (call === 20) await pipeline.run('delete from landfall.pauses');
    };
    const report = await pipeline.load(
      await pipeline.file(`a.csv${typeof content === 'string' ? '' : '.gz'}`, content),
      into,
    );
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 1_000, inserted: 1_000 } });
    expect(await pipeline.rows(sql`select distinct signal, ended_at is null as waits from landfall.waits`)).toEqual([
      { signal: 'paused', waits: false },
    ]);
    expect(calls).toBeGreaterThanOrEqual(20);
    expect(new Set(counts.slice(0, 10)).size).toBe(1);
  });
});
