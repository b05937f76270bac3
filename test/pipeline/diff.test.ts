import { afterAll, beforeAll, expect, it } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { summary } from '../../functions/words/summary.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const view = { command: (words: string) => `landfall ${words}`, folder: '/' };

let pipeline: Pipeline;
beforeAll(async () => void (pipeline = await testPipeline('create schema s')), 120_000);
afterAll(async () => await pipeline.end());

let files = 0;
/** A dry run of the file, and then the load of it. */
async function both(
  lines: readonly string[],
  request: Partial<LoadRequest>,
): Promise<{ readonly dry: LoadReport; readonly real: LoadReport }> {
  const path = await pipeline.file(`${(files += 1)}.csv`, `${lines.join('\n')}\n`);
  const dry = await pipeline.load(path, { ...request, dryRun: true });
  return { dry, real: await pipeline.load(path, request) };
}

it('a dry run, and the report of the load, show changed cells by column and some of them, old and new', async () => {
  await pipeline.run(`
    create table s.shown (id integer primary key, amount numeric(12,2), at timestamptz, doc json, secret text, name text, kept text default 'k');
    insert into s.shown values
      (1, 10, '2026-01-02 03:04:05Z', '{"a":1}', 'a', 'one'), (2, 20, null, null, 'b', 'two'), (3, 30, null, null, 'c', 'three')`);
  const long = `${'n'.repeat(100)}\u202e`;
  const { dry, real } = await both(
    [
      'id,amount,at,doc,secret,name',
      `1,10.0,2026-01-02T04:04:05+01:00,"{""a"":2}",a,"${long}"`,
      '2,,2026-01-02T00:00:00Z,,x,two',
      '3,30,,,c,three',
      '4,40,,,d,four',
    ],
    { into: 's.shown', businessKey: ['id'], sensitive: ['secret'], timeZone: 'UTC' },
  );
  expect(dry.counts).toMatchObject({ inserted: 1, updated: 2, unchanged: 1 });
  expect(dry.diff).toEqual({
    columns: [
      { column: 'amount', changed: 1, turnedNull: 1 },
      { column: 'at', changed: 1, turnedNull: 0 },
      { column: 'doc', changed: 1, turnedNull: 0 },
      { column: 'secret', changed: 1, turnedNull: 0 },
      { column: 'name', changed: 1, turnedNull: 0 },
    ],
    samples: [
      { key: { id: '1' }, column: 'doc', old: '{"a":1}', new: '{"a":2}' },
      { key: { id: '1' }, column: 'name', old: 'one', new: `${'n'.repeat(80)}…` },
      { key: { id: '2' }, column: 'amount', old: '20.00', new: null },
      { key: { id: '2' }, column: 'at', old: null, new: '2026-01-02 00:00:00+00' },
      { key: { id: '2' }, column: 'secret', old: '(hidden)', new: '(hidden)' },
    ],
  });
  expect(real.diff).toEqual(dry.diff);
});

it('what only a dry run knows to be refused is no change, and an empty table has none', async () => {
  await pipeline.run(`
    create table s.refused (id integer primary key, a text unique, b text);
    insert into s.refused values (1, 'one', 'x'), (2, 'two', 'y'), (3, 'three', 'z');
    create table s.empty (id integer primary key, a text)`);
  const { dry, real } = await both(['id,a,b', '1,two,new', '2,two,new', '3,three,z'], {
    into: 's.refused',
    businessKey: ['id'],
  });
  expect(dry.counts).toEqual(real.counts);
  expect(dry.counts).toMatchObject({ rejected: 1, updated: 1, unchanged: 1 });
  expect(dry.diff).toEqual({
    columns: [{ column: 'b', changed: 1, turnedNull: 0 }],
    samples: [{ key: { id: '2' }, column: 'b', old: 'y', new: 'new' }],
  });
  const empty = await both(['id,a', '1,a'], { into: 's.empty', businessKey: ['id'] });
  expect(empty.dry.diff).toEqual({ columns: [], samples: [] });
});

it('columns beyond one mask are counted too, each shown before one is shown twice, and keys of a group in their own columns', async () => {
  const names = Array.from({ length: 130 }, (_, i) => `c${i}`);
  await pipeline.run(`
    create table s.wide (g text, id integer, ${names.map((name) => `${name} integer`).join(', ')}, primary key (g, id));
    insert into s.wide select 'a', i, ${names.map((_, i) => String(i)).join(', ')} from generate_series(1, 40) as i`);
  const record = (id: number, changed: readonly number[]): string =>
    ['a', id, ...names.map((_, i) => (changed.includes(i) ? i + 1_000 : i))].join(',');
  const lines = Array.from({ length: 40 }, (_, i) => record(i + 1, i === 39 ? [0, 59, 60, 119, 120, 129] : [59]));
  const { dry } = await both([['g', 'id', ...names].join(','), ...lines], { into: 's.wide', businessKey: ['g', 'id'] });
  expect(dry.diff?.columns).toEqual([
    { column: 'c59', changed: 40, turnedNull: 0 },
    ...['c0', 'c60', 'c119', 'c120', 'c129'].map((column) => ({ column, changed: 1, turnedNull: 0 })),
  ]);
  const { samples = [] } = dry.diff ?? {};
  expect(samples).toHaveLength(20);
  expect(new Set(samples.map(({ column }) => column)).size).toBe(6);
  expect(samples).toContainEqual({ key: { g: 'a', id: '40' }, column: 'c129', old: '129', new: '1129' });
});

it('columns that are merged in a way of their own change to what the update sets, and not where the row is left alone', async () => {
  await pipeline.run(`
    create table s.merged (id integer primary key, name text, made date, phone text, moved date, seen numeric(6,2), gone text);
    insert into s.merged select i, 'n', '2026-05-01', case when i = 4 then null else '456' end, '2026-05-01', 5, 'g' from generate_series(1, 5) as i`);
  const { dry, real } = await both(
    [
      'id,name,made,phone,moved,seen,gone',
      '1,n,2026-05-09,123,2026-05-09,4,g',
      '2,other,2026-05-09,123,2026-05-09,,g',
      '3,n,2026-05-09,,2026-05-09,5.01,g',
      '4,n,2026-05-09,123,2026-05-01,4,g',
      '5,n,2026-05-09,,,4,',
    ],
    {
      into: 's.merged',
      businessKey: ['id'],
      merge: {
        made: 'onInsert',
        phone: 'onlyIfNull',
        moved: 'onChange',
        seen: 'greatest(target.seen, source.seen)',
        gone: 'coalesce(source.gone)',
      },
    },
  );
  expect(dry.counts).toMatchObject({ updated: 4, unchanged: 1 });
  expect(dry.diff?.columns).toEqual([
    { column: 'moved', changed: 3, turnedNull: 1 },
    { column: 'name', changed: 1, turnedNull: 0 },
    { column: 'phone', changed: 1, turnedNull: 0 },
    { column: 'seen', changed: 1, turnedNull: 0 },
    { column: 'gone', changed: 1, turnedNull: 1 },
  ]);
  expect(dry.diff?.samples.map(({ key, column, old, new: after }) => [key['id'], column, old, after])).toEqual([
    ['2', 'name', 'n', 'other'],
    ['2', 'moved', '2026-05-01', '2026-05-09'],
    ['3', 'moved', '2026-05-01', '2026-05-09'],
    ['3', 'seen', '5.00', '5.01'],
    ['4', 'phone', null, '123'],
    ['5', 'moved', '2026-05-01', null],
    ['5', 'gone', 'g', null],
  ]);
  expect(real.diff).toEqual(dry.diff);
});

it('of a record that asks for a deletion no other cell is looked at, and what the rule refuses changes nothing', async () => {
  await pipeline.run(`
    create domain s.word as text not null check (value <> '');
    create table s.asked (id integer primary key, a s.word, b text);
    insert into s.asked select i, 'a', 'b' from generate_series(1, 6) as i;
    create table s.only (like s.asked including all);
    insert into s.only select * from s.asked`);
  const columns = [{ column: 'a', changed: 3, turnedNull: 0 }];
  const asked = await both(['id,a,b,op', '1,x,b,U', '2,x,b,U', '3,x,b,U', '4,,,D', '5,,,D', '8,,,D'], {
    into: 's.asked',
    businessKey: ['id'],
    conflict: { rule: 'operations', column: 'op' },
    limits: { maxDeletedShare: 1 },
  });
  expect(asked.dry.counts).toMatchObject({ updated: 3, deleted: 2, unchanged: 1 });
  expect(asked.dry.diff?.columns).toEqual(columns);
  expect(asked.real.diff).toEqual(asked.dry.diff);
  const only = await both(['id,a,b', '1,x,b', '2,x,b', '3,x,b', '7,x,b', '8,x,'], {
    into: 's.only',
    businessKey: ['id'],
    conflict: { rule: 'update-only' },
  });
  expect(only.dry.counts).toMatchObject({ updated: 3, rejected: 2 });
  expect(only.dry.diff?.columns).toEqual(columns);
  expect(only.real.diff).toEqual(only.dry.diff);
});

type Row = { readonly a: string | null; readonly n: string | null; readonly v: string };
type Counted = {
  readonly counts: Record<string, number>;
  readonly cells: Record<string, number>;
  readonly nulls: number;
};

/** 200 tables of a few rows and 200 files of a few records in one of each: a group is one. */
const groups = 200;

const rules: Readonly<Record<string, Partial<LoadRequest>>> = {
  upsert: { conflict: { rule: 'update' } },
  insertOnly: { conflict: { rule: 'insert-only' } },
  newerWins: { conflict: { rule: 'newer-wins', versionColumn: 'v' } },
  patch: { conflict: { rule: 'patch' } },
};

function isOther(row: Row, other: Row | undefined): boolean {
  return other !== undefined && (row.a !== other.a || row.n !== other.n);
}

function modelOf(
  rule: string,
  there: ReadonlyMap<string, Row>,
  file: readonly (readonly [string, Row | null])[],
): Counted {
  const counts: Record<string, number> = {
    records: file.length,
    rejected: 0,
    duplicate: 0,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    stale: 0,
    deleted: 0,
  };
  const cells: Record<string, number> = {};
  const count = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);
  let nulls = 0;
  const won = new Map<string, Row>();
  /** Of a key and a version; others of them have its content, or are rejects. */
  const first = new Map<string, Row>();
  for (const [key, row] of file) {
    const before = won.get(key);
    const ofVersion = row === null ? undefined : first.get(`${key},${row.v}`);
    if (row !== null && ofVersion === undefined) first.set(`${key},${row.v}`, row);
    if (row === null || (rule === 'newerWins' && isOther(row, ofVersion))) count('rejected');
    else if (before === undefined) won.set(key, row);
    else {
      count('duplicate');
      if (rule === 'patch') won.set(key, { a: row.a ?? before.a, n: row.n ?? before.n, v: row.v });
      else if (rule !== 'newerWins' || Number(row.v) > Number(before.v)) won.set(key, row);
    }
  }
  for (const [key, row] of won) {
    const old = there.get(key);
    const columns = (['a', 'n', 'v'] as const).filter(
      (name) => old !== undefined && row[name] !== old[name] && !(rule === 'patch' && row[name] === null),
    );
    if (old === undefined) count('inserted');
    else if (columns.length === 0) count('unchanged');
    else if (rule === 'newerWins' && row.v === old.v) count('rejected');
    else if (rule === 'insertOnly' || (rule === 'newerWins' && Number(row.v) < Number(old.v))) count('stale');
    else {
      count('updated');
      for (const name of columns) {
        cells[name] = (cells[name] ?? 0) + 1;
        if (row[name] === null) nulls += 1;
      }
    }
  }
  return { counts, cells, nulls };
}

/** A linear congruential generator (Numerical Recipes): the same cases each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it.each(Object.keys(rules))(
  'counts of a plan are those of the merge and of a model, of 200 random files: %s',
  async (rule) => {
    const random = randomFrom(rule.length);
    const pick = (): Row => ({
      a: ['x', 'y', '', null][random(4)] ?? null,
      n: ['1', '2', '2.50', null][random(4)] ?? null,
      v: String(1 + random(4)),
    });
    const there = new Map<string, Row>();
    const file: (readonly [string, Row | null])[] = [];
    for (let g = 0; g < groups; g += 1) {
      for (let id = 0; id < 8; id += 1) if (random(3) > 0) there.set(`${g},${id}`, pick());
      for (let i = random(10); i >= 0; i -= 1) file.push([`${g},${random(10)}`, random(12) === 0 ? null : pick()]);
    }
    const cell = (text: string | null): string => (text === null ? '' : `"${text}"`);
    const value = (text: string | null): string => (text === null ? 'null' : `'${text}'`);
    const table = `s.${rule.toLowerCase()}`;
    await pipeline.run(`
    create table ${table} (g integer, id integer, a text, n numeric(5,2), v integer not null, primary key (g, id));
    insert into ${table} values ${[...there].map(([key, { a, n, v }]) => `(${key}, ${value(a)}, ${value(n)}, ${v})`).join(', ')}`);
    const lines = file.map(([key, row]) =>
      row === null ? `${key},x,1,none` : `${key},${cell(row.a)},${row.n ?? ''},${row.v}`,
    );
    const { dry, real } = await both(['g,id,a,n,v', ...lines], {
      into: table,
      businessKey: ['g', 'id'],
      ...rules[rule],
      sliceBytes: 4_000,
    });
    const normal = (row: Row): Row => ({ ...row, n: row.n === null ? null : Number(row.n).toFixed(2) });
    const model = modelOf(
      rule,
      new Map([...there].map(([key, row]) => [key, normal(row)])),
      file.map(([key, row]) => [key, row === null ? null : normal(row)]),
    );
    expect(dry.counts).toEqual(model.counts);
    expect(real.counts).toEqual(model.counts);
    const { columns = [], samples = [] } = dry.diff ?? {};
    expect(Object.fromEntries(columns.map(({ column, changed }) => [column, changed]))).toEqual(model.cells);
    expect(columns.reduce((nulls, { turnedNull }) => nulls + turnedNull, 0)).toBe(model.nulls);
    expect(real.diff).toEqual(dry.diff);
    expect(samples).toHaveLength(model.counts['updated'] === 0 ? 0 : 20);
    // each sample is what the row was, and what it is now
    for (const { key, column, new: after } of samples) {
      const [row] = await pipeline.rows<{ value: string | null }>(
        trustedSql(`select ${column}::text as value from ${table} where g = ${key['g']} and id = ${key['id']}`),
      );
      expect(row?.value).toBe(after);
    }
  },
);

it('records are counted by the day of a declared column: in its zone, as a dry run and as the load; a column without a day is refused', async () => {
  await pipeline.run(`
    create table s.days (id integer primary key, n integer, at timestamptz, d date, name text);
    insert into s.days values (2, 2, '2026-01-05 08:00Z', null, null), (3, 3, null, null, null)`);
  const request = { into: 's.days', businessKey: ['id'], timeZone: 'Asia/Tokyo', countByDay: 'at' };
  const lines = [
    'id,n,at',
    '1,1,2026-01-04T23:00:00Z',
    '2,20,2026-01-05 00:30:00',
    '3,3,',
    '4,x,2026-01-05 00:30:00',
    '5,5,2026-01-01T00:00:00Z',
    '1,1,2026-01-04T15:00:00Z',
  ];
  const { dry, real } = await both(lines, request);
  const none = { inserted: 0, updated: 0, unchanged: 0, stale: 0, deleted: 0 };
  expect(dry.counts).toMatchObject({ inserted: 2, updated: 1, unchanged: 1, rejected: 1, duplicate: 1 });
  expect(dry.diff?.byDay).toEqual({
    column: 'at',
    left: 0,
    days: [
      { ...none, day: null, unchanged: 1 },
      { ...none, day: '2026-01-01', inserted: 1 },
      { ...none, day: '2026-01-05', inserted: 1, updated: 1 },
    ],
  });
  expect(real.diff).toEqual(dry.diff);
  expect(summary(dry, { ...view, examples: [], milliseconds: 0, isPlan: true })).toContain(
    [
      'by day      at',
      '    no day      1 unchanged',
      '    2026-01-01  1 inserted',
      '    2026-01-05  1 inserted, 1 updated',
    ].join('\n'),
  );
  // an empty table, which is not read; and a column that the file does not have
  await pipeline.run('truncate s.days');
  const loaded = async (of: Partial<LoadRequest>): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file(`${(files += 1)}.csv`, 'id,d,n\n1,2026-01-04,1\n2,0044-03-15,2\n'), of);
  expect((await loaded({ ...request, countByDay: 'd' })).diff?.byDay?.days).toEqual([
    { ...none, day: '0044-03-15', inserted: 1 },
    { ...none, day: '2026-01-04', inserted: 1 },
  ]);
  expect((await loaded(request)).diff).not.toHaveProperty('byDay');
  expect(await loaded({ ...request, countByDay: 'name' })).toMatchObject({
    outcome: 'REJECTED',
    message: expect.stringContaining('it is text, which has no day'),
  });
});
