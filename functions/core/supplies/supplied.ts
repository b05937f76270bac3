import type { Contract, ContractColumn } from '../contract.ts';
import type { LineageKind, Supply } from './supply.ts';

/** A column that the dataset supplies. */
export type SuppliedColumn = ContractColumn & { readonly supplied: Supply };

/** The columns of the target that the dataset supplies: their values are staged beside the file's. */
export function suppliedColumns({ columns }: Pick<Contract, 'columns'>): readonly SuppliedColumn[] {
  return columns.filter((column): column is SuppliedColumn => column.supplied !== undefined);
}

/** The columns of the target that a file may bring. */
export function broughtColumns({ columns }: Pick<Contract, 'columns'>): readonly ContractColumn[] {
  return columns.filter(({ supplied }) => supplied === undefined);
}

/** What a column says of where a record came from; null: nothing. */
export function lineageOf({ supplied }: Pick<ContractColumn, 'supplied'>): LineageKind | null {
  return supplied !== undefined && 'lineage' in supplied ? supplied.lineage : null;
}

/** Whether it says where a record came from. */
export function isLineage(column: Pick<ContractColumn, 'supplied'>): boolean {
  return lineageOf(column) !== null;
}
