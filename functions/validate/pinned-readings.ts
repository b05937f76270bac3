import type { ContractColumn, Leniency } from '../core/contract.ts';
import { ident, literal, type Sql, sql } from '../core/sql.ts';
import { rawTable, typedTable } from '../core/staging.ts';
import { UTC } from '../core/time-zone.ts';
import { qualifiedType, typeSql } from '../core/type-name.ts';
import { elementForm } from './element-forms.ts';
import { matches } from './lexical-forms.ts';
import { normalised } from './normalise.ts';
import { anyOf, integer } from './rule.ts';
import type { SliceCells } from './slice-cells.ts';
import { withoutSize } from './type-sizes.ts';

/**
 * Types that are staged as text and whose text PostgreSQL reads by the session's DateStyle, IntervalStyle or TimeZone:
 * intervals, timetz, and arrays and ranges of dates and times. Domains and composite types are read as COPY reads them.
 */
export function readBySettings(column: ContractColumn): boolean {
  return column.judgedAsInput && !column.isDomain && (isInterval(column) || holdsDates(column));
}

/** timetz, ranges and arrays of dates and times; domains over one are not seen. */
export function holdsDates(column: ContractColumn): boolean {
  return column.judgedAsInput && /^(time|date|ts(tz)?(multi)?range)/.test(column.type);
}

function isInterval({ type }: ContractColumn): boolean {
  return /^interval\b/.test(type);
}

/** Whether a text holds a word whose meaning depends on when it is read. */
export function namesTheMoment(text: Sql): Sql {
  return sql`${text} operator(pg_catalog.~*) ${literal('\\m(now|today|tomorrow|yesterday)\\M')}`;
}

/** Whether a text has a date that begins with day or month: `{01/02/2024}`, whose order nobody declared. */
export function hasUndeclaredOrder(text: Sql): Sql {
  return sql`${text} operator(pg_catalog.~) ${literal('(^|[^0-9:.+-])[0-9]{1,3}[-/.][0-9]')}`;
}

/** A statement, and the zone of the session that it has to run in. */
export interface Pin {
  readonly timeZone: string;
  readonly statement: Sql;
}

/**
 * Statements that rewrite such cells as text with one reading: `-1 days 02:03` as `P-1DT2H3M`, a moment without an offset with
 * that of the load's zone, a time of day without one with UTC's, since a zone with summer time has two. From then on a cell
 * means the same under the settings of the target's owner. Texts that are no values, or that are refused for what they
 * say, stay.
 */
export function pinReadings(relation: SliceCells, hasRaw: boolean): readonly Pin[] {
  const pinned = relation.fileColumns.flatMap(({ column }, i) =>
    column !== null && readBySettings(column) ? [{ column, i }] : [],
  );
  return [
    ...pinsOf(
      pinned.filter(({ column }) => !isTimeOfDay(column)),
      relation,
      hasRaw,
    ).map((statement) => ({ timeZone: relation.timeZone, statement })),
    ...pinsOf(
      pinned.filter(({ column }) => isTimeOfDay(column)),
      relation,
      hasRaw,
    ).map((statement) => ({ timeZone: UTC, statement })),
  ];
}

function isTimeOfDay({ type }: ContractColumn): boolean {
  return /^time\b/.test(type);
}

function pinsOf(pinned: readonly Pinned[], { loadId, slice, leniencies }: SliceCells, hasRaw: boolean): readonly Sql[] {
  const parts = [
    { table: typedTable(loadId, slice), cellOf: ({ column }: Pinned): Sql => ident(column.name) },
    ...(hasRaw
      ? [{ table: rawTable(loadId, slice), cellOf: ({ i }: Pinned): Sql => sql`cells[${integer(i + 1)}]` }]
      : []),
  ];
  return parts.flatMap(({ table, cellOf }) => {
    const readOf = (each: Pinned): Sql => normalised(cellOf(each), each.column, leniencies);
    const needed = anyOf(pinned.map((each) => isToPin(each.column, readOf(each), leniencies)));
    if (needed === null) return [];
    const settings = pinned
      .map((each) => {
        const cell = cellOf(each);
        const value = sql`(${readOf(each)})::${typeSql(withoutSize(each.column.type))}::pg_catalog.text`;
        return sql`${cell} = case when ${isToPin(each.column, readOf(each), leniencies)} then ${value} else ${cell} end`;
      })
      .reduce((all, next) => sql`${all}, ${next}`);
    return [sql`update ${table} set ${settings} where ${needed}`];
  });
}

interface Pinned {
  readonly column: ContractColumn;
  /** Place in the file, from 0. */
  readonly i: number;
}

/** Only a sign is read by IntervalStyle; of dates and times what is of the form has one reading in the zone of the load. */
function isToPin(column: ContractColumn, cell: Sql, leniencies: readonly Leniency[]): Sql {
  const type = literal(qualifiedType(withoutSize(column.type)));
  const form = elementForm(column, leniencies);
  const said = form === null ? sql`${cell} operator(pg_catalog.~) '-'` : matches(cell, form.whole);
  return sql`case when ${said} then pg_catalog.pg_input_is_valid(${cell}, ${type}) else false end`;
}
