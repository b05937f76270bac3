import type { ContractColumn } from './contract.ts';

/** A column that takes any text as it stands: blanks, the empty string and words for NULL are values of it. */
export function isText(column: ContractColumn): boolean {
  return column.plainForm === 'text' && !column.judgedAsInput && column.labels === null;
}
