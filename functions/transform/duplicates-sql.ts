import { ruleOf } from '../conflict/all.ts';
import type { Contract } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { losersTable, verdictsTable } from '../core/staging.ts';
import { acceptedKeys, keyInWords, keyNames, type KeyedSlice, recordNoOfPlace, sliceOfPlace } from './keys-sql.ts';

/**
 * Proves that every key is there once, the common case, in one sorted pass: 0.35 microseconds a row against 0.7 for a
 * hashed GROUP BY (PostgreSQL 17.10). Only for a key of one column; answers { repeated }.
 */
export function countRepeated(contract: Contract, loadId: number, slices: readonly KeyedSlice[]): Sql {
  return sql`
    select pg_catalog.count(*) operator(pg_catalog.-) pg_catalog.count(distinct k1) as repeated
    from (${acceptedKeys(contract, loadId, slices)}) as accepted`;
}

/**
 * All records of a repeated key but its winner, each with that one. The winner is the last record in the file (or the first, or
 * the one with the largest version and then the first): the order in which a sequential read sees them. Keys are told apart by the type's own
 * order, whose equality `equals` is. One parallel sort of the keys: 3.0 s for 2 M where one sort of slice and number took 4.5
 * (PostgreSQL 17.10, 5 % repeated, two busy cores); grouping the keys first and joining the repeated ones took as long.
 */
export function selectRepeated(contract: Contract, loadId: number, slices: readonly KeyedSlice[]): Sql {
  const keys = keyNames(contract);
  const ofVersion = firstOfVersion(contract, keys);
  return sql`
    select ${sliceOfPlace(sql`place`)} as slice, ${recordNoOfPlace(sql`place`)} as record_no, byte_offset,
      ${sliceOfPlace(sql`kept`)} as kept_slice, ${recordNoOfPlace(sql`kept`)} as kept_record_no,${ofVersion.place}
      pg_catalog.left(${keyInWords(contract)}, 80) as key
    from (
      select place, byte_offset, ${join(keys)},${ofVersion.column}
        pg_catalog.first_value(place) over kept_first as kept
      from (${acceptedKeys(contract, loadId, slices)}) as accepted
      window kept_first as (partition by ${join(keys)} order by ${ruleOf(contract).duplicates.order(contract.conflict)})${ofVersion.window}
    ) as ordered
    where (place operator(pg_catalog.<>) kept)
      and ${join(
        keys.map((key) => sql`(${key} is not null)`),
        ' and ',
      )}`;
}

/** Where records of one version may contradict each other: the first of the file with the key and the version of each. The window's order is the beginning of the other one's, so that nothing is sorted again. */
function firstOfVersion(contract: Contract, keys: readonly Sql[]): Record<'place' | 'column' | 'window', Sql> {
  const { duplicates, versionColumns } = ruleOf(contract);
  if (!duplicates.contradict) return { place: sql``, column: sql``, window: sql`` };
  const versions = versionColumns(contract.conflict).map((_, i) => sql`${ident(`version${i + 1}`)} desc nulls last`);
  return {
    place: sql` ${sliceOfPlace(sql`first_place`)} as first_slice, ${recordNoOfPlace(sql`first_place`)} as first_record_no,`,
    column: sql` pg_catalog.min(place) over same_version as first_place,`,
    window: sql`,
        same_version as (order by ${join([...keys, ...versions])} range between current row and current row)`,
  };
}

/** @param found of selectRepeated. */
export function createLosers(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${losersTable(loadId)} as ${found}`;
}

/** All losers are duplicates. */
export function insertLoserVerdicts(loadId: number): Sql {
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select slice, record_no, ${letter('duplicate')} from ${losersTable(loadId)}`;
}

/** Slice and record number of each. */
export function selectLosersOfLoad(loadId: number): Sql {
  return sql`select slice, record_no from ${losersTable(loadId)}`;
}

/** For finding losers by slice and number, page by page. */
export function indexLosers(loadId: number): Sql {
  return sql`create unique index on ${losersTable(loadId)} (slice, record_no)`;
}

/** Harmless where there are none. */
export function dropLosers(loadId: number): Sql {
  return sql`drop table if exists ${losersTable(loadId)}`;
}

/** The slices that have losers, with how many. */
export function selectLosingSlices(loadId: number): Sql {
  return sql`select slice, count(*)::integer as losers from ${losersTable(loadId)} group by slice order by slice`;
}

/** One page of a slice's losers where the file has them, in its order, from after a record on. */
export function selectLosers(loadId: number, slice: number, page: { after: number; most: number }): Sql {
  return sql`
    select losers.record_no, losers.byte_offset
    from ${losersTable(loadId)} as losers
    where (losers.slice = ${slice})
      and (losers.record_no > ${page.after}::integer)
    order by losers.record_no
    limit ${page.most}`;
}
