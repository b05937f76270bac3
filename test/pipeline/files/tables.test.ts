import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';
import { workbook } from '../../support/workbook.ts';

const DDL = `
  create table public.many (id bigint primary key, word text, amount numeric(12,3), tags jsonb);
  create table public.paged (id bigint primary key, kind text, note text, flag boolean not null);
  create table public.sheet (id bigint primary key, name text, amount numeric, day date, at timestamp);
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
    expect(first.decoded).toMatchObject({ from: 'parquet', rows: 200 });
    // row groups of 90, 90 and 20 rows, which have lists and so are not cut again
    const slices = await pipeline.rows(
      sql`select start_offset, end_offset from landfall.slices where load_id = ${first.loadId} order by slice`,
    );
    expect(slices).toStrictEqual([
      { start_offset: 0, end_offset: 90 },
      { start_offset: 90, end_offset: 180 },
      { start_offset: 180, end_offset: 200 },
    ]);
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

  it('a Parquet file cut at any row has the same rows, rejects and places', async () => {
    const path = await pipeline.file('paged.parquet', parquet('paged-v1'));
    const loadIn = async (sliceBytes: number) => {
      const report = await pipeline.load(path, {
        into: 'public.paged',
        businessKey: ['id'],
        format: 'parquet',
        force: true,
        sliceBytes,
      });
      const rejects = await pipeline.rows<{ byte_offset: number; line: number }>(
        sql`select record_no, line, byte_offset, byte_length, raw, reasons from landfall.rejects where load_id = ${report.loadId} order by record_no`,
      );
      const [cut] = await pipeline.rows<{ slices: number }>(
        sql`select count(*)::integer as slices from landfall.slices where load_id = ${report.loadId}`,
      );
      return { report, rejects, slices: cut?.slices };
    };
    const whole = await loadIn(1_000_000);
    expect(whole.slices).toBe(1);
    expect(whole.report.counts).toMatchObject({ records: 700, rejected: whole.rejects.length });
    // the table wants a flag: every 17th row has none
    expect(whole.rejects.length).toBe(42);
    for (const { byte_offset: row, line } of whole.rejects) expect(line).toBe(row + 1);
    for (const [sliceBytes, least] of [
      [9_000, 3],
      [3_000, 10],
    ] as const) {
      const cut = await loadIn(sliceBytes);
      expect(cut.slices).toBeGreaterThan(least);
      expect(cut.rejects).toStrictEqual(whole.rejects);
      expect(cut.report.counts).toMatchObject({ records: 700, rejected: 42, unchanged: 658 });
    }
  });

  it('a sheet is loaded by its name, in slices, and its rejects say their row', async () => {
    const cell = (v: string | number, style = 0): string =>
      typeof v === 'number' ? `<c s="${style}"><v>${v}</v></c>` : `<c t="inlineStr"><is><t>${v}</t></is></c>`;
    const row = (id: number, name: string): string =>
      `<row>${cell(id)}${cell(name)}${cell(id / 8)}${cell(45_413 + id, 1)}${cell(45_413.5 + id, 2)}</row>`;
    const header = `<row r="2">${['id', 'name', 'amount', 'day', 'at'].map((name) => cell(name)).join('')}</row>`;
    const rows = Array.from({ length: 60 }, (_, i) => row(i, `line&#10;${i}`));
    rows.splice(30, 1, '<row/>', `<row>${cell(999)}${cell('late')}${cell('#N/A')}</row>`);
    const bytes = workbook({
      sheets: [
        { name: 'Cover', rows: `<row>${cell('title')}</row>` },
        { name: 'The rows', rows: header + rows.join('') },
      ],
      formats: ['yyyy-mm-dd', 'yyyy-mm-dd hh:mm'],
    });
    const path = await pipeline.file('sheet.xlsx', bytes);
    const request = { ...into('sheet', 'xlsx'), reading: { sheet: 'the rows' }, sliceBytes: 500 };
    expect(await pipeline.load(path, { ...request, limits: { maxRejectShare: 0.001 } })).toMatchObject({
      outcome: 'REJECTED',
      message: expect.stringContaining('row 34 of sheet The rows'),
    });
    const report = await pipeline.load(path, request);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 60, inserted: 59, rejected: 1 } });
    expect(report.decoded).toMatchObject({ from: 'xlsx (The rows)' });
    expect(report.decodingNotes).toStrictEqual(['sheet The rows was read; the workbook has Cover too (--sheet NAME)']);
    expect(await pipeline.rows(sql`select line from landfall.rejects where load_id = ${report.loadId}`)).toStrictEqual([
      { line: 34 },
    ]);
    expect(
      await pipeline.rows(sql`select name, amount::text, day::text, at::text from public.sheet where id = 59`),
    ).toStrictEqual([{ name: 'line\n59', amount: '7.375', day: '2024-06-29', at: '2024-06-29 12:00:00' }]);
    const first = await pipeline.load(path, { ...into('sheet', 'xlsx'), force: true });
    expect(first).toMatchObject({
      outcome: 'REJECTED',
      code: 'UNKNOWN_COLUMN',
      message: expect.stringContaining('This is sheet Cover, the first that is seen'),
    });
  });

  it('a sheet below a title is told apart, and one is loaded with its title, without a header, and as it is shown', async () => {
    const cell = (v: string | number, style = 0): string =>
      typeof v === 'number' ? `<c s="${style}"><v>${v}</v></c>` : `<c t="inlineStr"><is><t>${v}</t></is></c>`;
    const row = (r: number, ...cells: readonly string[]): string => `<row r="${r}">${cells.join('')}</row>`;
    const body = (r: number, id: number): string => row(r, cell(id), cell(501, 1), cell(1.005, 2));
    const bytes = workbook({
      sheets: [
        {
          name: 'Titled',
          rows: [
            row(1, cell('Report of May'), ...Array.from({ length: 4 }, () => cell('x'))),
            row(3, ...['id', 'name', 'amount'].map((name) => cell(name))),
            body(4, 1001),
            row(5, cell('x')),
          ].join(''),
        },
        { name: 'Bare', rows: body(1, 1002) + row(2, cell('y')) },
      ],
      formats: ['00000', '0.00'],
    });
    const path = await pipeline.file('titled.xlsx', bytes);
    const load = (reading: Record<string, unknown>) =>
      pipeline.load(path, { ...into('sheet', 'xlsx'), force: true, reading });
    expect(await load({})).toMatchObject({
      code: 'PREAMBLE',
      message: expect.stringContaining(
        'the header of the table is line 3; the 2 lines before it are no part of the table. Read over that (--skip-rows 2',
      ),
    });
    const titled = await load({ skipRows: 2, cells: 'displayed' });
    const bare = await load({ sheet: 'Bare', header: ['id', 'name', 'amount'] });
    for (const report of [titled, bare])
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, rejected: 1 } });
    expect(await pipeline.rows(sql`select name, amount::text from public.sheet where id > 1000 order by id`)).toEqual([
      { name: '00501', amount: '1.01' },
      { name: '501', amount: '1.005' },
    ]);
    const lines = sql`select line from landfall.rejects where load_id in (${titled.loadId}, ${bare.loadId}) order by load_id`;
    expect(await pipeline.rows(lines)).toEqual([{ line: 5 }, { line: 2 }]);
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
