import type { Contract, ContractColumn } from '../contract.ts';
import type { Supply } from './supply.ts';

/** A column that the dataset supplies. */
type SuppliedColumn = ContractColumn & { readonly supplied: Supply };

/** The columns of the target that the dataset supplies: their values are staged beside the file's. */
export function suppliedColumns({ columns }: Pick<Contract, 'columns'>): readonly SuppliedColumn[] {
  return columns.filter((column): column is SuppliedColumn => column.supplied !== undefined);
}
