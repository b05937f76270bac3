import type { RejectCode } from '../../protocol/reject-codes.ts';
import type { ContractColumn, Leniency, PlainForm } from '../../core/contract.ts';
import { literal, sql } from '../../core/sql.ts';
import { qualifiedType } from '../../core/type-name.ts';
import { lexicalForm, matches } from './lexical-forms.ts';
import { WEEKDAY_FIRST } from './moment-forms.ts';
import { type CellRule, formHelpers, normalisers } from './rule.ts';
import type { CellReading } from './slice-cells.ts';
import { readingOf, zoneRules } from './zoneless-moments.ts';

/** In order: the first that holds is the cell's one fault. Columns staged as text have none; the type rules judge those. */
export function cellRules(column: ContractColumn, reading: CellReading): readonly CellRule[] {
  return [
    ...finerRules(column, reading),
    ...soundnessRules(column, reading),
    ...(column.plainForm === 'timestamptz' ? zoneRules(readingOf(column, reading)) : []),
  ];
}

/** What makes a cell a value of its staging type. Finer rules only tell apart what these refuse. */
export function soundnessRules(column: ContractColumn, { leniencies }: CellReading): readonly CellRule[] {
  if (column.plainForm === 'text') return [];
  const form = lexicalForm(column.plainForm, leniencies);
  const words = wordsFor(column, leniencies);
  return [
    ...(form === null ? [] : [lexicalRule(form, words)]),
    {
      code: words.refused,
      breach: (cell) => sql`not pg_catalog.pg_input_is_valid(${cell}, ${literal(qualifiedType(column.stagingType))})`,
      after: words.refusedAfter.replace('TYPE', column.stagingType),
      ...(form === null ? { helpers: normalisers } : {}),
    },
    ...(leniencies.includes('dateForms') && isDated(column) ? [misnamedDay(words)] : []),
  ];
}

interface Words {
  readonly code: RejectCode;
  readonly after: string;
  /** Of the form, yet refused by PostgreSQL: what that means; TYPE stands for the staging type. */
  readonly refused: RejectCode;
  readonly refusedAfter: string;
}

const wholeNumber: Words = {
  code: 'INVALID_INTEGER',
  after: 'is not a whole number in digits',
  refused: 'INTEGER_RANGE',
  refusedAfter: 'is out of range for TYPE',
};
const decimal = { code: 'INVALID_NUMBER', after: 'is not a number; decimals are written with a point' } as const;
const notDate = 'is not a date as YYYY-MM-DD';
const notTime = 'is not a time as HH:MM:SS';
const notMoment = 'is not a date and time as YYYY-MM-DD HH:MM:SS';
const notOneDate =
  'is no date of one reading: YYYY-MM-DD, or four digits of the year and either year, month, day in this order or the name of the month';
const noSuchDay = 'is no day of the calendar';
const noSuchTime = 'is no time of the clock';
const noSuchMoment = 'does not exist in the calendar or on the clock';

const wordsOf: Readonly<Record<Exclude<PlainForm, 'text'>, Words>> = {
  int2: wholeNumber,
  int4: wholeNumber,
  int8: wholeNumber,
  numeric: { ...decimal, refused: 'NUMERIC_OVERFLOW', refusedAfter: 'is out of range for TYPE' },
  float8: { ...decimal, refused: 'FLOAT_RANGE', refusedAfter: 'is out of range for TYPE' },
  boolean: {
    code: 'INVALID_BOOLEAN',
    after: 'is neither true nor false',
    refused: 'INVALID_BOOLEAN',
    refusedAfter: 'is neither true nor false',
  },
  date: { code: 'INVALID_DATE', after: notDate, refused: 'INVALID_DATE', refusedAfter: noSuchDay },
  time: { code: 'INVALID_TIME', after: notTime, refused: 'INVALID_TIME', refusedAfter: noSuchTime },
  timestamp: { code: 'INVALID_TIMESTAMP', after: notMoment, refused: 'INVALID_TIMESTAMP', refusedAfter: noSuchMoment },
  timestamptz: {
    code: 'INVALID_TIMESTAMP',
    after: notMoment,
    refused: 'INVALID_TIMESTAMP',
    refusedAfter: noSuchMoment,
  },
  uuid: { code: 'INVALID_UUID', after: 'is not a UUID', refused: 'INVALID_UUID', refusedAfter: 'is not a UUID' },
};

/** Words for a text that is not of a form. */
export function notOfForm(form: PlainForm): string {
  return form === 'text' ? 'is no text' : wordsOf[form].after;
}

/** With dateForms the reason says what of those was meant. */
function wordsFor(column: ContractColumn, leniencies: readonly Leniency[]): Words {
  if (column.plainForm === 'text') throw new Error(`${column.name} is text, which has no form`);
  const words = wordsOf[column.plainForm];
  return leniencies.includes('dateForms') && isDated(column) ? { ...words, after: notOneDate } : words;
}

function isDated({ plainForm }: ContractColumn): boolean {
  return plainForm === 'date' || plainForm === 'timestamp' || plainForm === 'timestamptz';
}

/** `Mon, 2 Jan 2024`, which was a Tuesday: one of the two is wrong, and PostgreSQL looks at the date alone. */
function misnamedDay({ code }: Words): CellRule {
  return {
    code,
    breach: (cell) =>
      sql`${matches(cell, WEEKDAY_FIRST)} and (
        pg_catalog.to_char(${cell}::pg_catalog.timestamp, 'dy') operator(pg_catalog.<>) pg_catalog.lower(pg_catalog.left(${cell}, 3))
      )`,
    after: 'names another day of the week than its date has',
  };
}

function lexicalRule(form: string, { code, after }: Words): CellRule {
  return { code, breach: (cell) => sql`not (${matches(cell, form)})`, after, helpers: formHelpers };
}

/** Times that are of the form but for what they would lose: the reason says so. */
function finerRules({ plainForm }: ContractColumn, { leniencies }: CellReading): readonly CellRule[] {
  if (plainForm !== 'time' && plainForm !== 'timestamp' && plainForm !== 'timestamptz') return [];
  const strict = lexicalForm(plainForm, leniencies) ?? '';
  const onlyWith = (leniency: Leniency, code: RejectCode, after: string): readonly CellRule[] => {
    const loose = lexicalForm(plainForm, [...leniencies, leniency]) ?? '';
    return loose === strict
      ? []
      : [
          {
            code,
            breach: (cell) => sql`${matches(cell, loose)} and not (${matches(cell, strict)})`,
            after,
            helpers: [leniency],
          },
        ];
  };
  return [
    ...onlyWith('roundNumbers', 'FRACTION_TOO_FINE', 'is finer than a microsecond'),
    ...(plainForm === 'timestamptz'
      ? []
      : onlyWith('dropZone', 'ZONE_DROPPED', 'has an offset from UTC, which this column without time zone would drop')),
  ];
}
