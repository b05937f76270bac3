import type { Contract } from '../core/contract.ts';
import { ident, join, sql, trustedSql, type Sql } from '../core/sql.ts';
import { losersTable, STAGING_SCHEMA, typedTable, verdictsTable } from '../core/staging.ts';
import { acceptedKeys, keyColumns, keyInWords, keyNames, type KeyedSlice } from './keys-sql.ts';

/** Keys that occur more than once among the accepted records of a load. */
export function duplicateKeysTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_duplicate_keys`);
}

/**
 * Proves that every key is there once, the common case, in one sorted pass: 0.35 microseconds a row against 0.7 for a
 * hashed GROUP BY (PostgreSQL 17.10). Only for a key of one column; answers { repeated }.
 */
export function countRepeated(contract: Contract, loadId: number, slices: readonly KeyedSlice[]): Sql {
  return sql`
    select count(*) - count(distinct k1) as repeated
    from (${acceptedKeys(contract, loadId, slices)}) as accepted`;
}

/** CREATE TABLE AS: parallel workers take part, as they do not in INSERT ... SELECT. */
export function createDuplicateKeys(contract: Contract, loadId: number, slices: readonly KeyedSlice[]): Sql {
  const keys = join(keyNames(contract));
  return sql`
    create unlogged table ${duplicateKeysTable(loadId)} as
    select ${keys}
    from (${acceptedKeys(contract, loadId, slices)}) as accepted
    group by ${keys}
    having (count(*) > 1)`;
}

/**
 * All records of a duplicate key but its winner. The winner is the last record in the file (or the first, or the one
 * with the largest version and then the last), by slice and record number: the order in which a sequential read sees them.
 */
export function createLosers(contract: Contract, loadId: number, slices: readonly KeyedSlice[]): Sql {
  const keys = keyNames(contract);
  return sql`
    create unlogged table ${losersTable(loadId)} as
    select slice, record_no, winner_slice, winner_record_no, key
    from (
      select accepted.slice, accepted.record_no,
        row_number() over winners as place,
        first_value(accepted.slice) over winners as winner_slice,
        first_value(accepted.record_no) over winners as winner_record_no,
        left(${keyInWords(contract, 'accepted')}, 80) as key
      from (${acceptedKeys(contract, loadId, slices)}) as accepted
      join ${duplicateKeysTable(loadId)} as repeated on ${sameKey(contract)}
      ${versionJoin(contract, loadId, slices)}
      window winners as (partition by ${join(keys.map((key) => sql`accepted.${key}`))} order by ${winnerOrder(contract)})
    ) as ranked
    where (place > 1)`;
}

/** The key's own equality, by name: `using` would look it up in the search_path. */
function sameKey(contract: Contract): Sql {
  const columns = keyColumns(contract);
  return join(
    columns.map(({ equals }, i) => sql`(accepted.${ident(`k${i + 1}`)} ${trustedSql(equals)} repeated.${ident(`k${i + 1}`)})`),
    ' and ',
  );
}

function versionJoin(contract: Contract, loadId: number, slices: readonly KeyedSlice[]): Sql {
  if (contract.conflict.rule !== 'newer-wins') return sql``;
  const { versionColumn } = contract.conflict;
  const versions = slices.map(
    ({ slice }) => sql`
      select ${trustedSql(String(slice))} as slice, record_no, ${ident(versionColumn)} as version
      from ${typedTable(loadId, slice)}`,
  );
  return sql`join (${join(versions, ' union all ')}) as versions
    on (versions.slice = accepted.slice)
    and (versions.record_no = accepted.record_no)`;
}

function winnerOrder({ conflict }: Contract): Sql {
  if (conflict.rule === 'newer-wins') return sql`versions.version desc nulls last, accepted.slice desc, accepted.record_no desc`;
  return conflict.winner === 'first' ? sql`accepted.slice, accepted.record_no` : sql`accepted.slice desc, accepted.record_no desc`;
}

export function insertLoserVerdicts(loadId: number): Sql {
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select slice, record_no, 'd' from ${losersTable(loadId)}`;
}

/** Without statistics the join with a handful of keys is planned for millions. */
export function analyzeDuplicateKeys(loadId: number): Sql {
  return sql`analyze ${duplicateKeysTable(loadId)}`;
}

export function dropDuplicateKeys(loadId: number): Sql {
  return sql`drop table if exists ${duplicateKeysTable(loadId)}`;
}

export function indexLosers(loadId: number): Sql {
  return sql`create unique index on ${losersTable(loadId)} (slice, record_no)`;
}

export function dropLosers(loadId: number): Sql {
  return sql`drop table if exists ${losersTable(loadId)}`;
}

/** The slices that have losers, with how many. */
export function selectLosingSlices(loadId: number): Sql {
  return sql`select slice, count(*)::integer as losers from ${losersTable(loadId)} group by slice order by slice`;
}

/** One slice's losers where the file has them, in its order. */
export function selectLosers(loadId: number, slice: number): Sql {
  return sql`
    select losers.record_no, typed.byte_offset
    from ${losersTable(loadId)} as losers
    join ${typedTable(loadId, slice)} as typed on (typed.record_no = losers.record_no)
    where (losers.slice = ${slice})
    order by losers.record_no`;
}
