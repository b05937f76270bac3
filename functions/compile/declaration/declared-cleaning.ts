import { stepOf } from '../../cleaning/all.ts';
import type { CleanedColumn } from '../../cleaning/step.ts';
import { type CleaningChoice, type ContractColumn, isText } from '../../core/contract.ts';
import { cleaningChoice } from './cleaning-shape.ts';
import type { Dataset } from './schema.ts';

/** `*` stands for all columns of text that have no steps of their own. */
const allText = '*';

/** The steps of one column; absent where the dataset declares none for it. */
export function cleaningOf(
  dataset: Dataset,
  column: Pick<ContractColumn, 'name' | 'plainForm' | 'judgedAsInput' | 'labels'>,
): Pick<ContractColumn, 'clean'> {
  const { clean } = dataset.columns;
  const own = Object.hasOwn(clean, column.name) ? clean[column.name] : undefined;
  const written = own ?? (isText(column) ? clean[allText] : undefined) ?? [];
  return written.length === 0 ? {} : { clean: written.map(cleaningChoice) };
}

/** What is wrong with the steps of a column, each in words; none where all can be meant. */
export function problemsOfCleaning(column: CleanedColumn, choices: readonly CleaningChoice[]): readonly string[] {
  return choices.flatMap((choice) => stepOf(choice).problem(choice, column) ?? []);
}
