import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const DDL = `
  create table public.many (id bigint primary key, word text, amount numeric(12,3), tags jsonb);
  create table public.moment (id integer primary key, at timestamp, utc timestamptz);
  create table public.fewer (id bigint primary key, word text not null, amount numeric(12,3), tags jsonb);`;

const parquet = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/parquet/${name}.parquet`, import.meta.url));

describe('a table that is no text', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(DDL);
  });
  afterAll(() => pipeline.end());

  const into = (table: string, format: string) => ({ into: `public.${table}`, businessKey: ['id'], format });

  it('Parquet is loaded value by value, in slices, plain and packed alike', async () => {
    const path = await pipeline.file('many.parquet', parquet('many-snappy'));
    const first = await pipeline.load(path, { ...into('many', 'parquet'), sliceBytes: 1_000 });
    expect(first).toMatchObject({ outcome: 'LOADED', counts: { records: 200, inserted: 200, rejected: 0 } });
    expect(first.decoded).toMatchObject({ from: 'parquet' });
    const packed = await pipeline.file('many.parquet.gz', gzipSync(parquet('many-zstd')));
    expect(await pipeline.load(packed, into('many', 'parquet'))).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 200, unchanged: 200 },
    });
    const [row] = await pipeline.rows<{ ids: number; texts: number }>(
      sql`select count(distinct id)::integer as ids, count(word)::integer as texts from public.many where id >= 9007199254740992`,
    );
    expect(row?.ids).toBe(200);
  });

  it('rejects of Parquet say their row, keep it as text, and are replayed', async () => {
    const path = await pipeline.file('fewer.parquet', parquet('many-brotli'));
    const report = await pipeline.load(path, into('fewer', 'parquet'));
    const rejects = await pipeline.rows<{ row: number; line: number; raw: string }>(
      sql`select record_no as row, line, convert_from(raw, 'UTF8') as raw from landfall.rejects where load_id = ${report.loadId} order by record_no`,
    );
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 200, rejected: rejects.length } });
    expect(rejects.length).toBeGreaterThan(5);
    for (const { row, line, raw } of rejects) {
      expect(line).toBe(row);
      expect(raw).toMatch(new RegExp(`^${9_007_199_254_740_992n + BigInt(row) - 1n},,`));
    }
  });

  it('text under the name of Parquet is refused, and Parquet under another name too', async () => {
    const text = await pipeline.file('text.parquet', Buffer.from('id,word\n1,a\n'));
    expect(await pipeline.load(text, into('many', 'parquet'))).toMatchObject({
      outcome: 'REJECTED',
      code: 'HEADER_OTHER_FORMAT',
      message: expect.stringContaining('not a Parquet file'),
    });
    const named = await pipeline.file('parquet.csv', parquet('many-gzip'));
    expect(await pipeline.load(named, into('many', 'csv'))).toMatchObject({
      outcome: 'REJECTED',
      message: expect.stringContaining('--format parquet'),
    });
    const cut = await pipeline.file('cut.parquet', parquet('many-gzip').subarray(0, 3_000));
    expect(await pipeline.load(cut, into('many', 'parquet'))).toMatchObject({
      outcome: 'REJECTED',
      code: 'PARQUET_CORRUPT',
    });
  });
});
