import { type Sql, sql, trustedSql } from '../core/sql.ts';
import { LAST_RULED_YEAR } from '../formats/shared/zone-jumps.ts';

/** The first jump of any zone is in 1845: from local mean time to a standard one. */
const FIRST_YEAR = 1840;
/** Two jumps that cancel each other out are at least 3.99 days apart (Freetown, 1939). */
const STEP_SECONDS = 3 * 86_400;

const epochOf = (year: number): Sql => trustedSql(String(Date.UTC(year, 0, 1) / 1000));

/** Seconds by which the local clock of the transaction's zone is ahead of UTC. */
const shiftAt = (at: Sql): Sql =>
  sql`(pg_catalog.date_part('epoch', pg_catalog.to_timestamp(${at})::pg_catalog.timestamp) operator(pg_catalog.-) ${at})`;

/**
 * Local times that the clocks of the transaction's own zone pass never or twice (formats/shared/zone-jumps.ts), in order: looks at
 * every third day, and halves those between which the clock has jumped, down to the second.
 */
export const selectZoneJumps: Sql = sql`
with recursive probes as (
  select probe.at, ${shiftAt(sql`probe.at`)} as shift
  from pg_catalog.generate_series(
    ${epochOf(FIRST_YEAR)}::pg_catalog.int8,
    ${epochOf(LAST_RULED_YEAR + 1)}::pg_catalog.int8,
    ${trustedSql(String(STEP_SECONDS))}::pg_catalog.int8
  ) as probe (at)
), steps as (
  select
    probes.at as first,
    pg_catalog.lead(probes.at) over (order by probes.at) as last,
    probes.shift as before,
    pg_catalog.lead(probes.shift) over (order by probes.at) as after
  from probes
), halves (first, last, before, after) as (
  select steps.first, steps.last, steps.before, steps.after
  from steps
  where (steps.before operator(pg_catalog.<>) steps.after)
  union all
  select half.first, half.last, half.before, half.after
  from halves
  cross join lateral (
    select (halves.first operator(pg_catalog.+) halves.last) operator(pg_catalog./) 2::pg_catalog.int8 as at
  ) as middle
  cross join lateral (select ${shiftAt(sql`middle.at`)} as shift) as found
  cross join lateral (
    values
      (halves.first, middle.at, halves.before, found.shift),
      (middle.at, halves.last, found.shift, halves.after)
  ) as half (first, last, before, after)
  where ((halves.last operator(pg_catalog.-) halves.first) operator(pg_catalog.>) 1)
    and (half.before operator(pg_catalog.<>) half.after)
)
select
  halves.last operator(pg_catalog.+) least(halves.before, halves.after) as start,
  halves.last operator(pg_catalog.+) greatest(halves.before, halves.after) as end
from halves
where ((halves.last operator(pg_catalog.-) halves.first) operator(pg_catalog.=) 1)
order by halves.last`;
