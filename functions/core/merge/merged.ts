import type { ContractColumn } from '../contract.ts';
import { sql, type Sql } from '../sql.ts';
import { mergeExpressionSql, readMergeExpression } from './merge-expression.ts';

/**
 * How a column of a row that is there takes the record's value, where a dataset says more than the conflict rule. keep: it does not,
 * whatever it has. onInsert: it does not, since only an insert writes it. onlyIfNull: where the row has none. onChange: where the record
 * changes another column of the row, and never for its own sake.
 */
export const mergeWords = ['keep', 'onInsert', 'onlyIfNull', 'onChange'] as const;

type Merged = Pick<ContractColumn, 'name' | 'merge'>;

/** Only inserts write it. */
export function isInsertedOnly({ merge }: Merged): boolean {
  return merge === 'keep' || merge === 'onInsert';
}

/** A record that differs from the row in nothing else leaves the row as it is. */
export function isNoReason(column: Merged): boolean {
  return column.merge === 'onChange' || isInsertedOnly(column);
}

/** What the row's value becomes. @param ours the record's value, as the target takes it. */
export function merged(column: Merged, theirs: Sql, ours: Sql): Sql {
  const { merge, name } = column;
  if (merge === undefined || merge === 'onChange') return ours;
  if (isInsertedOnly(column)) return theirs;
  if (merge === 'onlyIfNull') return sql`coalesce(${theirs}, ${ours})`;
  return mergeExpressionSql(readMergeExpression(merge, name), theirs, ours);
}
