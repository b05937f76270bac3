import type { Contract, ContractColumn } from '../core/contract.ts';
import { incoming } from '../core/comparison.ts';
import { ident, join, literal, sql, trustedSql, type Sql } from '../core/sql.ts';
import { recordNoOf, typedTable, verdictsTable } from '../core/staging.ts';

/** What the statements here need of a slice. */
export interface KeyedSlice {
  readonly slice: number;
  readonly rejected: number;
}

/** The business key's columns, in its order. */
export function keyColumns(contract: Contract): readonly ContractColumn[] {
  return contract.businessKey.map((name) => {
    const column = contract.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new Error(`the contract of ${contract.dataset} has no column ${name}`);
    return column;
  });
}

/**
 * Every staged record that may still be accepted, of the whole load: slice, record_no, its typed key as k1, k2, ... and,
 * where the newer one wins, its version.
 * Only slices with rejects pay for leaving them out.
 */
export function acceptedKeys(contract: Contract, loadId: number, slices: readonly KeyedSlice[]): Sql {
  const keys = keyColumns(contract).map((column, i) => sql`${incoming(column)} as ${ident(`k${i + 1}`)}`);
  if (contract.conflict.rule === 'newer-wins') keys.push(sql`s.${ident(contract.conflict.versionColumn)} as version`);
  const parts = slices.map(
    ({ slice, rejected }) => sql`
      select ${trustedSql(String(slice))} as slice, ${recordNoOf(sql`s`)} as record_no, ${join(keys)}
      from ${notJudged(loadId, slice, rejected)} as s`,
  );
  return join(parts, ' union all ');
}

/**
 * The slice's records that have no verdict yet; `judged` is how many have one. `offset 0` keeps PostgreSQL from moving a cast or
 * a comparison below it: what was rejected need not convert to the target's type, and an error there would fail the load.
 */
export function notJudged(loadId: number, slice: number, judged: number): Sql {
  if (judged === 0) return typedTable(loadId, slice);
  return sql`(
        select *
        from ${typedTable(loadId, slice)} as typed
        where not exists (
          select
          from ${verdictsTable(loadId)} as v
          where (v.slice = ${trustedSql(String(slice))})
            and (v.record_no = ${recordNoOf(sql`typed`)})
        )
        offset 0
      )`;
}

/** k1, k2, ... of acceptedKeys. */
export function keyNames(contract: Contract): readonly Sql[] {
  return contract.businessKey.map((_, i) => ident(`k${i + 1}`));
}

/** A key in words, for a reason: `id=7, region=EU`. */
export function keyInWords(contract: Contract): Sql {
  return join(
    contract.businessKey.map((name, i) => sql`${literal(`${name}=`)} || ${ident(`k${i + 1}`)}::text`),
    ` || ', ' || `,
  );
}
