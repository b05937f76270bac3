import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Leniency } from '../../functions/core/contract.ts';
import { ident, join, sql, trustedSql } from '../../functions/core/sql.ts';
import { typedTable } from '../../functions/core/staging.ts';
import { type Db, execute, many, withClient } from '../../functions/db/client.ts';
import { hostileCells } from '../support/hostile-cells.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { leniencies as words } from '../../functions/words/leniencies.ts';
import { codesOf, quarantineOf, type StagedRecord, stageByHand, validate } from '../support/staged-slice.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

const leniencies = Object.keys(words) as Leniency[];

/** Beside the hostile ones: types that PostgreSQL alone judges, and cells that one leniency takes only half of the way. */
const more: Readonly<Record<string, readonly string[]>> = {
  'numeric(5,2)': [' 1.5', ' 1.239', '1_0.239', 'inf', '', '0x1F', '1e3 '],
  'timestamp(0)': [
    '2024-01-02 10:15:30.5',
    ' 2024-01-02 10:15:30.5',
    '2024-02-30 10:15:30.5',
    '2024-02-30 10:15+02',
    'epoch ',
  ],
  'varchar(3)': [' abc', 'abc ', 'abc\u00a0', ' abcd', 'abcd '],
  uuid: [' 6b8f0b7e-3b1a-4a55-8f1e-0123456789ab', '6b8f0b7e', ''],
  inet: [' 10.0.0.1', '\u00a010.0.0.1', '10.0.0', ''],
  jsonb: ['\u00a0{}', `\u00a0${'['.repeat(20_000)}`, '{', ''],
  interval: ['\u20031 day', '1 blue', '', 'x '],
  'numeric(4,2)[]': ['{1.239}', '\u00a0{1.2}', '{a}', '{1000}'],
  'integer[]': ['{0x1F}', '\u00a0{1}', '{x}'],
  'timestamp[]': ['{2024-01-02 10:15+02}', '{2024/1/2}', '{2024/1/2 10:15+02}', '{1692351125}', '{infinity}'],
  tstzrange: [
    '[2024/1/2,)',
    '[epoch,)',
    '[2024-01-02 10:15:30.1234567,)',
    '[1692351125,)',
    '[1/2/2024,)',
    '[2024-03-31 02:30,)',
    '',
  ],
  timetz: ['9:05 PM+02', '10:15 PST', ''],
  money: ['1.239', '\u00a01.23', 'x', ''],
  mood: [' glad', 'glad\u3000', 'mad', ' mad', ''],
  email: [' a', ''],
  positive: [' 7', '0x1F', '-1', ''],
};

const cellsByType = [
  ...hostileCells,
  ...Object.entries(more).map(([type, cells]) => ({ type, values: {}, rejects: { X: cells } })),
].flatMap(({ type, values, rejects }) =>
  [...Object.keys(values), ...Object.values(rejects).flat()].map((cell) => ({ type, cell })),
);
const types = [...new Set(cellsByType.map(({ type }) => type))];

/** A dozen validations of a thousand cells. */
const slow = 120_000;

test('a reject names a leniency exactly where that one alone would have let the cell through, and together they read it alike', {
  timeout: slow,
}, async () => {
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    await execute(db, sql`create type public.mood as enum ('sad', 'glad')`);
    await execute(db, sql`create domain public.email as text check (value like '%@%')`);
    await execute(db, sql`create domain public.positive as integer check (value > 0)`);
    await execute(
      db,
      sql`create table public.t (id integer primary key, ${join(
        types.map(
          (type) => sql`${ident(type)} ${trustedSql(/^(mood|email|positive)$/.test(type) ? `public.${type}` : type)}`,
        ),
      )})`,
    );
    const strict = await judge(db, []);
    const alone = new Map<Leniency, readonly Judged[]>();
    for (const leniency of leniencies) alone.set(leniency, await judge(db, [leniency]));
    const isTaken = (leniency: Leniency, i: number): boolean => alone.get(leniency)?.[i]?.codes.length === 0;
    const wrong = strict.flatMap(({ codes, message }, i) => {
      if (codes.length === 0) return [];
      const taking = leniencies.filter((leniency) => isTaken(leniency, i));
      const named = /leniency (\w+) takes it$/.exec(message)?.[1] ?? null;
      const isRight = named === null ? taking.length === 0 : (taking as readonly string[]).includes(named);
      return isRight ? [] : [{ ...cellsByType[i], message, taking }];
    });
    expect(wrong).toEqual([]);
    expect(strict.filter(({ message }) => message.endsWith(' takes it')).length).toBeGreaterThan(100);
    const together = await judge(db, leniencies);
    const changed = together.flatMap(({ value }, i) => {
      const values = leniencies.flatMap((leniency) => (isTaken(leniency, i) ? [alone.get(leniency)?.[i]?.value] : []));
      return values.length === 0 || values.includes(value) ? [] : [{ ...cellsByType[i], value, values }];
    });
    expect(changed).toEqual([]);
  });
});

test('a reject of what only its blanks keep from its parent, its pattern or its list names trimBlanks, in both halves', async () => {
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    await execute(db, sql`create table public.country (code varchar(2) primary key)`);
    await execute(db, sql`insert into public.country values ('ch')`);
    await execute(
      db,
      sql`create table public.town (id integer primary key, country text references public.country, kind text, name text)`,
    );
    const rules = { kind: { oneOf: ['a', 'b'] }, name: { pattern: '^[A-Z]' } };
    const cells = ['\u00a0ch', ' a', ' A'];
    const others = ['at', 'c ', ' a'];
    const slice = await stageByHand(
      db,
      { name: 'town', prefix: 't/', table: 'public.town', key: ['id'], columns: { rules } },
      [
        { half: 'typed', cells: ['1', ...cells] },
        { half: 'raw', cells: ['2', ...cells] },
        { half: 'raw', cells: ['3', ...others] },
      ],
    );
    await validate(db, slice);
    const messages = (await quarantineOf(db, slice)).map(({ reasons }) => reasons.map(({ message }) => message));
    const named = [
      "kind: ' a' is none of a, b: leniency trimBlanks takes it",
      "name: ' A' does not match ^[A-Z]: leniency trimBlanks takes it",
      "country: '<U+00A0>ch' is not in public.country (code): leniency trimBlanks takes it",
    ];
    expect(messages).toEqual([
      named,
      named,
      [
        "kind: 'c ' is none of a, b",
        "name: ' a' does not match ^[A-Z]",
        "country: 'at' is not in public.country (code)",
      ],
    ]);
  });
});

interface Judged {
  readonly codes: readonly string[];
  readonly message: string;
  /** As it is staged; null where the record is a reject. */
  readonly value: string | null;
}

async function judge(db: Db, taken: readonly Leniency[]): Promise<readonly Judged[]> {
  const records = cellsByType.map(
    ({ type, cell }, i): StagedRecord => ({
      half: 'raw',
      cells: [String(i), ...types.map((name) => (name === type ? cell : null))],
    }),
  );
  const slice = await stageByHand(
    db,
    { name: 't', prefix: 't/', table: 'public.t', key: ['id'], leniencies: [...taken], timeZone: 'Europe/Berlin' },
    records,
  );
  await validate(db, slice);
  const codes = await codesOf(db, slice);
  const messages = new Map(
    (await quarantineOf(db, slice)).map(({ raw, reasons }) => [
      raw.toString('utf8'),
      reasons.map(({ message }) => message).join('; '),
    ]),
  );
  const values = join(types.map((type) => sql`${ident(type)}::text`));
  const sound = await many<{ id: number; value: string | null }>(
    db,
    sql`select id, coalesce(${values}) as value from ${typedTable(slice.loadId, 0)}`,
  );
  const valueOf = new Map(sound.map(({ id, value }) => [id, value]));
  return slice.lines.map((line, i) => ({
    codes: codes[i] ?? [],
    message: messages.get(line.toString('utf8')) ?? '',
    value: valueOf.get(i) ?? null,
  }));
}
