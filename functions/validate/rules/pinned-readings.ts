import type { ContractColumn, Leniency } from '../../core/contract.ts';
import { ident, join, literal, type Sql, sql } from '../../core/sql.ts';
import { rawTable, typedTable } from '../../core/staging.ts';
import { holdsMoments, UTC } from '../../core/time-zone.ts';
import { qualifiedType, typeSql, withoutSize } from '../../core/type-name.ts';
import { elementForm, hasZonelessElement } from './types/element-forms.ts';
import { matches } from './lexical-forms.ts';
import { normalised } from './normalise.ts';
import { integer } from './rule.ts';
import type { CellReading, SliceCells } from './slice-cells.ts';
import { holdsOddMoment } from './zoneless-moments.ts';

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
  return sql`${text} operator(pg_catalog.~) ${literal('(^|[^0-9:./+-])[0-9]{1,3}[-/.][0-9]')}`;
}

/** What rewrites such cells of one table, and the zone of the session that it has to run in. */
export interface Pin {
  readonly timeZone: string;
  readonly statement: Sql;
  /** How many cells have a moment without an offset: `{ zoneless }`, fewer after than before; null where none can have. */
  readonly zoneless: Sql | null;
}

/**
 * Rewrites such cells as text with one reading: `-1 days 02:03` as `P-1DT2H3M`, a moment without an offset with that of the
 * load's zone, a time of day without one with UTC's, since a zone with summer time has two. From then on a cell means the
 * same under the settings of the target's owner. Texts that are no values, or that are refused for what they say, stay.
 */
export function pinReadings(relation: SliceCells, hasRaw: boolean): readonly Pin[] {
  const pinned = relation.fileColumns.flatMap(({ column }, i) =>
    column !== null && readBySettings(column) ? [{ column, i }] : [],
  );
  const ofDay = pinned.filter(({ column }) => isTimeOfDay(column));
  const others = pinned.filter(({ column }) => !isTimeOfDay(column));
  return [...pinsOf(others, relation, relation.timeZone, hasRaw), ...pinsOf(ofDay, relation, UTC, hasRaw)];
}

function isTimeOfDay({ type }: ContractColumn): boolean {
  return /^time\b/.test(type);
}

interface Pinned {
  readonly column: ContractColumn;
  /** Place in the file, from 0. */
  readonly i: number;
}

interface Pinnable {
  readonly column: ContractColumn;
  readonly cell: Sql;
  /** As the leniencies read it. */
  readonly read: Sql;
}

function pinsOf(pinned: readonly Pinned[], relation: SliceCells, timeZone: string, hasRaw: boolean): readonly Pin[] {
  if (pinned.length === 0) return [];
  const { loadId, slice, leniencies } = relation;
  const typed = { table: typedTable(loadId, slice), cellOf: ({ column }: Pinned): Sql => ident(column.name) };
  const raw = { table: rawTable(loadId, slice), cellOf: ({ i }: Pinned): Sql => sql`cells[${integer(i + 1)}]` };
  return (hasRaw ? [typed, raw] : [typed]).map(({ table, cellOf }) => {
    const cells = pinned.map((each) => {
      const read = normalised(cellOf(each), each.column, leniencies);
      return { column: each.column, cell: cellOf(each), read, said: isSaid(each.column, read, leniencies) };
    });
    const settings = cells.map(({ column, cell, read, said }) => {
      const value = sql`(${read})::${typeSql(withoutSize(column.type))}::pg_catalog.text`;
      return sql`${cell} = case when ${said} then case ${keeps({ column, cell, read }, relation)} else ${value} end else ${cell} end`;
    });
    const counts = cells.flatMap(({ column, read }) =>
      holdsMoments(column) ? [sql`pg_catalog.count(*) filter (where ${hasZonelessElement(read, leniencies)})`] : [],
    );
    return {
      timeZone,
      statement: sql`update ${table} set ${join(settings)} where ${join(
        cells.map(({ said }) => said),
        ' or ',
      )}`,
      zoneless:
        counts.length === 0 ? null : sql`select ${join(counts, ' operator(pg_catalog.+) ')} as zoneless from ${table}`,
    };
  });
}

/** Only a sign is read by IntervalStyle; of dates and times what is of the form has one reading in the zone of the load. */
function isSaid(column: ContractColumn, cell: Sql, leniencies: readonly Leniency[]): Sql {
  const form = elementForm(column, leniencies);
  return form === null ? sql`(${cell} operator(pg_catalog.~) '-')` : sql`(${matches(cell, form.whole)})`;
}

/** Branches of CASE: what is no value, and what holds a time that the zone has never or twice, stays and is refused. */
function keeps({ column, cell, read }: Pinnable, reading: CellReading): Sql {
  const type = literal(qualifiedType(withoutSize(column.type)));
  const odd = elementForm(column, reading.leniencies)?.form === 'timestamptz' ? holdsOddMoment(read, reading) : null;
  return sql`when not pg_catalog.pg_input_is_valid(${read}, ${type}) then ${cell} ${odd === null ? sql`` : sql`when ${odd} then ${cell}`}`;
}
