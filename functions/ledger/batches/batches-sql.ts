import {
  type Disposition,
  type DispositionCounts,
  dispositions,
  letter,
  offeredDispositions,
  touchingDispositions,
} from '../../core/dispositions.ts';
import { ident, join, literal, sql, type Sql } from '../../core/sql.ts';
import { verdictsTable } from '../../core/staging.ts';
import { assignments, countIn, written } from './counts-sql.ts';
import { isVanishing } from './vanishing-batches-sql.ts';

/** A batch, [from_record, to_record) of its slice, or of the load's line. */
export interface BatchRow {
  readonly batch: number;
  readonly slice: number;
  readonly from_record: number;
  readonly to_record: number;
  /** The first record that is not merged yet, where a part of the batch is. */
  readonly merged_through: number | null;
  /** What the classifying found; of a batch that is classified again, what became of its merged part and was found of the rest. */
  readonly planned: Partial<DispositionCounts>;
  readonly merged_at: Date | null;
  /** A letter. */
  readonly default_disposition: string;
  /** Its numbers are places in the load's line (line-batches-sql.ts), and no batch before it is unmerged. */
  readonly lined: boolean;
  /** One transaction merges all of it. */
  readonly whole: boolean;
  /** Its numbers are places among the rows of the target that the file does not hold. */
  readonly vanishing: boolean;
}

/** Of verdicts: how many have each of the dispositions that are offered to the target. */
export const offeredCounts = join(
  offeredDispositions.map(
    (name) => sql`count(*) filter (where (found.disposition = ${letter(name)})) as ${ident(name)}`,
  ),
  `,
        `,
);

/** Records of a range that have this disposition: by verdict, and the rest where it is their slice's default. */
export function plannedOf(name: Disposition, rest: Sql): Sql {
  return sql`coalesce(verdicts.${ident(name)}, 0) + (case when default_disposition = ${letter(name)} then ${rest} else 0 end)`;
}

/** The disposition is one that rows which others may be using are written for. */
function isTouching(disposition: Sql): Sql {
  return sql`(${disposition} in (${join(touchingDispositions.map(letter))}))`;
}

/** Records of a batch where a slice changes existing rows, and where it only inserts or writes nothing. */
export interface BatchWidths {
  /** Where such a slice has fewer records than `ranges` of this width, it is cut into as many ranges, down to `least`. */
  readonly changing: { readonly most: number; readonly least: number; readonly ranges: number };
  readonly inserting: number;
}

/**
 * Fixed ranges of each slice's records, planned once; a transaction merges a range or a part of it.
 * Every record has a verdict or its slice's default, so the counts of a range follow from the verdicts alone.
 */
export function insertBatches(loadId: number, { changing, inserting }: BatchWidths): Sql {
  const planned = written(
    'batches.planned',
    offeredDispositions.map((name) => ({ name, count: ident(name) })),
  );
  const rest = sql`to_record - from_record - coalesce(verdicts.judged, 0)`;
  return sql`
    with
    slice_verdicts as (
      select slice, count(*) as verdicts, count(*) filter (where ${isTouching(sql`disposition`)}) as touching
      from ${verdictsTable(loadId)}
      group by slice
    ),
    widths as (
      select slices.slice, slices.records, slices.default_disposition,
        -- equal parts: a slice just over the width would leave a batch of a few rows
        ceil(slices.records::numeric / ceil(slices.records::numeric / most.rows))::integer as width
      from landfall.slices
      left join slice_verdicts on (slice_verdicts.slice = slices.slice)
      cross join lateral (
        select (case
          when (coalesce(slice_verdicts.touching, 0) > 0)
            or (${isTouching(sql`slices.default_disposition`)} and (slices.records > coalesce(slice_verdicts.verdicts, 0)))
            then least(${changing.most}::integer,
              greatest(${changing.least}::integer, ceil(slices.records::numeric / ${changing.ranges}::integer)::integer))
          else ${inserting}::integer
        end) as rows
      ) as most
      where (slices.load_id = ${loadId})
        and (slices.records > 0)
    ),
    ranges as (
      select slice, default_disposition, number, number * width + 1 as from_record,
        least((number + 1) * width, records) + 1 as to_record
      from widths
      cross join lateral generate_series(0, (records - 1) / width) as number
    ),
    verdicts as (
      select found.slice, (found.record_no - 1) / widths.width as number, count(*) as judged,
        ${offeredCounts}
      from ${verdictsTable(loadId)} as found
      join widths on (widths.slice = found.slice)
      group by 1, 2
    ),
    counted as (
      select ranges.slice, from_record, to_record,
        ${join(offeredDispositions.map((name) => sql`${plannedOf(name, rest)} as ${ident(name)}`))}
      from ranges
      left join verdicts on (verdicts.slice = ranges.slice) and (verdicts.number = ranges.number)
    )
    insert into landfall.batches
      (load_id, batch, slice, from_record, to_record, ${join(planned.map(({ column }) => column))})
    select ${loadId}::bigint, row_number() over (order by slice, from_record) - 1, slice, from_record, to_record,
      ${join(planned.map(({ value }) => value))}
    from counted`;
}

/** Of a batch: it writes rows that others may be using. */
const touches = join(
  touchingDispositions.map((name) => sql`(coalesce(${countIn('batches.planned', name)}, 0) > 0)`),
  ' or ',
);

/**
 * Slices that several transactions are likely to merge: each would read the whole slice to find its records.
 * @param begin with so many rows transactions begin that change some, and all of a live target.
 */
export function selectManyPartSlices(loadId: number, begin: { readonly rows: number; readonly isLive: boolean }): Sql {
  return sql`
    select slice
    from landfall.batches
    where (load_id = ${loadId})
      and not ${isVanishing}
    group by slice
    having (sum(case when ${begin.isLive}::boolean or ${touches}
      then ceil((to_record - from_record)::numeric / ${begin.rows}::integer) else 1 end) > 2)
    order by slice`;
}

/** Before they are planned anew. Never after the gate. */
export function deleteBatches(loadId: number): Sql {
  return sql`delete from landfall.batches where (load_id = ${loadId})`;
}

/** What would become of the records of the whole load, from its batches and its quarantine: no record is read. */
export function countWouldBe(loadId: number): Sql {
  return sql`
    select
      (select coalesce(sum(records), 0)::bigint from landfall.slices where (load_id = ${loadId})) as records,
      count(*)::integer as batches,
      ${quarantined(loadId, 'reject')} as ${ident(dispositions.rejected.countedAs)},
      ${quarantined(loadId, 'duplicate')} as ${ident(dispositions.duplicate.countedAs)},
      ${join(offeredDispositions.map((name) => sql`coalesce(sum(${countIn('batches.planned', name)}), 0)::bigint as ${ident(dispositions[name].countedAs)}`))}
    from landfall.batches
    where (load_id = ${loadId})`;
}

/** Records of the load in the quarantine. */
export function quarantined(loadId: number, kind: 'reject' | 'duplicate'): Sql {
  return sql`(select count(*) from landfall.rejects where (load_id = ${loadId}) and (kind = ${literal(kind)}))`;
}

/** How many batches there are, how many of them are not merged to their end, and how many not at all. */
export function selectMerged(loadId: number): Sql {
  return sql`
    select
      count(*)::integer as batches,
      count(*) filter (where (merged_at is null))::integer as unmerged,
      count(*) filter (where (merged_at is null) and (merged_through is null))::integer as untouched
    from landfall.batches
    where (load_id = ${loadId})`;
}

/** The first record of a batch that is not merged. */
export function unmergedFrom(batches: Sql): Sql {
  return sql`coalesce(${batches}.merged_through, ${batches}.from_record)`;
}

/** Of the batch `mine`, what its receipt counts already: nothing where no part of it is merged. */
export function mergedSoFar(name: Disposition): Sql {
  return sql`(case when mine.merged_through is null then 0 else coalesce(${countIn('batches.counts', name)}, 0) end)`;
}

/**
 * Classified again after the staging was refilled: what is merged keeps its receipt. Of batches with records that are not, the
 * plan is the receipt so far and the counts that stand for the rest now.
 */
export function updatePlannedBatches(loadId: number): Sql {
  return sql`
    with
    verdicts as (
      select batches.batch, count(*) as judged,
        ${offeredCounts}
      from landfall.batches
      join ${verdictsTable(loadId)} as found
        on (found.slice = batches.slice)
        and (found.record_no >= ${unmergedFrom(sql`batches`)})
        and (found.record_no < batches.to_record)
      where (batches.load_id = ${loadId})
        and (batches.merged_at is null)
        and not ${isVanishing}
      group by batches.batch
    )
    update landfall.batches
    set ${assignments(
      'batches.planned',
      offeredDispositions.map((name) => ({
        name,
        count: sql`${mergedSoFar(name)} + ${plannedOf(name, sql`rest.records`)}`,
      })),
    )}
    from landfall.batches as mine
    join landfall.slices on (slices.load_id = mine.load_id) and (slices.slice = mine.slice)
    left join verdicts on (verdicts.batch = mine.batch)
    cross join lateral (select mine.to_record - ${unmergedFrom(sql`mine`)} - coalesce(verdicts.judged, 0) as records) as rest
    where (mine.load_id = ${loadId})
      and (mine.merged_at is null)
      and (batches.load_id = mine.load_id)
      and (batches.batch = mine.batch)
      and not ${isVanishing}`;
}

/**
 * What a dry run foresees that the target itself refuses, in the receipt that it has instead of a merge's.
 * @param refused selects batch and rejects.
 */
export function updateRefusedBatches(loadId: number, refused: Sql): Sql {
  return sql`
    update landfall.batches
    set ${assignments('batches.counts', [{ name: 'rejected', count: sql`refused.rejects` }])},
      rule_counts = pg_catalog.jsonb_build_array(
        pg_catalog.jsonb_build_object('code', 'TARGET_REFUSED', 'column', null, 'rejects', refused.rejects))
    from (${refused}) as refused
    where (batches.load_id operator(pg_catalog.=) ${loadId})
      and (batches.batch operator(pg_catalog.=) refused.batch)`;
}
