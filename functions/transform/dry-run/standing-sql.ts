import { letter } from '../../core/dispositions.ts';
import { ident, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { lineColumns, lineTable, recordNoOf, STAGING_SCHEMA, verdictsTable } from '../../core/staging.ts';
import { recordNoOfPlace, sliceOfPlace } from '../keys-sql.ts';
import { contestedTable, imagesTable } from './contested-sql.ts';

/**
 * Records that want a contested key, and those that would give one up, in the order in which the merge comes to them: place,
 * byte_offset, changed (else new), batch, turn, pass (of its batch), state (u undecided, a accepted, r refused), and why: the index and the rival that took the key
 * first; null: a row of the target has it.
 */
export function standingTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_standing`);
}

/**
 * The batch of each record of `images`, as `batches`, and its place there.
 * @param lined the merge goes along the load's line, else along its slices.
 */
export function inBatches(loadId: number, lined: boolean): { readonly from: Sql; readonly order: Sql } {
  const slice = sliceOfPlace(sql`images.place`);
  const recordNo = recordNoOfPlace(sql`images.place`);
  const line = sql`join ${lineTable(loadId)} as line on (line.${ident(lineColumns.slice)} operator(pg_catalog.=) ${slice})
      and (line.${ident(lineColumns.origin)} operator(pg_catalog.=) ${recordNo})`;
  const place = lined ? recordNoOf(sql`line`) : recordNo;
  const from = sql`${lined ? line : sql``}
    join landfall.batches as batches on (batches.load_id operator(pg_catalog.=) ${trustedSql(String(loadId))})
      and (batches.vanishing is not true)
      ${lined ? sql`` : sql`and (batches.slice operator(pg_catalog.=) ${slice})`}
      and (batches.from_record operator(pg_catalog.<=) ${place})
      and (batches.to_record operator(pg_catalog.>) ${place})`;
  return { from, order: lined ? place : sql`images.place` };
}

/** A batch writes its new rows first. Who gives a key up and wants none that is contested is accepted at once. */
export function createStanding(loadId: number, lined: boolean): Sql {
  const { from, order } = inBatches(loadId, lined);
  return sql`
    create unlogged table ${standingTable(loadId)} as
    select images.place, images.byte_offset, images.changed, batches.batch,
      pg_catalog.row_number() over (order by batches.batch, images.changed, ${order}) as turn,
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
    ${from}
    left join (select distinct place from ${contestedTable(loadId)}) as wanting
      on (wanting.place operator(pg_catalog.=) images.place)`;
}

/** Of nobody, where no unique index has one. */
export function createEmptyStanding(loadId: number): Sql {
  return sql`
    create unlogged table if not exists ${standingTable(loadId)} (
      place bigint, byte_offset bigint, changed boolean, batch integer, turn bigint, state "char", pass integer,
      index_no integer, rival bigint
    )`;
}

/** So that a chain is followed by looking up each of its records, instead of reading all for each. */
export function indexStanding(loadId: number): readonly Sql[] {
  return [
    sql`create index on ${standingTable(loadId)} (place)`,
    sql`create index on ${contestedTable(loadId)} (place)`,
    sql`create index on ${contestedTable(loadId)} (leaver)`,
    sql`analyze ${standingTable(loadId)}, ${contestedTable(loadId)}`,
  ];
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
    select ${sliceOfPlace(sql`place`)}, ${recordNoOfPlace(sql`place`)}, ${letter('rejected')}
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
