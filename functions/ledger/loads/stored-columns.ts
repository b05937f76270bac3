import type { Contract, FileColumn } from '../../core/contract.ts';

/** A column of a file as landfall.loads has it: the target's by name. */
export interface StoredColumn {
  readonly header: string;
  readonly column: string | null;
  readonly unnamed?: true;
  readonly captured?: true;
  readonly captures?: true;
  readonly absent?: true;
}

/** Columns of a file with those of the contract that they fill. */
export function fileColumnsOf(stored: readonly StoredColumn[], contract: Contract | null): readonly FileColumn[] {
  const byName = new Map(contract?.columns.map((column) => [column.name, column]));
  return stored.map(({ column, ...rest }) => ({
    ...rest,
    column: column === null ? null : (byName.get(column) ?? null),
  }));
}
