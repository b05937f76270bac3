import { ident, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { STAGING_SCHEMA, verdictsTable } from '../../core/staging.ts';
import { recordNoOfPlace, sliceOfPlace } from '../keys-sql.ts';
import { contestedTable, imagesTable } from './contested-sql.ts';

/**
 * Records that want a contested key, and those that would give one up, in the order in which the merge comes to them: place,
 * byte_offset, batch, turn, pass (of its batch), state (u undecided, a accepted, r refused), and why: the index and the rival that took the key
 * first; null: a row of the target has it.
 */
export function standingTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_standing`);
}

/** A batch writes its new rows first. Who gives a key up and wants none that is contested is accepted at once. */
export function createStanding(loadId: number): Sql {
  return sql`
    create unlogged table ${standingTable(loadId)} as
    select images.place, images.byte_offset, batches.batch,
      pg_catalog.row_number() over (order by batches.batch, images.changed, images.place) as turn,
      (case when wanting.place is null then 'a' else 'u' end)::pg_catalog."char" as state,
      1 as pass,
      null::pg_catalog.int4 as index_no,
      null::pg_catalog.int8 as rival
    from (
      select place from ${contestedTable(loadId)}
      union
      select leaver from ${contestedTable(loadId)} where (leaver is not null)
    ) as involved
    join ${imagesTable(loadId)} as images on (images.place operator(pg_catalog.=) involved.place)
    join landfall.batches as batches on (batches.load_id operator(pg_catalog.=) ${trustedSql(String(loadId))})
      and (batches.slice operator(pg_catalog.=) ${sliceOfPlace(sql`images.place`)})
      and (batches.from_record operator(pg_catalog.<=) ${recordNoOfPlace(sql`images.place`)})
      and (batches.to_record operator(pg_catalog.>) ${recordNoOfPlace(sql`images.place`)})
    left join (select distinct place from ${contestedTable(loadId)}) as wanting
      on (wanting.place operator(pg_catalog.=) images.place)`;
}

/**
 * Refuses who wants a key that is taken: by an accepted record, or by a row of the target that keeps it or gives it up in a
 * later batch only. Answers how many.
 */
export function refuseBeaten(loadId: number): Sql {
  return sql`
    with
    taken as (
      select contested.index_no, contested.claim, pg_catalog.min(standing.place) as rival
      from ${contestedTable(loadId)} as contested
      join ${standingTable(loadId)} as standing on (standing.place operator(pg_catalog.=) contested.place)
      where (standing.state operator(pg_catalog.=) 'a')
      group by contested.index_no, contested.claim
    ),
    beaten as (
      select distinct on (mine.place) mine.place, wish.index_no, taken.rival
      from ${standingTable(loadId)} as mine
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) mine.place)
      left join taken on (taken.index_no operator(pg_catalog.=) wish.index_no)
        and (taken.claim operator(pg_catalog.=) wish.claim)
      left join ${standingTable(loadId)} as leaver on (leaver.place operator(pg_catalog.=) wish.leaver)
      where (mine.state operator(pg_catalog.=) 'u')
        and (
          (taken.rival is not null)
          or (wish.held and (
            (leaver.place is null)
            or (leaver.state operator(pg_catalog.=) 'r')
            or (leaver.batch operator(pg_catalog.>) mine.batch)
          ))
        )
      order by mine.place, wish.index_no
    )
    update ${standingTable(loadId)} as standing
    set state = 'r', index_no = beaten.index_no, rival = beaten.rival
    from beaten
    where (standing.place operator(pg_catalog.=) beaten.place)`;
}

/**
 * Who comes to a key before it is given up is refused then, and tried again at the end of its batch, in passes: the earliest one
 * in which an undecided record can be written, as far as is known. Answers how many were raised.
 */
export function raisePasses(loadId: number): Sql {
  return sql`
    with
    earliest as (
      select mine.place,
        pg_catalog.max(leaver.pass operator(pg_catalog.+) (leaver.turn operator(pg_catalog.>) mine.turn)::pg_catalog.int4) as pass
      from ${standingTable(loadId)} as mine
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) mine.place)
      join ${standingTable(loadId)} as leaver on (leaver.place operator(pg_catalog.=) wish.leaver)
        and (leaver.batch operator(pg_catalog.=) mine.batch)
      where (mine.state operator(pg_catalog.=) 'u')
      group by mine.place
    )
    update ${standingTable(loadId)} as standing
    set pass = earliest.pass
    from earliest
    where (standing.place operator(pg_catalog.=) earliest.place)
      and (standing.pass operator(pg_catalog.<) earliest.pass)`;
}

/** Accepts who is the first, of those undecided, for every key that it wants, and waits for nobody to give one up. Answers how many. */
export function acceptFirst(loadId: number): Sql {
  return sql`
    with
    ranked as (
      select mine.place, leaver.state as leaver_state,
        pg_catalog.row_number() over (partition by wish.index_no, wish.claim order by mine.batch, mine.pass, mine.turn) as rank
      from ${standingTable(loadId)} as mine
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) mine.place)
      left join ${standingTable(loadId)} as leaver on (leaver.place operator(pg_catalog.=) wish.leaver)
      where (mine.state operator(pg_catalog.=) 'u')
    )
    update ${standingTable(loadId)} as standing
    set state = 'a'
    where (standing.state operator(pg_catalog.=) 'u')
      and not exists (
        select
        from ranked
        where (ranked.place operator(pg_catalog.=) standing.place)
          and ((ranked.rank operator(pg_catalog.>) 1) or (ranked.leaver_state operator(pg_catalog.<>) 'a'))
      )`;
}

/** Where each waits for another to give a key up the first ones cannot be written: so many, or all (null). Answers how many. */
export function refuseWaiting(loadId: number, most: number | null): Sql {
  return sql`
    with
    first_ones as (
      select place
      from ${standingTable(loadId)}
      where (state operator(pg_catalog.=) 'u')
      order by turn
      limit ${most}
    ),
    beaten as (
      select distinct on (wish.place) wish.place, wish.index_no
      from first_ones
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) first_ones.place)
      order by wish.place, (wish.leaver is null), wish.index_no
    )
    update ${standingTable(loadId)} as standing
    set state = 'r', index_no = beaten.index_no
    from beaten
    where (standing.place operator(pg_catalog.=) beaten.place)`;
}

/** The refused ones have no other verdict any more. */
export function deleteRefusedVerdicts(loadId: number): Sql {
  return sql`
    delete from ${verdictsTable(loadId)} as v
    using ${standingTable(loadId)} as standing
    where (standing.state operator(pg_catalog.=) 'r')
      and (v.slice operator(pg_catalog.=) ${sliceOfPlace(sql`standing.place`)})
      and (v.record_no operator(pg_catalog.=) ${recordNoOfPlace(sql`standing.place`)})`;
}

/** They are rejects. */
export function insertRefusedVerdicts(loadId: number): Sql {
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select ${sliceOfPlace(sql`place`)}, ${recordNoOfPlace(sql`place`)}, 'r'
    from ${standingTable(loadId)}
    where (state operator(pg_catalog.=) 'r')`;
}

/** A record that would be refused, and why; `rival` is a record's number in the whole load. */
export interface RefusedRow {
  readonly record_no: number;
  readonly byte_offset: number;
  readonly index_no: number;
  readonly rival: number | null;
}

/** One page of a slice's refused records in the file's order, from after a record on. */
export function selectRefused(loadId: number, slice: number, page: { after: number; most: number }): Sql {
  const recordNo = recordNoOfPlace(sql`standing.place`);
  return sql`
    select ${recordNo} as record_no, standing.byte_offset, standing.index_no,
      slices.base_record operator(pg_catalog.+) ${recordNoOfPlace(sql`standing.rival`)} as rival
    from ${standingTable(loadId)} as standing
    left join landfall.slices as slices on (slices.load_id operator(pg_catalog.=) ${loadId})
      and (slices.slice operator(pg_catalog.=) ${sliceOfPlace(sql`standing.rival`)})
    where (standing.state operator(pg_catalog.=) 'r')
      and (${sliceOfPlace(sql`standing.place`)} operator(pg_catalog.=) ${slice})
      and (${recordNo} operator(pg_catalog.>) ${page.after}::pg_catalog.int4)
    order by standing.place
    limit ${page.most}`;
}

/** How many they are of each batch: { batch, rejects }. */
export function selectRefusedByBatch(loadId: number): Sql {
  return sql`
    select batch, pg_catalog.count(*)::pg_catalog.int4 as rejects
    from ${standingTable(loadId)}
    where (state operator(pg_catalog.=) 'r')
    group by batch`;
}

/** The slices that have some. */
export function selectRefusedSlices(loadId: number): Sql {
  return sql`
    select distinct ${sliceOfPlace(sql`place`)} as slice
    from ${standingTable(loadId)}
    where (state operator(pg_catalog.=) 'r')
    order by 1`;
}

/** Harmless where there are none. */
export function dropStanding(loadId: number): Sql {
  return sql`drop table if exists ${standingTable(loadId)}`;
}
