import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { CleaningCase } from '../../support/cleaning-cases/cleaning-case.ts';
import { cleaningCases } from '../../support/cleaning-cases/cleaning-cases.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

/** A cell of the table of cases: what the file has, and what becomes of it. */
interface Told {
  readonly column: string;
  readonly row: CleaningCase;
  readonly cell: string | null;
  /** What the type reads in the end. */
  readonly text: string | null;
  /** Null: it is taken. */
  readonly code: string | null;
}

/** So many columns at a time: one record a cell, in which all other columns are empty. */
const columnsOfTable = 40;
const groups = Array.from({ length: Math.ceil(cleaningCases.length / columnsOfTable) }, (_, group) =>
  cleaningCases.slice(group * columnsOfTable, (group + 1) * columnsOfTable),
);

function toldOf(row: CleaningCase, position: number): readonly Told[] {
  const column = `c${position}`;
  const taken = [...Object.entries(row.becomes ?? {}), ...(row.stays ?? []).map((cell) => [cell, cell] as const)];
  const refused = Object.entries(row.refused ?? {}).flatMap(([code, cells]) =>
    Object.entries(cells).map(([cell, text]) => ({ column, row, cell, text, code })),
  );
  const unreadable = Object.entries(row.unreadable ?? {}).flatMap(([code, cells]) =>
    cells.map((cell) => ({ column, row, cell, text: null, code })),
  );
  const empty = row.ofNull === undefined ? [] : [{ column, row, cell: null, text: row.ofNull, code: null }];
  return [
    ...taken.map(([cell, text]) => ({ column, row, cell, text, code: null })),
    ...refused,
    ...unreadable,
    ...empty,
  ];
}

function fileOf(cells: readonly Told[], columns: readonly string[]): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = cells.map(({ column, cell }, id) =>
    [String(id), ...columns.map((name) => (name === column && cell !== null ? quoted(cell) : ''))].join(','),
  );
  return `${['id', ...columns].join(',')}\n${lines.join('\n')}\n`;
}

describe('every cell of the table of cases, through the pipeline', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline('select 1');
  });
  afterAll(() => pipeline.end());

  /** What PostgreSQL makes of the text in a column of the type, in the zone that the steps name. */
  const meant = async ({ row, text }: Told): Promise<string | null> => {
    const zone = row.steps.find((step) => step.startsWith('zone:'))?.slice('zone:'.length) ?? 'UTC';
    return await pipeline.connect(async (db) => {
      const read = async (timeZone: string, value: string | null): Promise<string | null> => {
        await db.query(`set timezone = '${timeZone}'`);
        const { rows } = await db.query<{ value: string | null }>(`select $1::${row.type}::text as value`, [value]);
        return rows[0]?.value ?? null;
      };
      const value = await read(zone, text);
      // a moment once more, from a text with its offset: it is stored as one of UTC
      return row.type === 'timestamptz' ? await read('UTC', value) : value;
    });
  };

  it.each(groups.map((rows, group) => [group, rows] as const))('group %i', async (group, rows) => {
    const columns = rows.map((_, position) => `c${position}`);
    const cells = rows.flatMap(toldOf);
    await pipeline.run(
      `create table public.t${group} (id integer primary key, ${rows.map(({ type }, i) => `c${i} ${type}`).join(', ')})`,
    );
    const report = await pipeline.load(await pipeline.file(`cases-${group}.csv`, fileOf(cells, columns)), {
      into: `public.t${group}`,
      businessKey: ['id'],
      timeZone: 'UTC',
      clean: Object.fromEntries(rows.map(({ steps }, i) => [`c${i}`, [...steps]])),
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: cells.length } });

    const rejected = await pipeline.rows<{ id: number; told: string }>(
      sql`
        select record_no::integer - 1 as id, string_agg((reason ->> 'column') || ' ' || (reason ->> 'code'), ', ') as told
        from landfall.rejects
        cross join jsonb_array_elements(reasons) as reason
        where load_id = ${report.loadId}
        group by record_no
        order by record_no`,
    );
    const stored = await pipeline.connect(async (db) => {
      await db.query(`set timezone = 'UTC'`);
      const shown = columns.map((name) => `'${name}', ${name}::text`);
      const found = await db.query<{ id: number; row: Record<string, string | null> }>(
        `select id, jsonb_build_object(${shown.join(', ')}) as row from public.t${group} order by id`,
      );
      return new Map(found.rows.map(({ id, row }) => [id, row]));
    });
    const codes = new Map(rejected.map(({ id, told }) => [id, told]));
    const expected = [];
    for (const told of cells) {
      const { column, row, cell, code } = told;
      const became = code === null ? await meant(told) : `${column} ${code}`;
      expected.push({ type: row.type, steps: row.steps.join(), cell, became });
    }
    expect(
      cells.map(({ column, row, cell }, id) => ({
        type: row.type,
        steps: row.steps.join(),
        cell,
        became: codes.get(id) ?? stored.get(id)?.[column] ?? null,
      })),
    ).toEqual(expected);
  });

  it('an empty cell takes the constant default of its column, in quotes or not, and what became NULL too', async () => {
    await pipeline.run(
      `create table public.defaulted (id integer primary key, a text default 'it''s', n integer not null default -7,
        d date default '2024-01-31', whole text generated always as (a || 'x') stored, at timestamptz default now())`,
    );
    const lines = ['id,a,n,d', '1,,,', '2,"","",""', '3,NA,5,2024-02-01'];
    const clean = { a: ['null:NA', 'empty:default'], n: ['empty:default'], d: ['empty:default'] };
    const request = { into: 'public.defaulted', businessKey: ['id'] };
    const path = await pipeline.file('defaulted.csv', `${lines.join('\n')}\n`);
    expect(await pipeline.load(path, { ...request, clean })).toMatchObject({
      outcome: 'LOADED',
      counts: { inserted: 3 },
    });
    expect(await pipeline.rows(sql`select a, n, d::text as d from public.defaulted order by id`)).toEqual([
      { a: "it's", n: -7, d: '2024-01-31' },
      { a: "it's", n: -7, d: '2024-01-31' },
      { a: "it's", n: 5, d: '2024-02-01' },
    ]);
    const refused = await pipeline.load(path, { ...request, force: true, clean: { at: ['empty:default'] } });
    expect(refused).toMatchObject({
      outcome: 'REJECTED',
      code: 'RULE',
      message: expect.stringContaining('Write default:VALUE.'),
    });
  });
});
