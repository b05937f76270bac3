import { loadCodes } from '../../../protocol/load-codes.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { findColumn, refuseMisfits, unknownColumn } from '../declared-words.ts';
import type { Dataset } from '../schema.ts';

/** Refuses shares of NULL for columns that the target lacks; all of them at once. */
export function requireNullShare(dataset: Dataset, catalogue: Catalogue): void {
  const problems = Object.keys(dataset.limits.nullShare ?? {}).flatMap((name) =>
    findColumn(catalogue, name) === undefined
      ? [
          {
            at: ['limits', 'nullShare', name],
            message: `limits.nullShare names ${showText(name)}, but ${unknownColumn(catalogue, name)}`,
          },
        ]
      : [],
  );
  refuseMisfits(loadCodes.RULE, dataset, problems);
}
