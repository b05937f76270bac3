import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.log', conflict: { rule: 'append' } };
const lines = ['2024-01-01T00:00:00Z,web1,200', '2024-01-01T00:00:00Z,web1,200', '2024-01-01T00:00:01Z,web2,500'];

describe('append', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.log (at timestamptz not null, host text not null, status int)');
  });
  afterEach(() => pipeline.end());

  const count = async (): Promise<number> =>
    (await pipeline.rows<{ rows: number }>(sql`select count(*)::integer as rows from public.log`))[0]?.rows ?? -1;

  it('takes equal records as so many rows, the same object once, and its copy under another name again', async () => {
    const content = ['at,host,status', ...lines].join('\n');
    const path = await pipeline.file('a.csv', content);
    const first = await pipeline.load(path, into);
    expect(first).toMatchObject({ outcome: 'LOADED', counts: { records: 3, inserted: 3, duplicate: 0, rejected: 0 } });
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'ALREADY_LOADED' });
    expect(await count()).toBe(3);
    const copy = await pipeline.load(await pipeline.file('b.csv', content), into);
    expect(copy).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3, updated: 0, unchanged: 0 } });
    expect(await count()).toBe(6);
  });

  it('asks for no unique index and no right to update, and writes only what its receipts lack after a lost server', async () => {
    const path = await pipeline.file(
      'a.csv',
      ['at,host,status', ...Array.from({ length: 400 }, () => lines[0])].join('\n'),
    );
    let calls = 0;
    pipeline.before = async ({ event }) => {
      calls += event['state'] === 'MergeLane' ? 1 : 0;
      // the staging is gone between two calls of a lane: what is merged stays, the rest is staged and written again
      if (event['state'] === 'MergeLane' && calls === 2) await pipeline.run('truncate landfall_staging.epochs');
    };
    const report = await pipeline.load(path, { ...into, sliceBytes: 3_000 });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 400, inserted: 400 } });
    expect(calls).toBeGreaterThan(2);
    expect(await count()).toBe(400);
  });

  it('makes a record that breaks a unique index a reject with the reason, and takes the others', async () => {
    await pipeline.run('create unique index log_host_status on public.log (host, status)');
    const path = await pipeline.file('a.csv', ['at,host,status', ...lines].join('\n'));
    const dry = await pipeline.load(path, { ...into, dryRun: true });
    expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: { inserted: 2, rejected: 1 } });
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 1, duplicate: 0 } });
    const [reject] = await pipeline.rows<{ message: string }>(
      sql`select reasons->0->>'message' as message from landfall.rejects where (load_id = ${report.loadId})`,
    );
    expect(reject?.message).toContain('log_host_status');
  });

  it('rejects what breaks a rule of the table, and keeps the rest', async () => {
    const path = await pipeline.file(
      'a.csv',
      ['at,host,status', ...lines, '2024-01-01T00:00:00Z,,1', 'x,web3,1'].join('\n'),
    );
    expect(await pipeline.load(path, into)).toMatchObject({ counts: { records: 5, inserted: 3, rejected: 2 } });
  });

  it('takes no key', async () => {
    const path = await pipeline.file('a.csv', ['at,host,status', ...lines].join('\n'));
    const loading = pipeline.load(path, { ...into, businessKey: ['host'] });
    await expect(loading).rejects.toThrow('key: does not go with the rule append');
  });
});
