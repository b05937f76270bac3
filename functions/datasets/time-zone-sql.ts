import { type Sql, sql } from '../core/sql.ts';

/** The TimeZone that a new session of this role begins with in this database, whatever this transaction has set. */
export const selectOwnTimeZone: Sql = sql`
select known.reset_val as "timeZone"
from pg_catalog.pg_settings as known
where (known.name operator(pg_catalog.=) 'TimeZone')`;

/** A zone as PostgreSQL spells it, found without regard to case. */
export function selectTimeZone(name: string): Sql {
  return sql`
select known.name
from pg_catalog.pg_timezone_names as known
where (pg_catalog.lower(known.name) operator(pg_catalog.=) pg_catalog.lower(${name}::pg_catalog.text))
order by known.name
limit 1`;
}

/** For "did you mean". */
export const selectTimeZoneNames: Sql = sql`
select known.name
from pg_catalog.pg_timezone_names as known
order by known.name`;

/** A row where the name is an abbreviation too, but for those of UTC, which mean the same. */
export function selectAbbreviation(name: string): Sql {
  return sql`
select known.abbrev
from pg_catalog.pg_timezone_abbrevs as known
where (known.abbrev operator(pg_catalog.=) pg_catalog.upper(${name}::pg_catalog.text))
  and (known.abbrev operator(pg_catalog.<>) all (array['UTC', 'GMT', 'UCT', 'Z', 'ZULU']))
limit 1`;
}
