import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlainForm } from '../../functions/core/contract.ts';
import { ident, join, sql, trustedSql } from '../../functions/core/sql.ts';
import { typedTable } from '../../functions/core/staging.ts';
import { type Db, execute, many, withClient } from '../../functions/db/client.ts';
import { formCodes, isPlain } from '../../functions/formats/shared/plain-forms.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { BASE_RECORD, quarantineOf, type StagedRecord, stageByHand, validate } from '../support/staged-slice.ts';

/** One column a type: how a cell must look in the oracle's own words, and what a fair share of cells looks like. */
interface ColumnOracle {
  readonly type: string;
  readonly form: PlainForm;
  readonly looks: (cell: string) => boolean;
  readonly likely: fc.Arbitrary<string>;
}

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.nat({ max: 9 }), { minLength: min, maxLength: max }).map((all) => all.join(''));
const two = fc.integer({ min: 0, max: 61 }).map((n) => String(n).padStart(2, '0'));
const day = fc
  .tuple(
    fc.constantFrom('0000', '0001', '1900', '2000', '2024', '9999'),
    fc.integer({ min: 1, max: 13 }),
    fc.integer({ min: 1, max: 32 }),
  )
  .map(([year, month, date]) => `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`);
const fraction = fc.oneof(
  fc.constant(''),
  digits(1, 8).map((all) => `.${all}`),
);
const clock = fc
  .tuple(fc.integer({ min: 0, max: 24 }), two, two, fraction)
  .map(([h, m, s, f]) => `${String(h).padStart(2, '0')}:${m}:${s}${f}`);
const zone = fc.constantFrom('', '', 'Z', '+00', '+00:00', '+05:30', '-08', '+16:00');
const number = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits(0, 32),
    fc.constantFrom('', '.'),
    digits(0, 30),
    fc.constantFrom('', '', 'e5', 'E-3', 'e400'),
  )
  .map((parts) => parts.join(''));
const moment = fc.tuple(day, fc.constantFrom(' ', 'T'), clock, zone).map((parts) => parts.join(''));
const junk = fc.oneof(
  fc.constantFrom(
    '',
    ' 7 ',
    '1_000',
    '0x1F',
    'NaN',
    'Infinity',
    'today',
    'now',
    'infinity',
    'epoch',
    'J2451187',
    '01/02/2024',
    '24:00:00',
    't',
    'on',
    '1',
    "o'x",
    '\\N',
    '\\.',
    'é',
    '٣',
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
);

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6}0*)?)?$/;
const isInteger = (cell: string): boolean => /^[+-]?[0-9]+$/.test(cell);
const isNumber = (cell: string): boolean => /^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(cell);
const isMoment =
  (zones: RegExp) =>
  (cell: string): boolean => {
    const [, date = '', rest = ''] = /^(.{10})([ Tt].*)?$/s.exec(cell) ?? [];
    return DATE.test(date) && (rest === '' || TIME.test(rest.slice(1).replace(zones, '')));
  };

const columns: Readonly<Record<string, ColumnOracle>> = {
  small: { type: 'smallint', form: 'int2', looks: isInteger, likely: digits(1, 6) },
  middle: { type: 'integer', form: 'int4', looks: isInteger, likely: fc.oneof(digits(1, 9), number) },
  big: { type: 'bigint', form: 'int8', looks: isInteger, likely: digits(1, 20) },
  free: { type: 'numeric', form: 'numeric', looks: isNumber, likely: number },
  money: {
    type: 'numeric(6,2)',
    form: 'numeric',
    looks: isNumber,
    likely: fc.tuple(digits(1, 5), digits(1, 3)).map((parts) => parts.join('.')),
  },
  float: { type: 'double precision', form: 'float8', looks: isNumber, likely: number },
  flag: {
    type: 'boolean',
    form: 'boolean',
    looks: (cell) => /^(true|false|t|f)$/i.test(cell),
    likely: fc.constantFrom('true', 'FALSE', 'False', 'f'),
  },
  date: { type: 'date', form: 'date', looks: (cell) => DATE.test(cell), likely: day },
  clock: { type: 'time without time zone', form: 'time', looks: (cell) => TIME.test(cell), likely: clock },
  local: {
    type: 'timestamp without time zone',
    form: 'timestamp',
    looks: isMoment(/ ?([Zz]|[+-]00(:?00)?)$/),
    likely: moment,
  },
  instant: {
    type: 'timestamp with time zone',
    form: 'timestamptz',
    looks: isMoment(/ ?([Zz]|[+-]\d\d(:?\d\d|:\d\d:\d\d)?)$/),
    likely: moment,
  },
  uuid: { type: 'uuid', form: 'uuid', looks: () => true, likely: fc.uuid() },
  short: {
    type: 'character varying(5)',
    form: 'text',
    looks: (cell) => [...cell].length <= 5,
    likely: fc.string({ maxLength: 6 }).map((text) => text.replaceAll('\0', '')),
  },
  note: { type: 'text', form: 'text', looks: () => true, likely: junk },
};
const names = Object.keys(columns);
const record = fc.tuple(
  ...names.map((name) =>
    fc.oneof(
      { weight: 12, arbitrary: columns[name]?.likely ?? junk },
      { weight: 1, arbitrary: junk },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
  ),
);

/** Half of the records hold only what at least looks right, so that many are accepted as a whole. */
const records = fc.array(
  fc.oneof(
    record,
    record.map((cells) =>
      cells.map((cell, i) => (cell !== null && columns[names[i] ?? '']?.looks(cell) === true ? cell : null)),
    ),
  ),
  { minLength: 25, maxLength: 25 },
);

describe('random cells of every type', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ ledger: true });
    const shape = names.map((name) => sql`${ident(name)} ${trustedSql(columns[name]?.type ?? 'text')}`);
    await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
      execute(db, sql`create table public.t (id integer primary key, ${join(shape)})`),
    );
  });
  afterAll(() => database.drop());

  test('are accepted exactly where an oracle that asks about one cell at a time accepts them, and survive exactly', async () => {
    let accepted = 0;
    let rejected = 0;
    let whole = 0;
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      await execute(db, sql`set timezone = 'UTC'`);
      await execute(db, sql`set datestyle = 'ISO, YMD'`);
      await fc.assert(
        fc.asyncProperty(records, async (rows) => {
          const staging = rows.map((cells, i): StagedRecord => ({ half: 'raw', cells: [String(i), ...cells] }));
          const slice = await stageByHand(db, { name: 't', prefix: 't/', table: 'public.t', key: ['id'] }, staging);
          await validate(db, slice);
          const quarantined = await quarantineOf(db, slice);
          const staged = await stagedTexts(db, slice.loadId);
          for (const [i, cells] of rows.entries()) {
            const reasons = quarantined.find(({ record_no }) => record_no === BASE_RECORD + i + 1)?.reasons ?? [];
            const verdicts: Verdict[] = [];
            for (const [at, cell] of cells.entries()) verdicts.push(await oracle(db, names[at] ?? '', cell));
            const refused = names.filter((_, at) => verdicts[at]?.accepted === false);
            expect({
              cells,
              refused: reasons.map(({ column }) => column ?? '').toSorted((a, b) => (a < b ? -1 : 1)),
            }).toEqual({
              cells,
              refused: refused.toSorted((a, b) => (a < b ? -1 : 1)),
            });
            accepted += names.length - refused.length;
            rejected += refused.length;
            if (refused.length > 0) continue;
            whole += 1;
            expect(staged.get(i)).toEqual(verdicts.map(({ text }) => text));
          }
        }),
        { numRuns: 12, seed: 3 },
      );
    });
    expect(Math.min(accepted / 1000, rejected / 300, whole / 10)).toBeGreaterThan(1);
  });

  test('what the scanner calls plain is accepted from the raw half too: no fate depends on a neighbour', async () => {
    const cells = names.flatMap((name) =>
      fc.sample(columns[name]?.likely ?? junk, { numRuns: 60, seed: 5 }).map((cell) => ({ name, cell })),
    );
    const plain = cells.filter(({ name, cell }) => {
      const { form } = columns[name] ?? { form: 'text' };
      const bytes = Buffer.from(cell);
      return form !== 'text' && bytes.length > 0 && isPlain(formCodes([form])[0] ?? 0, bytes, 0, bytes.length);
    });
    expect(plain.length).toBeGreaterThan(150);
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      const staging = plain.map(
        ({ name, cell }, i): StagedRecord => ({
          half: 'raw',
          cells: [String(i), ...names.map((each) => (each === name ? cell : null))],
        }),
      );
      const slice = await stageByHand(db, { name: 't', prefix: 't/', table: 'public.t', key: ['id'] }, staging);
      await validate(db, slice);
      // numeric(6,2) is narrower than its plain form: that is judged in both halves alike
      const refused = (await quarantineOf(db, slice)).flatMap(({ reasons }) =>
        reasons.filter(({ column }) => column !== 'money'),
      );
      expect(refused).toEqual([]);
    });
  });
});

interface Verdict {
  readonly accepted: boolean;
  /** The value as its type prints it. */
  readonly text: string | null;
}

/** By its own regular expressions and one cast, of one cell. */
async function oracle(db: Db, name: string, cell: string | null): Promise<Verdict> {
  const column = columns[name];
  if (column === undefined) throw new Error(`no column ${name}`);
  if (cell === null) return { accepted: true, text: null };
  if (!column.looks(cell)) return { accepted: false, text: null };
  const type = trustedSql(column.type);
  try {
    const [row] = await many<{ text: string; exact: boolean }>(
      db,
      name === 'money'
        ? sql`select (${cell}::text::numeric)::text as text, ${cell}::text::numeric = ${cell}::text::${type} as exact`
        : sql`select (${cell}::text::${type})::text as text, true as exact`,
    );
    return { accepted: row?.exact === true, text: row?.text ?? null };
  } catch {
    return { accepted: false, text: null };
  }
}

async function stagedTexts(db: Db, loadId: number): Promise<Map<number, unknown[]>> {
  const texts = join(names.map((name) => sql`${ident(name)}::text`));
  const rows = await many<{ id: number; texts: unknown[] }>(
    db,
    sql`select id, array[${texts}] as texts from ${typedTable(loadId, 0)}`,
  );
  return new Map(rows.map(({ id, texts: all }) => [id, all] as const));
}
