import { withoutSize } from '../../../core/type-name.ts';
import type { ContractColumn, Leniency, PlainForm } from '../../../core/contract.ts';
import { literal, type Sql, sql } from '../../../core/sql.ts';
import { cellForms, matches } from '../lexical-forms.ts';
import { timeForms, zonelessMoment } from '../moment-forms.ts';

/** How the parts of a text look that PostgreSQL alone takes apart. */
export interface ElementForm {
  readonly form: PlainForm;
  /** Matches the whole text. */
  readonly whole: string;
}

/**
 * Arrays and ranges, and timetz: each element must look as a cell of its own type would have to, since PostgreSQL takes
 * `{1692351125}` for a day of the year 169235 and `[2024-01-02 10:15+02,)` for a tsrange without a word. Null for other types.
 * Bounds of ranges may be infinite, as PostgreSQL writes them. Domains and composite types are not looked into.
 */
export function elementForm(column: ContractColumn, leniencies: readonly Leniency[]): ElementForm | null {
  if (!column.judgedAsInput || column.isDomain) return null;
  const [, base = '', array = ''] = /^(.*?)(\[\])?$/.exec(withoutSize(column.type)) ?? [];
  const has = (leniency: Leniency): boolean => leniencies.includes(leniency);
  if (base === 'time with time zone') {
    return wholeText('time', [...timeForms((leniency) => leniency === 'dropZone' || has(leniency)), 'null']);
  }
  const ranged = rangeForms[base.replace('multirange', 'range')];
  if (ranged !== undefined) return wholeText(ranged, [...cellForms(ranged, has), '[+-]?infinity', 'empty', 'null']);
  const form = array === '' ? undefined : arrayForms[base];
  return form === undefined ? null : wholeText(form, [...cellForms(form, has), 'null']);
}

/** Whether an element of a text is of another form. */
export function hasStrangeElement(text: Sql, { whole }: ElementForm): Sql {
  return sql`not (${matches(text, whole)})`;
}

/** Whether one of them is a moment without an offset. */
export function hasZonelessElement(text: Sql, leniencies: readonly Leniency[]): Sql {
  const moment = zonelessMoment((leniency) => leniencies.includes(leniency));
  return matches(text, `(?i)(?:^|${SIGN})[[:space:]]*(?:${moment})[[:space:]]*(?:${SIGN}|$)`);
}

/** The elements of a text, one a row: what follows FROM. */
export function elementsOf(text: Sql): Sql {
  return sql`(
        select pg_catalog.btrim(split.part, E' \\t\\r\\n') as part
        from pg_catalog.regexp_split_to_table(${text}, ${literal(`${SIGN}+`)}) as split (part)
        offset 0
      ) as element`;
}

const rangeForms: Readonly<Record<string, PlainForm>> = {
  int4range: 'int4',
  int8range: 'int8',
  numrange: 'numeric',
  daterange: 'date',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
};

const arrayForms: Readonly<Record<string, PlainForm>> = {
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  numeric: 'numeric',
  real: 'float8',
  'double precision': 'float8',
  boolean: 'boolean',
  date: 'date',
  'time without time zone': 'time',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
};

const SIGN = '[][(){},"]';
/** What stands between elements: PostgreSQL judges whether it stands there rightly. */
const BETWEEN = '[][(){},"[:space:]]';
/** `[0:1]={7,8}`: an array that does not begin with 1. */
const BOUNDS = '(?:[[][0-9:+-]+[]])+=';

function wholeText(form: PlainForm, forms: readonly string[]): ElementForm {
  return { form, whole: `(?i)^(?:${BOUNDS})?${BETWEEN}*(?:(?:${forms.join('|')})(?:${BETWEEN}+|$))*$` };
}
