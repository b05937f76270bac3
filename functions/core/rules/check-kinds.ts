import type { CheckRule, Contract } from '../contract.ts';

/** What a condition of a contract's `checks` stands for: a CHECK of the table, its partitions, or the MATCH FULL of a foreign key. */
export type CheckKind = 'check' | 'partitions' | 'match full';

/** The condition that a row of this table, which is itself a partition, satisfies. */
export function partitionBoundName(table: string): string {
  return `partition bound of ${table}`;
}

/** The condition that some partition of this table takes a row. */
export function partitionsName(table: string): string {
  return `partitions of ${table}`;
}

/** By its name: that of a MATCH FULL is its foreign key's, and no CHECK of a table has the name of another constraint of it. */
export function kindOfCheck({ name }: CheckRule, contract: Contract): CheckKind {
  const { target, foreignKeys, selfForeignKeys = [] } = contract;
  if ([...foreignKeys, ...selfForeignKeys].some((foreignKey) => foreignKey.name === name)) return 'match full';
  return name === partitionBoundName(target.table) || name === partitionsName(target.table) ? 'partitions' : 'check';
}
