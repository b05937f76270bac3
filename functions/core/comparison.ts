import type { Contract, ContractColumn } from './contract.ts';
import { isLineage } from './supplies/supplied.ts';
import { isCovered } from './arbiter/covered.ts';
import { isInsertedOnly, isNoReason, merged } from './merge/merged.ts';
import { ident, join, sql, trustedSql, type Sql } from './sql.ts';
import { typeSql } from './type-name.ts';

/**
 * Comparing a staged row `s` with the target's row `t`: transform classifies by these expressions and merge judges by
 * the same ones again, so that both mean one thing by "changed".
 */

/** A staged value as the target's own type, and in its collation: two columns with different ones cannot be compared. */
export function incoming(column: ContractColumn): Sql {
  const staged = stagedValue(column);
  return collated(column.type === column.stagingType ? staged : sql`${staged}::${typeSql(column.type)}`, column);
}

/** A staged value as it is compared with the target's, or with another staged one: equal exactly where `incoming` is. */
export function comparable(column: ContractColumn, contract: Contract): Sql {
  switch (comparedAs(column, contract)) {
    case 'staged':
      return collated(stagedValue(column), column);
    case 'blank-padded':
      return collated(sql`${stagedValue(column)}::pg_catalog.bpchar`, column);
    case 'cast':
      return incoming(column);
  }
}

/** Of a column, what its comparisons need. */
export interface Compared {
  readonly enumType?: string | null;
}

/** A value of a column's type as PostgreSQL can compare it. */
export function asCompared({ enumType }: Compared, value: Sql): Sql {
  return enumType == null ? value : sql`(${value})::${typeSql(enumType)}`;
}

/** Two values of a column's type are equal, as the type has it; NULL where one of them is. */
export function areEqual(column: Compared & Pick<ContractColumn, 'equals'>, left: Sql, right: Sql): Sql {
  return sql`(${asCompared(column, left)} ${trustedSql(column.equals)} ${asCompared(column, right)})`;
}

/** Whether comparing these columns could raise for a record that was rejected: then no comparison may see it. */
export function comparingMayRaise(columns: readonly ContractColumn[], contract: Contract): boolean {
  return columns.some((column) => column.type !== column.stagingType && comparedAs(column, contract) === 'cast');
}

/**
 * A value that passed validation fits its column's size as it is, so it equals its cast to numeric(p,s), varchar(n), char(n)
 * or timestamp(p), and is compared without it: a tenth of the join with the target. Not so where a leniency rounds or cuts.
 */
function comparedAs({ type, plainForm, isDomain }: ContractColumn, { leniencies }: Contract): ComparedAs {
  if (isDomain || leniencies.includes('roundNumbers') || leniencies.includes('truncateText')) return 'cast';
  if (/^(numeric|time|timestamp)\(/.test(type)) return plainForm === 'text' ? 'cast' : 'staged';
  if (/^character varying(\(\d+\))?$/.test(type)) return 'staged';
  return /^character\(\d+\)$/.test(type) ? 'blank-padded' : 'cast';
}

type ComparedAs = 'staged' | 'blank-padded' | 'cast';

function stagedValue({ name }: ContractColumn): Sql {
  return sql`s.${ident(name)}`;
}

function collated(value: Sql, { collation }: ContractColumn): Sql {
  return collation === null ? value : sql`(${value} collate ${trustedSql(collation)})`;
}

/** What the target's column becomes: the staged value, or what the dataset makes of it and the row's; where a NULL keeps it what `t` has. No cast sees a NULL that is kept. */
export function becoming(column: ContractColumn): Sql {
  const theirs = sql`t.${ident(column.name)}`;
  const becomes = merged(column, theirs, incoming(column));
  if (column.keptWhereNull !== true) return becomes;
  return sql`case when (${stagedValue(column)} is null) then ${theirs} else ${becomes} end`;
}

/**
 * The rows have the same business key; none has, where there is no key, nor one that the arbiter does not cover.
 * @param ours the other row's side, by default the staged one's.
 */
export function keyMatch(contract: Contract, ours: typeof comparable = comparable): Sql {
  if (contract.businessKey.length === 0) return sql`false`;
  const columns = contract.columns.filter(({ name }) => contract.businessKey.includes(name));
  const same = columns.map((column) => areEqual(column, sql`t.${ident(column.name)}`, ours(column, contract)));
  return join([...same, isCovered(contract, sql`t`) ?? []].flat(), ' and ');
}

/** The target has no row of the record's key: `t` of an outer join on keyMatch is all NULL. */
export function isAbsent({ businessKey: [first] }: Contract): Sql {
  return first === undefined ? sql`true` : sql`(t.${ident(first)} is null)`;
}

/** Columns that an update sets: of those that the file fills beyond the business key all that not only inserts write. */
export function writtenColumns(contract: Contract, filled: readonly ContractColumn[]): readonly ContractColumn[] {
  return updatedColumns(contract, filled).filter((column) => !isInsertedOnly(column));
}

/** Columns that the file fills beyond the business key. */
export function updatedColumns(contract: Contract, filled: readonly ContractColumn[]): readonly ContractColumn[] {
  return filled.filter(({ name }) => !contract.businessKey.includes(name));
}

/** What the target's column becomes inside ON CONFLICT. */
export function becomingExcluded(column: ContractColumn): Sql {
  return merged(column, sql`t.${ident(column.name)}`, excluded(column));
}

/** A row of ON CONFLICT's `excluded`: what `incoming` became on its way into the target. */
export function excluded(column: ContractColumn): Sql {
  return sql`excluded.${ident(column.name)}`;
}

/**
 * Some column of the row would become another value, but for those that say where a record came from or are written beside others only, and for a NULL that keeps what the row has. Types without an equality operator (json, ...) compare as text.
 * @param ours the file's side: `comparable`, or `excluded` inside ON CONFLICT.
 */
export function rowDiffers(contract: Contract, filled: readonly ContractColumn[], ours = comparable): Sql {
  const columns = updatedColumns(contract, filled).filter((column) => !isLineage(column) && !isNoReason(column));
  if (columns.length === 0) return sql`false`;
  const side = (value: Sql, column: ContractColumn): Sql =>
    column.judgedAsInput ? sql`(${value})::pg_catalog.text` : asCompared(column, value);
  const same = columns.map((column) => {
    const theirs = sql`t.${ident(column.name)}`;
    const equal = isSame(side(theirs, column), side(merged(column, theirs, ours(column, contract)), column), column);
    if (column.keptWhereNull !== true || ours === excluded) return equal;
    // no cast sees a NULL that is kept
    return sql`(case when (${stagedValue(column)} is null) then true else ${equal} end)`;
  });
  return sql`((${join(same, ' and ')}) is not true)`;
}

/** True for two equal values and for two NULLs: `is not distinct from` would look its equality up in the search_path. */
function isSame(left: Sql, right: Sql, { notNull }: ContractColumn): Sql {
  const equal = sql`(${left} operator(pg_catalog.=) ${right})`;
  return notNull ? equal : sql`(${equal} or ((${left} is null) and (${right} is null)))`;
}
