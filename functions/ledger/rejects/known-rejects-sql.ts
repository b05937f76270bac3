import { type Sql, sql } from '../../core/sql.ts';

/** A staged slice whose place is proven, with the rejects that the scanner found in it. */
export interface UnsoundSlice {
  readonly slice: number;
  readonly base_record: number;
  /** Lines of the body before it. */
  readonly base_line: number;
  readonly records: number;
}

/** What staging knows of a load for certain. */
export interface ReadSoFar {
  readonly records: number;
  readonly rejected: number;
  /** Slices that this is known of, and how many there are. */
  readonly slices: number;
  readonly of: number;
  /** Where in the object they end. */
  readonly end_offset: number;
}

/** The part of a load that is staged without a gap from its first record on. */
interface ReadPart {
  readonly loadId: number;
  readonly epoch: string;
  readonly bodyOffset: number;
}

/**
 * Slices from the first one on, each beginning where the one before it ended, as Compose compares them: behind a wrong guess
 * good records look like bad ones, so nothing after the first gap counts.
 */
function provenSlices({ loadId, epoch, bodyOffset }: ReadPart): Sql {
  return sql`
    placed as (
      select slices.*,
        greatest(${bodyOffset}::pg_catalog.int8, pg_catalog.max(slices.end_offset) over (
          order by slices.slice rows between unbounded preceding and 1 preceding
        )) as expected
      from landfall.slices
      where (slices.load_id operator(pg_catalog.=) ${loadId})
    ),
    joined as (
      select placed.*,
        pg_catalog.bool_and(coalesce(
          (placed.epoch operator(pg_catalog.=) ${epoch}::pg_catalog.uuid)
            and (not placed.guess_failed)
            and (case
              when placed.start_offset is null then placed.expected operator(pg_catalog.>=) placed.range_end
              else placed.start_offset operator(pg_catalog.=) placed.expected
            end),
          false
        )) over (order by placed.slice) as is_proven
      from placed
    )`;
}

/** One row, also where nothing is staged yet. */
export function selectReadSoFar(part: ReadPart): Sql {
  return sql`
    with ${provenSlices(part)}
    select
      coalesce(pg_catalog.sum(joined.records) filter (where joined.is_proven), 0)::pg_catalog.int8 as records,
      coalesce(pg_catalog.sum(joined.unsound_records) filter (where joined.is_proven), 0)::pg_catalog.int8 as rejected,
      pg_catalog.count(*) filter (where joined.is_proven)::pg_catalog.int4 as slices,
      pg_catalog.count(*)::pg_catalog.int4 as of,
      coalesce(pg_catalog.max(joined.end_offset) filter (where joined.is_proven), ${part.bodyOffset}::pg_catalog.int8) as end_offset
    from joined`;
}

/** Those of them that hold such rejects, in the order of the object. */
export function selectUnsoundSlices(part: ReadPart): Sql {
  return sql`
    with ${provenSlices(part)},
    numbered as (
      select joined.*,
        coalesce(pg_catalog.sum(joined.records) over before, 0)::pg_catalog.int8 as records_before,
        coalesce(pg_catalog.sum(joined.lines) over before, 0)::pg_catalog.int8 as lines_before
      from joined
      window before as (order by joined.slice rows between unbounded preceding and 1 preceding)
    )
    select numbered.slice, numbered.records_before as base_record, numbered.lines_before as base_line, numbered.records
    from numbered
    where numbered.is_proven
      and (numbered.unsound_records operator(pg_catalog.>) 0)
    order by numbered.slice`;
}

/** The counts of a load that is refused before all of it is staged: its records are those of the part that was read. */
export function updateKnownRejects(loadId: number, { records, rejected }: ReadSoFar, byCode: Sql): Sql {
  return sql`
    update landfall.loads
    set records = ${records}, counts = null, rejected = ${rejected}, rejects_by_code = ${byCode}
    where (loads.load_id operator(pg_catalog.=) ${loadId})
    returning loads.rejects_by_code`;
}

/** Where the first rejects of a load are. */
export function selectFirstRejects(loadId: number, most: number): Sql {
  return sql`
    select rejects.line, rejects.byte_offset
    from landfall.rejects
    where (rejects.load_id operator(pg_catalog.=) ${loadId})
      and (rejects.kind operator(pg_catalog.=) 'reject')
    order by rejects.record_no
    limit ${most}`;
}
