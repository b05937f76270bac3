import { letter, offeredDispositions } from '../../core/dispositions.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { lineColumns, lineTable, recordNoOf, verdictsTable } from '../../core/staging.ts';
import { type BatchRow, mergedSoFar, unmergedFrom } from './batches-sql.ts';
import { assignments, objectOf, written } from './counts-sql.ts';
import { isVanishing } from './vanishing-batches-sql.ts';

/** The records of a load's line, each with its place there and what becomes of it. */
function foundInLine(loadId: number): Sql {
  return sql`(
      select ${recordNoOf(sql`line`)} as place, coalesce(v.disposition, slices.default_disposition) as disposition
      from ${lineTable(loadId)} as line
      join landfall.slices as slices on (slices.load_id operator(pg_catalog.=) ${loadId})
        and (slices.slice operator(pg_catalog.=) line.${ident(lineColumns.slice)})
      left join ${verdictsTable(loadId)} as v on (v.slice operator(pg_catalog.=) line.${ident(lineColumns.slice)})
        and (v.record_no operator(pg_catalog.=) line.${ident(lineColumns.origin)})
    )`;
}

const counts = join(
  offeredDispositions.map(
    (name) =>
      sql`pg_catalog.count(*) filter (where (found.disposition operator(pg_catalog.=) ${letter(name)}::pg_catalog."char")) as ${ident(name)}`,
  ),
);

/** How a line is cut. */
export interface LineWidths {
  readonly width: number;
  /** From this place on there is but one batch, merged by one transaction; null: none. */
  readonly knotFrom: number | null;
  /** A slice of the load: batches belong to one in the ledger. */
  readonly slice: number;
}

/** Ranges of places in the line instead of records of a slice; to be merged one after the other. */
export function insertLineBatches(loadId: number, { width, knotFrom, slice }: LineWidths): Sql {
  const planned = written(
    'batches.planned',
    offeredDispositions.map((name) => ({ name, count: ident(name) })),
  );
  const isKnot = sql`(coalesce(found.place operator(pg_catalog.>=) ${knotFrom}::pg_catalog.int4, false))`;
  return sql`
    with
    counted as (
      select ${isKnot} as whole, pg_catalog.min(found.place) as from_record,
        pg_catalog.max(found.place) operator(pg_catalog.+) 1 as to_record,
        ${counts}
      from ${foundInLine(loadId)} as found
      group by 1, (case when ${isKnot} then 0 else (found.place operator(pg_catalog.-) 1) operator(pg_catalog./) ${width}::pg_catalog.int4 end)
    )
    insert into landfall.batches
      (load_id, batch, slice, from_record, to_record, lined, whole, ${join(planned.map(({ column }) => column))})
    select ${loadId}::pg_catalog.int8, pg_catalog.row_number() over (order by from_record) operator(pg_catalog.-) 1,
      ${slice}::pg_catalog.int4, from_record, to_record, true, whole, ${join(planned.map(({ value }) => value))}
    from counted`;
}

/** As updatePlannedBatches does for batches of slices: the receipt so far, and the counts that stand for the rest. */
export function updatePlannedLine(loadId: number): Sql {
  return sql`
    with
    rest as (
      select batches.batch, ${counts}
      from landfall.batches
      left join ${foundInLine(loadId)} as found
        on (found.place operator(pg_catalog.>=) ${unmergedFrom(sql`batches`)})
        and (found.place operator(pg_catalog.<) batches.to_record)
      where (batches.load_id operator(pg_catalog.=) ${loadId})
        and (batches.merged_at is null)
        and not ${isVanishing}
      group by batches.batch
    )
    update landfall.batches
    set ${assignments(
      'batches.planned',
      offeredDispositions.map((name) => ({
        name,
        count: sql`${mergedSoFar(name)} operator(pg_catalog.+) rest.${ident(name)}`,
      })),
    )}
    from landfall.batches as mine
    join rest on (rest.batch operator(pg_catalog.=) mine.batch)
    where (mine.load_id operator(pg_catalog.=) ${loadId})
      and (batches.load_id operator(pg_catalog.=) mine.load_id)
      and (batches.batch operator(pg_catalog.=) mine.batch)`;
}

/** What the classifying found of a part of such a batch: { planned }. */
export function selectPlannedOfLine(loadId: number, part: Pick<BatchRow, 'from_record' | 'to_record'>): Sql {
  return sql`
    select ${objectOf(offeredDispositions.map((name) => ({ name, count: sql`counted.${ident(name)}` })))} as planned
    from (
      select ${counts}
      from ${foundInLine(loadId)} as found
      where (found.place operator(pg_catalog.>=) ${part.from_record}::pg_catalog.int4)
        and (found.place operator(pg_catalog.<) ${part.to_record}::pg_catalog.int4)
    ) as counted`;
}

/** Answers { lined, batches }: whether the load is merged along its line, and in how many batches. */
export function selectWhetherLined(loadId: number): Sql {
  return sql`
    select coalesce(pg_catalog.bool_or(batches.lined), false) as lined, pg_catalog.count(*)::pg_catalog.int4 as batches
    from landfall.batches
    where (batches.load_id operator(pg_catalog.=) ${loadId})`;
}

/** Where records of the line stand in the file: { place, slice, record_no }. */
export function selectOrigins(loadId: number, places: readonly number[]): Sql {
  return sql`
    select ${recordNoOf(sql`line`)} as place, line.${ident(lineColumns.slice)} as slice, line.${ident(lineColumns.origin)} as record_no
    from ${lineTable(loadId)} as line
    where (${recordNoOf(sql`line`)} operator(pg_catalog.=) any (${places}::pg_catalog.int4[]))`;
}
