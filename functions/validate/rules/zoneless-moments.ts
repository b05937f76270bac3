import type { ContractColumn } from '../../core/contract.ts';
import { literal, type Sql, sql } from '../../core/sql.ts';
import { isFixed } from '../../core/time-zone.ts';
import { typeSql } from '../../core/type-name.ts';
import { elementsOf, hasZonelessElement } from './types/element-forms.ts';
import { matches, zonelessForm } from './lexical-forms.ts';
import type { CellRule } from './rule.ts';
import type { CellReading } from './slice-cells.ts';

/** Whether a sound cell of a moment has no offset; `infinity` and `epoch` need none. */
export function lacksZone(cell: Sql, { leniencies }: CellReading): Sql {
  return sql`(${matches(cell, zonelessForm(leniencies))})`;
}

/** A sound cell as a moment, whatever the session's own zone is. */
function readMoment(cell: Sql, reading: CellReading): Sql {
  return sql`case
    when ${lacksZone(cell, reading)}
      then pg_catalog.timezone(${literal(reading.timeZone)}, ${cell}::pg_catalog.timestamp)
    else ${cell}::pg_catalog.timestamptz
  end`;
}

/** How cells of one column are read: it may have a zone of its own. */
export function readingOf({ timeZone }: Pick<ContractColumn, 'timeZone'>, reading: CellReading): CellReading {
  return timeZone === undefined ? reading : { ...reading, timeZone };
}

/** A cell without a fault, as a value of its staging type. */
export function cellValue(cell: Sql, column: ContractColumn, reading: CellReading): Sql {
  return column.plainForm === 'timestamptz'
    ? readMoment(cell, readingOf(column, reading))
    : sql`${cell}::${typeSql(column.stagingType)}`;
}

/** Moments without an offset that the zone's clocks pass never or twice: COPY takes one of two readings without a word. */
export function zoneRules(reading: CellReading): readonly CellRule[] {
  const { timeZone } = reading;
  const asked = (cell: Sql, what: Sql): Sql => sql`${lacksZone(cell, reading)} and ${ofReadings(cell, timeZone, what)}`;
  const detail = (cell: Sql): Sql => ofReadings(cell, timeZone, bothReadings);
  return [
    {
      code: 'TIME_GAP',
      breach: (cell) => asked(cell, isNever),
      after: doesNotExist(timeZone),
      detail,
    },
    {
      code: 'TIME_REPEATED',
      breach: (cell) => asked(cell, isTwice),
      after: comesTwice(timeZone),
      detail,
    },
  ];
}

/** Whether a sound text of several moments holds such a one; null where clocks never jump. */
export function holdsOddMoment(text: Sql, reading: CellReading): Sql | null {
  return isFixed(reading.timeZone) ? null : anyElement(text, reading, sql`(${isNever}) or (${isTwice})`);
}

/** The same rules for a sound text of which all moments have an offset but where one of them is odd (pinned-readings.ts). */
export function elementZoneRules(reading: CellReading): readonly CellRule[] {
  const { leniencies, timeZone } = reading;
  if (isFixed(timeZone)) return [];
  const readings = ofReadings(
    sql`element.part`,
    timeZone,
    sql`case when (${isNever}) or (${isTwice}) then ${bothReadings} end`,
  );
  const detail = (text: Sql): Sql =>
    sql`(select pg_catalog.min(${readings}) from ${elementsOf(text)} where ${lacksZone(sql`element.part`, reading)})`;
  const isLeft = (text: Sql): Sql => hasZonelessElement(text, leniencies);
  return [
    {
      code: 'TIME_GAP',
      breach: (text) => sql`case when ${isLeft(text)} then ${anyElement(text, reading, isNever)} else false end`,
      after: `holds a time that ${doesNotExist(timeZone)}`,
      detail,
    },
    { code: 'TIME_REPEATED', breach: isLeft, after: `holds a time that ${comesTwice(timeZone)}`, detail },
  ];
}

function anyElement(text: Sql, reading: CellReading, what: Sql): Sql {
  const part = sql`element.part`;
  return sql`exists (
    select
    from ${elementsOf(text)}
    where case when ${lacksZone(part, reading)} then ${ofReadings(part, reading.timeZone, what)} else false end
  )`;
}

const isNever = sql`not (before.is_read) and not (after.is_read)`;
const isTwice = sql`before.is_read and after.is_read and (before.at operator(pg_catalog.<>) after.at)`;

function doesNotExist(timeZone: string): string {
  return `does not exist in ${timeZone}, whose clocks jump over it; write it with its offset`;
}

function comesTwice(timeZone: string): string {
  return `comes twice in ${timeZone}, whose clocks are set back then; write it with its offset`;
}

/**
 * Something about the two moments that a local time can be: by the offset a day before, and by the one a day after. Moments
 * are computed as times of UTC, since days of interval arithmetic on timestamptz follow the session's zone.
 */
function ofReadings(cell: Sql, timeZone: string, what: Sql): Sql {
  const inZone = (utc: Sql): Sql => sql`pg_catalog.timezone(${literal(timeZone)}, pg_catalog.timezone('UTC', ${utc}))`;
  const reading = (probe: Sql): Sql => sql`(
      select moment.at, (${inZone(sql`moment.at`)} operator(pg_catalog.=) clock.shown) as is_read
      from (select clock.shown operator(pg_catalog.-) (${inZone(probe)} operator(pg_catalog.-) ${probe}) as at) as moment
    )`;
  return sql`(
    select ${what}
    from (select ${cell}::pg_catalog.timestamp as shown) as clock
    cross join lateral ${reading(sql`(clock.shown operator(pg_catalog.-) '1 day'::pg_catalog.interval)`)} as before
    cross join lateral ${reading(sql`(clock.shown operator(pg_catalog.+) '1 day'::pg_catalog.interval)`)} as after
  )`;
}

const asText = (moment: Sql): Sql =>
  sql`pg_catalog.rtrim(pg_catalog.rtrim(pg_catalog.to_char(${moment}, 'YYYY-MM-DD HH24:MI:SS.US'), '0'), '.')`;

const bothReadings = sql`pg_catalog.format(
      '%sZ by the one before, %sZ by the one after', ${asText(sql`before.at`)}, ${asText(sql`after.at`)}
    )`;
