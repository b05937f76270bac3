import type { Contract, ContractColumn } from '../../core/contract.ts';
import { dispositions, letter, offeredDispositions } from '../../core/dispositions.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { recordNoOf, typedTable, verdictsTable } from '../../core/staging.ts';
import { UTC } from '../../core/time-zone.ts';

/** One day's records: by what becomes of them, as they are counted for people. `day` ISO 8601; NULL: the column is. */
export interface DayRow extends Readonly<Record<string, unknown>> {
  readonly day: string | null;
  /** Days that there are, with those that are left out. */
  readonly days: number;
}

/**
 * Accepted records by the day of a column, each with its verdict or its slice's default, the newest days first: DayRow with a count for each disposition
 * that is offered to the target. Staging has the column in the target's type, so no cast runs a domain's CHECK.
 */
export function selectDays(
  { loadId, contract }: { readonly loadId: number; readonly contract: Contract },
  slices: readonly number[],
  { column, most }: { readonly column: ContractColumn; readonly most: number },
): Sql {
  const counted = slices.map(
    (slice) => sql`
      select ${dayOf(column, contract)} as day, coalesce(v.disposition, (
          select slices.default_disposition
          from landfall.slices
          where (slices.load_id operator(pg_catalog.=) ${loadId}) and (slices.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)
        )) as disposition, pg_catalog.count(*) as records
      from ${typedTable(loadId, slice)} as s
      left join ${verdictsTable(loadId)} as v on (v.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)
        and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
      group by 1, 2`,
  );
  const counts = offeredDispositions.map(
    (name) =>
      sql`coalesce(pg_catalog.sum(found.records) filter (where (found.disposition operator(pg_catalog.=) ${letter(name)}::pg_catalog."char")), 0)::pg_catalog.int8 as ${ident(dispositions[name].countedAs)}`,
  );
  const offered = join(offeredDispositions.map((name) => sql`${letter(name)}::pg_catalog."char"`));
  return sql`
    select (case when pg_catalog.isfinite(found.day) then pg_catalog.to_char(found.day, 'YYYY-MM-DD') else found.day::pg_catalog.text end) as day,
      ${join(counts)}, (pg_catalog.count(*) over ())::pg_catalog.int4 as days
    from (${join(counted, ' union all ')}) as found
    where (found.disposition operator(pg_catalog.=) any (array[${offered}]))
    group by found.day
    order by found.day desc nulls last
    limit ${most}`;
}

/** A moment's day is that of the zone in which moments without one are read. */
function dayOf({ name, plainForm }: ContractColumn, { timeZone }: Contract): Sql {
  const value = sql`s.${ident(name)}`;
  return plainForm === 'timestamptz'
    ? sql`(${value} at time zone ${timeZone ?? UTC})::pg_catalog.date`
    : sql`${value}::pg_catalog.date`;
}
