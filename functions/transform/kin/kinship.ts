import type { Contract, ContractColumn, SelfForeignKey } from '../../core/contract.ts';

/** A foreign key of the target to itself, as a file fills it. */
export interface Kinship {
  readonly foreignKey: SelfForeignKey;
  /** Of the child, in the order of the foreign key. */
  readonly columns: readonly ContractColumn[];
  /** Of the parent, in the same order. Null: the file does not fill all of them, so it brings no parent. */
  readonly parents: readonly ContractColumn[] | null;
  /** What is pointed to is the business key, of which the load keeps one record. */
  readonly isOnKey: boolean;
}

/** Those whose columns the file fills all; where it does not, the target's defaults decide, and the target judges. */
export function kinshipsOf(contract: Contract, filled: readonly ContractColumn[]): readonly Kinship[] {
  const named = (names: readonly string[]): readonly ContractColumn[] | null => {
    const found = names.flatMap((name) => filled.find((column) => column.name === name) ?? []);
    return found.length === names.length ? found : null;
  };
  return (contract.selfForeignKeys ?? []).flatMap((foreignKey) => {
    const columns = named(foreignKey.columns);
    if (columns === null) return [];
    const { parentColumns } = foreignKey;
    const isOnKey =
      parentColumns.length === contract.businessKey.length &&
      contract.businessKey.every((name) => parentColumns.includes(name));
    return [{ foreignKey, columns, parents: named(parentColumns), isOnKey }];
  });
}
