import { loadCodes } from '../../../protocol/load-codes.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { findColumn, refuseMisfits, unknownColumn } from '../declared-words.ts';
import type { Dataset } from '../schema.ts';

/** Limits that name columns. */
const limitsOfColumns = ['nullShare', 'maxNullTurnedShare'] as const;

/** Refuses limits for columns that the target lacks; all of them at once. */
export function requireLimitedColumns(dataset: Dataset, catalogue: Catalogue): void {
  const problems = limitsOfColumns.flatMap((limit) =>
    Object.keys(dataset.limits[limit] ?? {})
      .filter((name) => findColumn(catalogue, name) === undefined)
      .map((name) => ({
        at: ['limits', limit, name],
        message: `limits.${limit} names ${showText(name)}, but ${unknownColumn(catalogue, name)}`,
      })),
  );
  refuseMisfits(loadCodes.RULE, dataset, problems);
}
