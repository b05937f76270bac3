import { ruleOf } from '../../conflict/all.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { plainColumn } from '../../core/format/plain-column.ts';
import { foldHeader } from '../../formats/shared/column-names.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { showText } from '../../words/did-you-mean.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { refuseMisfits } from './declared-words.ts';
import type { Dataset } from './schema.ts';

/** The column of the file in which each record says what it asks for, where the rule has one: staged and judged as one of the table, and written nowhere. */
export function operationColumn({ conflict }: Dataset, _catalogue: Catalogue): readonly ContractColumn[] {
  const asked = ruleOf({ conflict }).asked?.(conflict);
  if (asked === undefined) return [];
  return [{ ...plainColumn(asked.column), rules: { required: true, oneOf: [...asked.words] }, operation: true }];
}

/** Refuses that the table has a column of that name: nobody could tell what a file's is. */
export function requireOperation(dataset: Dataset, catalogue: Catalogue): void {
  const [operation] = operationColumn(dataset, catalogue);
  const twin = catalogue.columns.find(
    ({ name }) => operation !== undefined && foldHeader(name) === foldHeader(operation.name),
  );
  if (operation === undefined || twin === undefined) return;
  const message = `the column ${showText(operation.name)} says what becomes of a row, but the table has one of that name: rename the one of the file (columns.rename, --rename), and name that`;
  refuseMisfits(loadCodes.RULE, dataset, [{ at: ['conflict', 'column'], message }]);
}
