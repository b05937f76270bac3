import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
    const refused = await pipeline.load(path, { ...request, force: true, clean: { id: ['empty:default'] } });
    expect(refused).toMatchObject({
      outcome: 'REJECTED',
      code: 'RULE',
      message: expect.stringContaining('Write default:VALUE.'),
    });
  });

  describe('a default that is no constant', () => {
    const drawn = ['at', 'u', 'n', 'i', 'code'];
    const clean = Object.fromEntries(drawn.map((name) => [name, ['null:-', 'empty:default']]));
    const request = { into: 'public.drawn', businessKey: ['id'], clean };
    const rows = (): Promise<readonly Record<string, unknown>[]> =>
      pipeline.rows(
        sql`select id, at, (at between now() - interval '1 hour' and now()) as fresh, u, n, i, code, note
            from public.drawn order by id`,
      );
    const drawnSoFar = (): Promise<readonly unknown[]> => pipeline.rows(sql`select is_called from public.drawn_n_seq`);

    beforeEach(async () => {
      await pipeline.run(
        `drop table if exists public.drawn;
         create table public.drawn (id integer primary key, at timestamptz not null default now(),
           u uuid not null unique default gen_random_uuid(), n serial not null check (n < 1000),
           i integer generated by default as identity (start with 50), code text not null default 'C' || length('abc'),
           note text)`,
      );
    });

    it('is drawn for each new row, and a row that is there keeps what it has', async () => {
      const path = await pipeline.file(
        'drawn.csv',
        'id,at,u,n,i,code,note\n1,,,,,,a\n2,"",-,-,"","",b\n3,2024-01-01T00:00:00Z,,700,,,c\n4,,,,,x,d\n',
      );
      expect(await pipeline.load(path, { ...request, dryRun: true })).toMatchObject({ counts: { inserted: 4 } });
      expect(await drawnSoFar()).toEqual([{ is_called: false }]);
      const report = await pipeline.load(path, { ...request, rules: { n: { required: true } } });
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 4, rejected: 0 } });
      const first = await rows();
      expect(first).toMatchObject([
        { id: 1, fresh: true, code: 'C3', note: 'a' },
        { id: 2, fresh: true, code: 'C3', note: 'b' },
        { id: 3, fresh: false, n: 700, code: 'C3' },
        { id: 4, fresh: true, code: 'x' },
      ]);
      expect(new Set(first.map(({ u }) => u)).size).toBe(4);
      expect(first.map(({ n }) => Number(n)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 700]);
      expect(new Set(first.map(({ i }) => i)).size).toBe(4);
      const steps = new Map(report.cleaned?.map(({ column, step, cells }) => [`${column} ${step}`, cells]));
      expect([steps.get('at empty:default'), steps.get('u empty:default'), steps.get('u null:-')]).toEqual([3, 4, 1]);
      const again = await pipeline.load(path, { ...request, force: true });
      expect(again.counts).toMatchObject({ unchanged: 4, updated: 0 });
      const newer = await pipeline.file('newer.csv', 'id,at,u,n,i,code,note\n1,,,,,,changed\n4,,,,,y,d\n5,,,,,,new\n');
      expect(await pipeline.load(newer, request)).toMatchObject({ counts: { inserted: 1, updated: 2 } });
      expect((await rows()).slice(0, 4)).toEqual([
        { ...first[0], note: 'changed' },
        first[1],
        first[2],
        { ...first[3], code: 'y' },
      ]);
    });

    it.each([
      ['insert-only', { conflict: { rule: 'insert-only' } }, { inserted: 2, unchanged: 1 }],
      ['newer-wins', { conflict: { rule: 'newer-wins', versionColumn: 'note' } }, { inserted: 2, unchanged: 1 }],
      ['patch', { conflict: { rule: 'patch' } }, { inserted: 2, unchanged: 1 }],
      ['append', { conflict: { rule: 'append' }, businessKey: undefined }, { inserted: 2, rejected: 2 }],
    ])('under %s, and where the target refuses one of the rows', async (_rule, options, counts) => {
      await pipeline.run(
        "insert into public.drawn (id, at, n, code, note) values (1, '2020-01-01', 5, 'old', 'z'); select setval('public.drawn_n_seq', 900)",
      );
      await pipeline.run('create unique index on public.drawn (note)');
      const path = await pipeline.file(
        `${_rule}.csv`,
        'id,at,u,n,i,code,note\n1,,,,,,z\n2,,,,,,b\n3,,,,,,z\n4,,,,,,d\n',
      );
      const report = await pipeline.load(path, { ...request, ...options });
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { ...counts, rejected: _rule === 'append' ? 2 : 1 } });
      expect(await rows()).toMatchObject([
        { id: 1, fresh: false, code: 'old', n: 5 },
        { id: 2, fresh: true, code: 'C3' },
        { id: 4, fresh: true, code: 'C3' },
      ]);
    });

    it('cannot be drawn for what identifies a row, nor before another step makes NULL of it', async () => {
      const path = await pipeline.file('refused.csv', 'id,at,u,n,note\n1,,,,x\n');
      const report = await pipeline.load(path, {
        into: 'public.drawn',
        businessKey: ['u'],
        clean: { u: ['empty:default'], n: ['empty:default', 'null:-'], at: ['trim', 'empty:default'] },
      });
      expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
      expect(report.message).toContain('empty:default of u is drawn when a row is written, and the column');
      expect(report.message).toContain('put null before it, not behind it');
      expect(report.message).not.toContain('of at');
    });
  });
});
