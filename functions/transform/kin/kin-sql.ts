import { incoming } from '../../core/comparison.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { allDispositions, dispositions, letter } from '../../core/dispositions.ts';
import { ident, join, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { byteOffsetOf, STAGING_SCHEMA, verdictsTable } from '../../core/staging.ts';
import { notJudged, placeIn, recordNoOfPlace, sliceOfPlace } from '../keys-sql.ts';
import type { Kinship } from './kinship.ts';

/**
 * Records with what makes them parents and children: place, byte_offset, and for the foreign key i its own columns as f<i>_<j> and
 * the parent's as k<i>_<j>, in the target's types.
 */
export function kinTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_kin`);
}

/** What a record points to by the foreign key i, or what points to it. */
export function kinValue(side: 'f' | 'k', i: number, j: number): Sql {
  return ident(`${side}${i}_${j}`);
}

/** The values of a record in that order. @param value of a column. */
export function kinValues(kinships: readonly Kinship[], value: (column: ContractColumn) => Sql): Sql {
  const side = (columns: readonly ContractColumn[] | null, name: 'f' | 'k', i: number): readonly Sql[] =>
    (columns ?? []).map((column, j) => sql`${value(column)} as ${kinValue(name, i, j)}`);
  return join(kinships.flatMap(({ columns, parents }, i) => [...side(columns, 'f', i), ...side(parents, 'k', i)]));
}

/** Of all records that may still be accepted. */
export function selectKin(
  kinships: readonly Kinship[],
  loadId: number,
  slices: readonly { readonly slice: number; readonly hasVerdicts: boolean }[],
): Sql {
  const parts = slices.map(
    (each) => sql`
      select ${placeIn(each.slice)} as place, ${byteOffsetOf(sql`s`)} as byte_offset, ${kinValues(kinships, incoming)}
      from ${notJudged(loadId, { ...each, fenced: true })} as s`,
  );
  return join(parts, ' union all ');
}

/** @param found of selectKin. */
export function createKin(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${kinTable(loadId)} as ${found}`;
}

const leftOut = allDispositions.filter((name) => !dispositions[name].isOffered).map(letter);

/** What was refused, or lost to another record of its key, brings and wants no parent any more. */
export function deleteLeftOut(loadId: number): Sql {
  return sql`
    delete from ${kinTable(loadId)} as kin
    using ${verdictsTable(loadId)} as v
    where (v.disposition operator(pg_catalog.=) any (array[${join(leftOut)}]::pg_catalog."char"[]))
      and (v.slice operator(pg_catalog.=) ${sliceOfPlace(sql`kin.place`)})
      and (v.record_no operator(pg_catalog.=) ${recordNoOfPlace(sql`kin.place`)})`;
}

/** For the planner. */
export function analyzeKin(loadId: number): Sql {
  return sql`analyze ${kinTable(loadId)}`;
}

/** Harmless where there is none. */
export function dropKin(loadId: number): Sql {
  return sql`drop table if exists ${kinTable(loadId)}`;
}

/** The record of `child` points to that of `parent`, both of the kin table. */
export function pointsTo({ foreignKey }: Kinship, i: number, { child, parent }: { child: Sql; parent: Sql }): Sql {
  const sides = foreignKey.operators.map(
    (equals, j) => sql`(${parent}.${kinValue('k', i, j)} ${trustedSql(equals)} ${child}.${kinValue('f', i, j)})`,
  );
  return join(sides, ' and ');
}

/** The record of `child` points to the row `t` of the table. */
export function pointsToRow({ foreignKey }: Kinship, i: number, child: Sql): Sql {
  const sides = foreignKey.operators.map(
    (equals, j) =>
      sql`(t.${ident(foreignKey.parentColumns[j] ?? '')} ${trustedSql(equals)} ${child}.${kinValue('f', i, j)})`,
  );
  return join(sides, ' and ');
}

/** The table that holds the rows which are parents already. */
export function parentTable({ foreignKey }: Kinship): Sql {
  return ident(foreignKey.parentSchema, foreignKey.parentTable);
}

/** None of what it points by is NULL: else it points nowhere, and passes. */
export function pointsSomewhere({ columns }: Kinship, i: number, child: Sql): Sql {
  return join(
    columns.map((_, j) => sql`(${child}.${kinValue('f', i, j)} is not null)`),
    ' and ',
  );
}

/** It is its own parent. */
export function pointsToItself(kinship: Kinship, i: number, child: Sql): Sql {
  if (kinship.parents === null) return sql`false`;
  return sql`((${pointsTo(kinship, i, { child, parent: child })}) is true)`;
}
