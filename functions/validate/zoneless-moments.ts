import type { ContractColumn } from '../core/contract.ts';
import { literal, type Sql, sql } from '../core/sql.ts';
import { isFixed } from '../core/time-zone.ts';
import { typeSql } from '../core/type-name.ts';
import { elementsOf } from './element-forms.ts';
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

/** A cell without a fault, as a value of its staging type. */
export function cellValue(cell: Sql, column: ContractColumn, reading: CellReading): Sql {
  return column.plainForm === 'timestamptz' ? readMoment(cell, reading) : sql`${cell}::${typeSql(column.stagingType)}`;
}

/** Moments without an offset that the zone's clocks pass never or twice: COPY takes one of two readings without a word. */
export function zoneRules(reading: CellReading): readonly CellRule[] {
  const { timeZone } = reading;
  const asked = (cell: Sql, what: Sql): Sql => sql`${lacksZone(cell, reading)} and ${ofReadings(cell, timeZone, what)}`;
  const detail = (cell: Sql): Sql => ofReadings(cell, timeZone, bothReadings);
  return [
    {
      code: 'TIME_GAP',
      breach: (cell) => asked(cell, sql`not (before.is_read) and not (after.is_read)`),
      after: `does not exist in ${timeZone}, whose clocks jump over it; write it with its offset`,
      detail,
    },
    {
      code: 'TIME_REPEATED',
      breach: (cell) =>
        asked(cell, sql`before.is_read and after.is_read and (before.at operator(pg_catalog.<>) after.at)`),
      after: `comes twice in ${timeZone}, whose clocks are set back then; write it with its offset`,
      detail,
    },
  ];
}

/** The same for a text of several moments; none where clocks never jump. To be asked of sound texts only. */
export function elementZoneRules(reading: CellReading): readonly CellRule[] {
  if (isFixed(reading.timeZone)) return [];
  const part = sql`element.part`;
  return zoneRules(reading).map(({ code, breach, after, detail }) => {
    const isOdd = sql`case when ${lacksZone(part, reading)} then ${breach(part)} else false end`;
    return {
      code,
      breach: (text) => sql`exists (select from ${elementsOf(text)} where ${isOdd})`,
      after: `holds a time that ${after}`,
      detail: (text) => sql`(select ${detail?.(part) ?? sql`null`} from ${elementsOf(text)} where ${isOdd} limit 1)`,
    };
  });
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
