import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
/** One of each kind of staging column, and two that PostgreSQL alone can judge. */
const columns = {
  id: 'text primary key',
  small: 'smallint',
  whole: 'bigint',
  amount: 'numeric(12,2)',
  ratio: 'double precision',
  flag: 'boolean',
  day: 'date',
  clock: 'time',
  local: 'timestamp',
  at: 'timestamptz',
  ref: 'uuid',
  name: 'text',
  short: 'varchar(2)',
  doc: 'jsonb',
  tags: 'text[]',
  mood: 'public.mood',
};
const names = Object.keys(columns);
const others = names.slice(1);

describe('a word for NULL', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    const list = Object.entries(columns).map((column) => column.join(' '));
    pipeline = await testPipeline(
      `create type public.mood as enum ('sad', 'glad'); create table public.t (${list.join(', ')})`,
    );
  });
  beforeEach(() => pipeline.run('truncate public.t'));
  afterAll(() => pipeline.end());

  const load = async (lines: readonly string[], request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('words.csv', `${lines.join('\n')}\n`), {
      ...into,
      force: true,
      ...request,
    });
  const stored = async (): Promise<object[]> => {
    const rows = await pipeline.rows<{ row: object }>(
      sql`select pg_catalog.to_jsonb(t) as row from public.t order by t.id collate "C"`,
    );
    return rows.map(({ row }) => row);
  };
  const reasons = async ({ loadId }: LoadReport): Promise<object[]> =>
    await pipeline.rows(
      sql`
        select line, reasons -> 0 ->> 'code' as code, reasons -> 0 ->> 'column' as column
        from landfall.rejects where load_id = ${loadId} order by record_no`,
    );

  it.each(['\\N', 'NULL', '-', 'n/a', 'ähm'])('%s is NULL in a column of any type, in both halves', async (word) => {
    const empty = Object.fromEntries(others.map((name) => [name, null]));
    const typed = ['a', ...others.map(() => word)].join(',');
    // 19 digits are for PostgreSQL to judge, so the record goes raw
    const raw = ['b', word, '1000000000000000000', ...others.slice(2).map(() => word)].join(',');
    const report = await load([names.join(','), typed, raw], { nulls: ['x', word] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 0 } });
    expect(report.nullWords).toBeUndefined();
    expect(await stored()).toEqual([
      { ...empty, id: 'a' },
      { ...empty, id: 'b', whole: 1_000_000_000_000_000_000 },
    ]);
  });

  it('is the text itself in quotes, in other letters and beside anything else', async () => {
    const cells = ['"NULL"', 'null', ' NULL', 'NULL ', 'NULLs', '"NU""LL"', 'NULL', ''];
    const lines = cells.map((cell, i) => `${i},${cell}`);
    const expected = ['NULL', 'null', ' NULL', 'NULL ', 'NULLs', 'NU"LL', null, null];
    for (const sliceBytes of [1, 1_000_000]) {
      await load(['id,name', ...lines], { nulls: ['NULL'], sliceBytes });
      expect(await stored()).toMatchObject(expected.map((name) => ({ name })));
    }
    await load(['id,name,whole', ...lines.map((line) => `${line},1000000000000000000`)], { nulls: ['NULL'] });
    expect(await stored()).toMatchObject(expected.map((name) => ({ name })));
  });

  it('in the business key makes its record a reject, and so it does where a value is demanded', async () => {
    const report = await load(['id,whole', '\\N,1', '"\\N",2', '\\N,1000000000000000000'], { nulls: ['\\N'] });
    expect(await reasons(report)).toEqual([
      { line: 2, code: 'KEY_NULL', column: 'id' },
      { line: 4, code: 'KEY_NULL', column: 'id' },
    ]);
    expect(await stored()).toMatchObject([{ id: '\\N', whole: 2 }]);
  });

  it('is an empty cell in the rejects file, which reads as the file does', async () => {
    const report = await load(['id,name,short,whole', 'a,NULL,"NA",x', '1,,,1'], { nulls: ['NULL', 'NA'] });
    const written = await readFile(report.rejectsPath ?? '', 'utf8');
    expect(written).toContain(',a,,"NA",x,');
  });

  it('is no name of a column that it would take away', async () => {
    const report = await load(['id,name', 'a,name'], { nulls: ['name', 'id'] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
    expect(await stored()).toMatchObject([{ id: 'a', name: null }]);
  });

  describe('that nobody declared', () => {
    const lines = ['id,name,short,whole,doc', 'a,NULL,\\N,1,', 'b,\\N,"\\N",x,', 'c,"NULL",x,1000000000000000000,'];

    it.each([1, 1_000_000])('is counted in columns of text, in slices of %d bytes', async (sliceBytes) => {
      const report = await load([...lines, 'NULL,NULL,\\N,,', '\\N,x,y,\\N,NULL'], { sliceBytes });
      expect(report).toMatchObject({ counts: { inserted: 3, rejected: 2 } });
      expect(report.nullWords).toEqual([
        { word: 'NULL', cells: 3, option: "--null 'NULL'" },
        { word: '\\N', cells: 4, option: "--null '\\N'" },
      ]);
      const written = JSON.parse(await readFile(report.reportPath ?? '', 'utf8')) as LoadReport;
      expect(written.nullWords).toEqual(report.nullWords);
    });

    it('and is rejected is told how it would be NULL', async () => {
      const cells = ['\\N', 'null', 'N/A', 'seven', '-', 'none of'];
      const rows = cells.map((cell, i) => `${i},${cell},${cell}`);
      const { loadId } = await load(['id,whole,mood', ...rows]);
      const found = await pipeline.rows<{ messages: string }>(
        sql`
          select string_agg(reason ->> 'message', '|' order by reason ->> 'column') as messages
          from landfall.rejects, jsonb_array_elements(reasons) as reason
          where load_id = ${loadId} group by record_no order by record_no`,
      );
      const told = cells.map((cell) => (/^(seven|none of)$/.test(cell) ? 0 : 2));
      expect(
        found.map(
          ({ messages }, i) => messages.split(`without quotes it is NULL with --null '${cells[i]}'`).length - 1,
        ),
      ).toEqual(told);
    });

    it('is counted in a dry run, and not in columns that are ignored', async () => {
      const report = await load(lines, { dryRun: true, ignorePositions: [2] });
      expect(report).toMatchObject({ outcome: 'DRY_RUN', nullWords: [{ word: '\\N', cells: 1 }] });
    });

    it('is meant where the declaration says that there is none', async () => {
      const report = await load(lines, { nulls: [] });
      expect(report.nullWords).toBeUndefined();
      expect(await stored()).toMatchObject([{ name: 'NULL', short: '\\N' }, { name: 'NULL' }]);
    });
  });
});
