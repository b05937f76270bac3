import type { ControlDemand } from '../../core/control/totals.ts';
import type { Contract, ContractColumn, FileColumn } from '../../core/contract.ts';
import { columnOfHeader } from '../../formats/shared/column-names.ts';
import { showText } from '../../words/did-you-mean.ts';

/** A column of which a sum is asked for, and its place in the file, from 0. */
export interface ControlColumn {
  readonly column: ContractColumn;
  readonly position: number;
}

/** The same with all names that its sum is asked under. */
export interface SummedColumn extends ControlColumn {
  readonly names: readonly string[];
}

/** What of a load says which columns its records fill. */
export interface FilledLoad {
  readonly contract: Contract;
  readonly fileColumns: readonly FileColumn[];
}

/** The column that a sum is asked of, by its name in the table or in the file's header; or why there is none. */
export function controlColumn(load: FilledLoad, name: string): ControlColumn | { readonly problem: string } {
  const { contract, fileColumns } = load;
  const own = contract.columns.find((column) => column.name === name);
  const column = own ?? contract.columns.find((each) => each.name === columnOfHeader(contract, name));
  if (column === undefined) return { problem: `the table has no column ${showText(name)} that a file fills` };
  if (!['int2', 'int4', 'int8', 'numeric'].includes(column.plainForm))
    return {
      problem: `column ${showText(column.name)} is ${column.type}, and only integers and numeric have an exact sum`,
    };
  const position = fileColumns.findIndex((each) => each.column?.name === column.name && each.absent !== true);
  return position < 0 ? { problem: `the file does not have column ${showText(column.name)}` } : { column, position };
}

/** All columns of which these demands ask a sum that can be told, each once. */
export function controlColumns(load: FilledLoad, demands: readonly ControlDemand[]): readonly SummedColumn[] {
  const names = [...new Set(demands.flatMap(({ sums = {} }) => Object.keys(sums)))];
  const found = new Map<number, SummedColumn>();
  for (const name of names) {
    const asked = controlColumn(load, name);
    if (!('column' in asked)) continue;
    found.set(asked.position, { ...asked, names: [...(found.get(asked.position)?.names ?? []), name] });
  }
  return [...found.values()];
}
