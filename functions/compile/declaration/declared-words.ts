import { LoadRejected } from '../../protocol/errors.ts';
import type { LoadCode } from '../../protocol/load-codes.ts';
import { didYouMean, showList } from '../../words/did-you-mean.ts';
import type { Catalogue, CatalogueColumn } from '../catalogue/catalogue.ts';
import { shownTarget } from '../../core/target-name.ts';
import type { Problem } from './problems.ts';
import type { Dataset } from './schema.ts';

/** A dataset that does not fit its table. Its message has all problems, which are told by themselves as well. */
export class DatasetMisfit extends LoadRejected {
  readonly problems: readonly Problem[];

  constructor(code: LoadCode, dataset: Dataset, problems: readonly Problem[]) {
    const lines = problems.map(({ message }) => `  ${message}`);
    super(code, [`Dataset ${dataset.name} does not fit its table:`, ...lines].join('\n'));
    this.problems = problems;
  }
}

/** @throws DatasetMisfit where there is a problem */
export function refuseMisfits(code: LoadCode, dataset: Dataset, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new DatasetMisfit(code, dataset, problems);
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
