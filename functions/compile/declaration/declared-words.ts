import { didYouMean, showList } from '../../words/did-you-mean.ts';
import type { Catalogue, CatalogueColumn } from '../catalogue/catalogue.ts';
import { shownTarget } from '../../core/target-name.ts';
import type { Dataset } from './schema.ts';

/** All that is wrong, in one message. */
export function inDataset(dataset: Dataset, problems: readonly string[]): string {
  return [`Dataset ${dataset.name} does not fit its table:`, ...problems.map((problem) => `  ${problem}`)].join('\n');
}

/** That the target has no such column, and which ones it has. */
export function unknownColumn(catalogue: Catalogue, name: string): string {
  const known = catalogue.columns.map((column) => column.name);
  return `${shownTarget(catalogue)} has no such column.${didYouMean(name, known)} Its columns are ${showList(known)}.`;
}

/** By its name to the letter; undefined: the target has none. */
export function findColumn(catalogue: Catalogue, name: string): CatalogueColumn | undefined {
  return catalogue.columns.find((column) => column.name === name);
}

/** Whether no file may fill it: generated, or GENERATED ALWAYS AS IDENTITY. */
export function isFilledByServer({ generated, identity }: CatalogueColumn): boolean {
  return generated || identity === 'a';
}
