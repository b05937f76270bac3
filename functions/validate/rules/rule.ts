import type { RejectCode } from '../../protocol/reject-codes.ts';
import type { ContractColumn, Leniency } from '../../core/contract.ts';
import { literal, type Sql, sql, trustedSql } from '../../core/sql.ts';

/**
 * One thing that can be wrong with a record. The message is
 * `<before><the value in quotes><after>[: <detail>]`; without a value just `<before><after>`.
 * Constants inside breach are literals, not parameters: the same fragment also runs inside a DO block (raising-sql.ts).
 */
export interface Rule {
  readonly code: RejectCode;
  readonly column: string | null;
  /** Boolean; NULL is no breach. */
  readonly breach: Sql;
  /** The same for a record that broke none of the rules before: cheaper, for the scan over all records. */
  readonly bareBreach?: Sql;
  /** Text: what the reason shows. */
  readonly value: Sql | null;
  readonly before: string;
  readonly after: string;
  /** Text, behind the value in place of `after`: words that stand in staging. */
  readonly said?: Sql;
  /** Text, computed for breaching records only: PostgreSQL's own words. */
  readonly detail?: Sql;
  /** Leniencies that may let through what it refuses; the reason names one that does (leniency-hints.ts). */
  readonly helpers?: readonly Leniency[];
  /** The target's own definitions run here (CHECK, domain, input function): they may raise instead of judging. */
  readonly mayRaise?: true;
  /** Name of the dataset's rule in SQL. */
  readonly name?: string;
  /** A record that breaks it refuses the load. */
  readonly refuses?: true;
  /** The same asked of nothing but NULLs: what raises here says nothing of a cell. */
  readonly ofNulls?: Sql;
}

/** What can keep a raw cell from becoming a value of its staging type. `cell` is the normalised text, never NULL here. */
export interface CellRule {
  readonly code: RejectCode;
  readonly breach: (cell: Sql) => Sql;
  readonly after: string;
  /** Text, computed for breaching cells only. */
  readonly detail?: (cell: Sql) => Sql;
  /** As of a Rule. */
  readonly helpers?: readonly Leniency[];
}

/** A column of a relation that rules judge (relations.ts). */
export interface Operand {
  readonly column: ContractColumn;
  /** Of the staging type; NULL where the cell is empty, and where it did not convert. */
  readonly value: Sql;
  /** What the reason shows. */
  readonly text: Sql;
  /** Whether the cell was empty. */
  readonly isNull: Sql;
  /** Whether the cell did not convert; null in the typed half, where all did. */
  readonly isFaulty: Sql | null;
}

/** A whole number as SQL text. */
export function integer(value: number): Sql {
  return trustedSql(String(Math.trunc(value)));
}

/** A list of texts as an SQL array of literals. */
export function textArray(values: readonly string[]): Sql {
  return sql`array[${values.map((value) => literal(value)).reduce((all, next) => sql`${all}, ${next}`)}]::pg_catalog.text[]`;
}

/** Whether any of the conditions holds; null where there are none. */
export function anyOf(conditions: readonly Sql[]): Sql | null {
  if (conditions.length === 0) return null;
  return conditions.map((condition) => sql`(${condition})`).reduce((all, next) => sql`${all}\n  or ${next}`);
}

/** Leniencies that change what a cell is before it is judged. */
export const normalisers: readonly Leniency[] = ['trimBlanks', 'quotedEmptyIsNull'];

/** Those, and the ones that allow a cell more forms. */
export const formHelpers: readonly Leniency[] = [
  ...normalisers,
  'booleanWords',
  'numberForms',
  'specialNumbers',
  'specialDates',
  'dateForms',
];

/** Whether NULL would break a rule of the column itself. */
export function mustHaveValue({ notNull, keptWhereNull, drawsDefault, rules }: ContractColumn): boolean {
  return drawsDefault !== true && ((notNull && keptWhereNull !== true) || rules.required === true);
}
