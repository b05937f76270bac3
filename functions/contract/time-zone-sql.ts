import { type Sql, sql } from '../core/sql.ts';

/**
 * The zone of the session, as PostgreSQL prints it. To be asked with the role's own settings: then it is the one that COPY has.
 * pg_settings would answer as it was set, and `+02` is two hours ahead of UTC where it is set, but two behind in timezone().
 */
export const selectTimeZoneInUse: Sql = sql`select pg_catalog.current_setting('TimeZone') as "timeZone"`;

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
