import { columnNamed } from '../../core/arbiter/key-columns.ts';
import { areEqual } from '../../core/comparison.ts';
import { ruleOf } from '../../conflict/all.ts';
import type { Missing } from '../../conflict/rule.ts';
import type { Contract } from '../../core/contract.ts';
import { ident, join, literal, sql, type Sql } from '../../core/sql.ts';
import { stagingColumns, vanishingTable } from '../../core/staging.ts';
import { insertLocked } from '../../ledger/undos/journal-sql.ts';
import { HIDDEN } from '../../ledger/rejects/shown-text.ts';

/** Places [from, to) among the rows of the target that the file does not hold. */
export interface VanishingRange {
  readonly contract: Contract;
  readonly loadId: number;
  readonly from: number;
  readonly to: number;
}

const place = sql`v.${ident(stagingColumns.recordNo)}`;

function ranged({ loadId, from, to }: VanishingRange): Sql {
  return sql`(
      select *
      from ${vanishingTable(loadId)} as all_of_them
      where (all_of_them.${ident(stagingColumns.recordNo)} operator(pg_catalog.>=) ${from}::pg_catalog.int4)
        and (all_of_them.${ident(stagingColumns.recordNo)} operator(pg_catalog.<) ${to}::pg_catalog.int4)
    ) as v`;
}

/** The row `t` is the one of `v`, and lies in the scope in which it was found: what others moved out of it is none of the file's. */
function matches({ contract }: VanishingRange): Sql {
  const equal = (name: string, other: string): Sql =>
    areEqual(columnNamed(contract, name), sql`t.${ident(name)}`, sql`v.${ident(other)}`);
  return join(
    [
      ...contract.businessKey.map((name, i) => equal(name, `k${i + 1}`)),
      ...Object.keys(contract.replaceWhere ?? {}).map((name, i) => equal(name, `s${i + 1}`)),
    ],
    ' and ',
  );
}

function missingOf(contract: Contract): Missing {
  const { missing } = ruleOf(contract);
  if (missing === undefined)
    throw new Error(`the conflict rule of ${contract.dataset} lets rows stay that the file does not hold`);
  return missing;
}

/** Deletes or marks the rows of the range. */
export function removeVanishing(range: VanishingRange): Sql {
  const { contract } = range;
  return missingOf(contract).remove(contract, { from: ranged(range), matches: matches(range) });
}

/** Locks the rows of the range that stand, and keeps them as they are. */
export function insertVanishing(range: VanishingRange, batch: number): Sql {
  const { contract, loadId } = range;
  const { schema, table } = contract.target;
  return insertLocked(
    contract,
    { loadId, batch },
    {
      isDeletion: ruleOf(contract).deletes?.(contract.conflict) === true,
      number: place,
      rows: sql`${ranged(range)}
        join ${ident(schema, table)} as t on ${matches(range)}
        where ${missingOf(contract).stands(contract)}`,
    },
  );
}

/** Rows of the range that are there still: { place, key }, the key in words. */
export function selectStanding(range: VanishingRange): Sql {
  const { contract } = range;
  const { schema, table } = contract.target;
  const words = contract.businessKey.map((name, i) => {
    const isHidden = contract.columns.some((column) => column.name === name && column.sensitive === true);
    const value = isHidden ? sql`${literal(HIDDEN)}::pg_catalog.text` : sql`v.${ident(`k${i + 1}`)}::pg_catalog.text`;
    return sql`${literal(`${name}=`)}::pg_catalog.text operator(pg_catalog.||) ${value}`;
  });
  return sql`
    select ${place} as place, ${join(words, ` operator(pg_catalog.||) ', '::pg_catalog.text operator(pg_catalog.||) `)} as key
    from ${ranged(range)}
    join ${ident(schema, table)} as t on ${matches(range)}
    where ${missingOf(contract).stands(contract)}
    order by ${place}`;
}
