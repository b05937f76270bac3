import { loadCodes } from '../../../protocol/load-codes.ts';
import { LoadRejected } from '../../../protocol/errors.ts';
import type { ContractColumn } from '../../../core/contract.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { findColumn, inDataset, isFilledByServer, unknownColumn } from '../declared-words.ts';
import type { Dataset } from '../schema.ts';

/** What the dataset supplies for a column; absent where a file may bring it. */
export function supplyOf({ columns }: Dataset, name: string): Pick<ContractColumn, 'supplied'> {
  const { constants } = columns;
  if (Object.hasOwn(constants, name)) return { supplied: { constant: constants[name] ?? '' } };
  return {};
}

/** Refuses to supply columns that the target lacks or that PostgreSQL fills; all of them at once. @param ofValues what the database says of them. */
export function requireSupplies(dataset: Dataset, catalogue: Catalogue, ofValues: readonly string[]): void {
  const problems = Object.keys(dataset.columns.constants).flatMap((name) => {
    const column = findColumn(catalogue, name);
    if (column === undefined)
      return [`columns.constants names ${showText(name)}, but ${unknownColumn(catalogue, name)}`];
    return isFilledByServer(column)
      ? [`columns.constants names ${showText(name)}, but PostgreSQL fills that column itself.`]
      : [];
  });
  const all = [...problems, ...ofValues];
  if (all.length > 0) throw new LoadRejected(loadCodes.RULE, inDataset(dataset, all));
}
