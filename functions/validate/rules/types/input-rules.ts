import type { RejectCode } from '../../../protocol/reject-codes.ts';
import type { ContractColumn, Leniency } from '../../../core/contract.ts';
import { literal, type Sql, sql } from '../../../core/sql.ts';
import { qualifiedType, typeSql, withoutSize } from '../../../core/type-name.ts';
import { notOfForm } from '../cell-rules.ts';
import { elementForm, hasStrangeElement } from './element-forms.ts';
import { MAX_JSON_DEPTH, mayBeJson, nestsTooDeeply } from './json-depth.ts';
import { hasUndeclaredOrder, holdsDates, namesTheMoment } from '../pinned-readings.ts';
import { formHelpers, normalisers, type Operand } from '../rule.ts';
import type { CellReading } from '../slice-cells.ts';
import { elementZoneRules } from '../zoneless-moments.ts';

/** A rule of a column's type, before its place in their order is known. */
export interface Candidate {
  readonly code: RejectCode;
  readonly breach: Sql;
  readonly after: string;
  readonly detail?: Sql;
  readonly helpers?: readonly Leniency[];
  readonly mayRaise?: true;
  readonly ofNulls?: Sql;
}

/** PostgreSQL's own judgement, where only it knows: types staged as text, and domains. */
export function inputRules({ column, value }: Operand, reading: CellReading): readonly Candidate[] {
  const { leniencies } = reading;
  if (!column.judgedAsInput && !column.isDomain) return [];
  const text = asInput(column, value);
  return [
    ...(mayBeJson(column)
      ? [
          {
            code: 'JSON_DEPTH' as const,
            breach: nestsTooDeeply(text),
            after: `is nested deeper than ${MAX_JSON_DEPTH} levels`,
          },
        ]
      : []),
    ...(holdsDates(column)
      ? [
          {
            code: 'INVALID_INPUT' as const,
            breach: namesTheMoment(text),
            after: 'holds a word whose meaning depends on when it is read',
          },
          {
            code: 'INVALID_INPUT' as const,
            breach: hasUndeclaredOrder(text),
            after: 'has a date that does not begin with its year: day and month could be either way round',
          },
        ]
      : []),
    {
      code: column.isDomain ? 'DOMAIN' : 'INVALID_INPUT',
      breach: sql`not pg_catalog.pg_input_is_valid(${text}, ${literal(qualifiedType(column.type))})`,
      after: column.isDomain ? `is no value of the domain ${column.type}` : `is not of type ${column.type}`,
      detail: inputError(text, column.type),
      helpers: normalisers,
      mayRaise: true,
      ofNulls: sql`(null::${typeSql(column.type)}) is null`,
    },
    ...elementRules(text, column, reading),
    ...undeclaredComma(text, column),
    ...changedByInput(text, column, leniencies),
  ];
}

/** money reads `1,50` as 150: lc_monetary says what a comma is. Beside the sign of a currency the writer is such a database. */
function undeclaredComma(text: Sql, column: ContractColumn): readonly Candidate[] {
  if (column.type !== 'money') return [];
  const breach = sql`${text} operator(pg_catalog.~) '^[[:space:]]*[+-]?[0-9.]*,[0-9.,]*[[:space:]]*$'`;
  return [{ code: 'INVALID_INPUT', breach, after: 'has a comma that may be meant as the decimal one; write a point' }];
}

/** What still has no offset here is what could not be given that of the zone (pinned-readings.ts). */
function elementRules(text: Sql, column: ContractColumn, reading: CellReading): readonly Candidate[] {
  const form = elementForm(column, reading.leniencies);
  if (form === null) return [];
  const zoned = form.form === 'timestamptz' ? elementZoneRules(reading) : [];
  return [
    {
      code: 'INVALID_INPUT',
      breach: hasStrangeElement(text, form),
      after: `has a part that ${notOfForm(form.form)}`,
      helpers: [...formHelpers, 'roundNumbers', 'dropZone'],
    },
    ...zoned.map(({ code, breach, after, detail }) => ({
      code,
      breach: breach(text),
      after,
      ...(detail === undefined ? {} : { detail: detail(text) }),
    })),
  ];
}

/**
 * As the input of a domain. Dates and times as JSON has them: under a DateStyle other than ISO they are printed with the
 * abbreviation of a zone, and `IST` is read as another zone than the one that printed it.
 */
function asInput({ stagingType, plainForm }: ContractColumn, value: Sql): Sql {
  if (stagingType === 'text') return value;
  return plainForm === 'timestamp' || plainForm === 'timestamptz' || plainForm === 'date'
    ? sql`(pg_catalog.to_jsonb(${value}) operator(pg_catalog.#>>) '{}'::pg_catalog.text[])`
    : sql`${value}::pg_catalog.text`;
}

/**
 * Types that only PostgreSQL judges and whose input rounds or cuts to their size without a word: numeric(4,2)[], interval(0),
 * money. A value must be the same one without the size. Sizes inside domains and composite types are not seen.
 */
function changedByInput(text: Sql, column: ContractColumn, leniencies: readonly Leniency[]): readonly Candidate[] {
  if (column.isDomain || leniencies.includes('roundNumbers')) return [];
  const after = `would be rounded or cut to become ${column.type}`;
  if (column.type === 'money') {
    const number = sql`${text} operator(pg_catalog.~) '^[+-]?[0-9]+([.][0-9]+)?$'`;
    const breach = sql`case when ${number} then ${text}::numeric operator(pg_catalog.<>) ${text}::pg_catalog.money::numeric else false end`;
    return [{ code: 'INVALID_INPUT', breach, after, helpers: ['roundNumbers'] }];
  }
  const unsized = withoutSize(column.type);
  if (unsized === column.type) return [];
  const breach = sql`${text}::${typeSql(unsized)} operator(pg_catalog.<>) ${text}::${typeSql(column.type)}`;
  return [{ code: 'INVALID_INPUT', breach, after, helpers: ['roundNumbers'] }];
}

/** What pg_input_error_info says, with its SQLSTATE. */
function inputError(text: Sql, type: string): Sql {
  return sql`(select pg_catalog.concat(pg_catalog.left(error.message, 120), ' (', error.sql_error_code, ')')
    from pg_catalog.pg_input_error_info(${text}, ${literal(qualifiedType(type))}) as error)`;
}
