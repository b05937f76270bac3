import type { Refusal } from '../../conflict/refusal.ts';
import { incoming, rowDiffers, updatedColumns } from '../../core/comparison.ts';
import type { Contract, ContractColumn } from '../../core/contract.ts';
import { letter } from '../../core/dispositions.ts';
import { ident, join, sql, trustedSql, type Sql } from '../../core/sql.ts';
import {
  byteOffsetOf,
  losersTable,
  recordNoOf,
  STAGING_SCHEMA,
  typedTable,
  verdictsTable,
} from '../../core/staging.ts';
import { reasonOf } from '../../ledger/rejects/reasons/rule-reasons-sql.ts';
import { placeIn } from '../keys-sql.ts';
import { lostTable } from '../kin/lost-sql.ts';

/** Records with the key and version of an earlier one, and other content: slice, record_no, first_slice, first_record_no. Inside one transaction. */
function contradictingTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_contradicting`);
}

const isRepeated = sql`((losers.slice operator(pg_catalog.<>) losers.first_slice)
      or (losers.record_no operator(pg_catalog.<>) losers.first_record_no))`;

/** The slices with records of one key and version. */
export function selectSlicesOfOneVersion(loadId: number): Sql {
  return sql`
    select losers.slice from ${losersTable(loadId)} as losers where ${isRepeated}
    union
    select losers.first_slice from ${losersTable(loadId)} as losers where ${isRepeated}
    order by 1`;
}

/**
 * Compared as a record and a row of the table are: the first one is `t`. Its casts are behind `offset 0`, so that none of them sees a
 * record that was rejected.
 */
export function selectContradicting(
  contract: Contract,
  filled: readonly ContractColumn[],
  loadId: number,
  slices: readonly number[],
): Sql {
  const columns = updatedColumns(contract, filled);
  const cells = columns.map(({ name }) => sql`, typed.${ident(name)}`);
  const staged = join(
    slices.map(
      (slice) => sql`
        select ${trustedSql(String(slice))} as "landfall slice", ${recordNoOf(sql`typed`)}${join(cells, '')}
        from ${typedTable(loadId, slice)} as typed`,
    ),
    ' union all ',
  );
  const values = columns.map((column) => sql`${incoming(column)} as ${ident(column.name)}`);
  return sql`
    select losers.slice, losers.record_no, losers.first_slice, losers.first_record_no
    from ${losersTable(loadId)} as losers
    join (${staged}) as s on (s."landfall slice" operator(pg_catalog.=) losers.slice)
      and (${recordNoOf(sql`s`)} operator(pg_catalog.=) losers.record_no)
    join (${staged}) as kept on (kept."landfall slice" operator(pg_catalog.=) losers.first_slice)
      and (${recordNoOf(sql`kept`)} operator(pg_catalog.=) losers.first_record_no)
    cross join lateral (
      select ${join(values)} from (select kept.*) as s offset 0
    ) as t
    where ${isRepeated}
      and ${rowDiffers(contract, filled)}`;
}

/** @param found of selectContradicting. */
export function createContradicting(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${contradictingTable(loadId)} as ${found}`;
}

/** Harmless where there is none. */
export function dropContradicting(loadId: number): Sql {
  return sql`drop table if exists ${contradictingTable(loadId)}`;
}

/** The slices that have some. */
export function selectContradictingSlices(loadId: number): Sql {
  return sql`select distinct slice from ${contradictingTable(loadId)} order by slice`;
}

/** Those of a slice into the table of lost ones, each with its reason. */
export function insertContradicting(contract: Contract, refusal: Refusal, loadId: number, slice: number): Sql {
  const words = sql`pg_catalog.concat('is the version of record ',
          slices.base_record operator(pg_catalog.+) contradicting.first_record_no, ' of the same key as well, which has other content')`;
  return sql`
    insert into ${lostTable(loadId)} (place, byte_offset, reasons)
    select ${placeIn(slice)}, ${byteOffsetOf(sql`s`)}, pg_catalog.jsonb_build_array(${reasonOf(contract, refusal, { words, isLate: false })})
    from ${typedTable(loadId, slice)} as s
    join ${contradictingTable(loadId)} as contradicting on (contradicting.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
    join landfall.slices on (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (slices.slice operator(pg_catalog.=) contradicting.first_slice)
    where (contradicting.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)`;
}

/** They are rejects. */
export function insertContradictingVerdicts(loadId: number): Sql {
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select slice, record_no, ${letter('rejected')} from ${contradictingTable(loadId)}`;
}

/** And no duplicates. */
export function deleteContradictingLosers(loadId: number): Sql {
  return sql`
    delete from ${losersTable(loadId)} as losers
    using ${contradictingTable(loadId)} as contradicting
    where (losers.slice operator(pg_catalog.=) contradicting.slice)
      and (losers.record_no operator(pg_catalog.=) contradicting.record_no)`;
}
