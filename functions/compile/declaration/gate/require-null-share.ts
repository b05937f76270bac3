import { LoadRejected } from '../../../protocol/errors.ts';
import { loadCodes } from '../../../protocol/load-codes.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { findColumn, inDataset, unknownColumn } from '../declared-words.ts';
import type { Dataset } from '../schema.ts';

/** Refuses shares of NULL for columns that the target lacks; all of them at once. */
export function requireNullShare(dataset: Dataset, catalogue: Catalogue): void {
  const problems = Object.keys(dataset.limits.nullShare ?? {}).flatMap((name) =>
    findColumn(catalogue, name) === undefined
      ? [`limits.nullShare names ${showText(name)}, but ${unknownColumn(catalogue, name)}`]
      : [],
  );
  if (problems.length > 0) throw new LoadRejected(loadCodes.RULE, inDataset(dataset, problems));
}
