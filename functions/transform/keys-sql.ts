import { ruleOf } from '../conflict/all.ts';
import { columnsNamed, keyColumns } from '../core/arbiter/key-columns.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { comparable, comparingMayRaise } from '../core/comparison.ts';
import { ident, join, literal, sql, trustedSql, type Sql } from '../core/sql.ts';
import { HIDDEN } from '../ledger/rejects/shown-text.ts';
import { byteOffsetOf, recordNoOf, typedTable, verdictsTable } from '../core/staging.ts';

/** What the statements here need of a slice. */
export interface KeyedSlice {
  readonly slice: number;
  readonly rejected: number;
}

/**
 * Every staged record that may still be accepted, of the whole load: its place in it (slice and record number in one number,
 * so that a sort carries and compares one), its byte offset, its typed key as k1, k2, ... and, where the newer one wins, its
 * version as version1, version2, ... Only slices with rejects pay for leaving them out.
 * @param cells columns whose staged values are wanted as well, as c1, c2, ...
 */
export function acceptedKeys(
  contract: Contract,
  loadId: number,
  slices: readonly KeyedSlice[],
  cells: readonly ContractColumn[] = [],
): Sql {
  const columns = keyColumns(contract);
  const keys = columns.map((column, i) => sql`${comparable(column, contract)} as ${ident(`k${i + 1}`)}`);
  const versions = columnsNamed(contract, ruleOf(contract).versionColumns(contract.conflict));
  keys.push(...versions.map((column, i) => sql`${comparable(column, contract)} as ${ident(`version${i + 1}`)}`));
  keys.push(...cells.map(({ name }, i) => sql`s.${ident(name)} as ${ident(`c${i + 1}`)}`));
  const fenced = comparingMayRaise([...columns, ...versions], contract);
  const parts = slices.map(
    ({ slice, rejected }) => sql`
      select ${placeIn(slice)} as place, ${byteOffsetOf(sql`s`)} as byte_offset, ${join(keys)}
      from ${notJudged(loadId, { slice, hasVerdicts: rejected > 0, fenced })} as s`,
  );
  return join(parts, ' union all ');
}

/** A place: the slice in the upper half, so that places are in the file's order. */
export function placeIn(slice: number): Sql {
  return sql`((${trustedSql(String(slice))}::bigint operator(pg_catalog.<<) 32) operator(pg_catalog.|) ${recordNoOf(sql`s`)})`;
}

/** Slice and record number of a place. */
export function sliceOfPlace(place: Sql): Sql {
  return sql`(${place} operator(pg_catalog.>>) 32)::integer`;
}

/** The record's number inside its slice. */
export function recordNoOfPlace(place: Sql): Sql {
  return sql`(${place} operator(pg_catalog.&) 4294967295)::integer`;
}

/**
 * The slice's records that have no verdict yet: all of them where none has one.
 * @param fenced `offset 0` keeps PostgreSQL from moving a cast or a comparison below it: what was rejected need not convert
 *   to the target's type, and an error there would fail the load. It keeps slices from being read in parallel as well.
 */
export function notJudged(
  loadId: number,
  { slice, hasVerdicts, fenced }: { slice: number; hasVerdicts: boolean; fenced: boolean },
): Sql {
  if (!hasVerdicts) return typedTable(loadId, slice);
  return sql`(
        select *
        from ${typedTable(loadId, slice)} as typed
        where not exists (
          select
          from ${verdictsTable(loadId)} as v
          where (v.slice operator(pg_catalog.=) ${trustedSql(String(slice))})
            and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`typed`)})
        )
        ${fenced ? sql`offset 0` : sql``}
      )`;
}

/** k1, k2, ... of acceptedKeys. */
export function keyNames(contract: Contract): readonly Sql[] {
  return contract.businessKey.map((_, i) => ident(`k${i + 1}`));
}

/** A key in words, for a reason: `id=7, region=EU`. */
export function keyInWords(contract: Contract): Sql {
  const isHidden = (name: string): boolean =>
    contract.columns.some((column) => column.name === name && column.sensitive === true);
  return join(
    contract.businessKey.map((name, i) =>
      isHidden(name)
        ? sql`${literal(`${name}=${HIDDEN}`)}::pg_catalog.text`
        : sql`${literal(`${name}=`)}::pg_catalog.text operator(pg_catalog.||) ${ident(`k${i + 1}`)}::pg_catalog.text`,
    ),
    ` operator(pg_catalog.||) ', '::pg_catalog.text operator(pg_catalog.||) `,
  );
}
