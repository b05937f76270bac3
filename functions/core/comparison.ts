import type { Contract, ContractColumn } from './contract.ts';
import { ident, join, sql, trustedSql, type Sql } from './sql.ts';

/**
 * Comparing a staged row `s` with the target's row `t`: transform classifies by these expressions and merge judges by
 * the same ones again, so that both mean one thing by "changed".
 */

/** A staged value as the target's own type, and in its collation: two columns with different ones cannot be compared. */
export function incoming(column: ContractColumn): Sql {
  const staged = sql`s.${ident(column.name)}`;
  const typed = column.type === column.stagingType ? staged : sql`${staged}::${trustedSql(column.type)}`;
  return column.collation === null ? typed : sql`(${typed} collate ${trustedSql(column.collation)})`;
}

/** The rows have the same business key. */
export function keyMatch(contract: Contract): Sql {
  const columns = contract.columns.filter(({ name }) => contract.businessKey.includes(name));
  return join(
    columns.map((column) => sql`(t.${ident(column.name)} ${trustedSql(column.equals)} ${incoming(column)})`),
    ' and ',
  );
}

/** Columns that the file fills beyond the business key: what an update sets. */
export function updatedColumns(contract: Contract, filled: readonly ContractColumn[]): readonly ContractColumn[] {
  return filled.filter(({ name }) => !contract.businessKey.includes(name));
}

/** A row of ON CONFLICT's `excluded`: what `incoming` became on its way into the target. */
export function excluded(column: ContractColumn): Sql {
  return sql`excluded.${ident(column.name)}`;
}

/**
 * Some column of the file differs from the target's. Types without an equality operator (json, ...) compare as text.
 * @param ours the file's side: `incoming`, or `excluded` inside ON CONFLICT.
 */
export function rowDiffers(contract: Contract, filled: readonly ContractColumn[], ours = incoming): Sql {
  const columns = updatedColumns(contract, filled);
  if (columns.length === 0) return sql`false`;
  const comparable = (value: Sql, column: ContractColumn): Sql =>
    column.judgedAsInput ? sql`(${value})::text` : value;
  const left = columns.map((column) => comparable(sql`t.${ident(column.name)}`, column));
  const right = columns.map((column) => comparable(ours(column), column));
  return sql`((${join(left)}) is distinct from (${join(right)}))`;
}

/** newer-wins: the file's row has the larger version; a row without one is older than any. @param ours as in rowDiffers. */
export function incomingIsNewer(contract: Contract, ours = incoming): Sql {
  if (contract.conflict.rule !== 'newer-wins') return sql`true`;
  const { versionColumn } = contract.conflict;
  const column = contract.columns.find(({ name }) => name === versionColumn);
  if (column === undefined) throw new Error(`the contract of ${contract.dataset} has no column ${versionColumn}`);
  const theirs = sql`t.${ident(versionColumn)}`;
  return sql`((${ours(column)} > ${theirs}) or ((${theirs} is null) and (${ours(column)} is not null)))`;
}
