import { loadCodes } from '../../protocol/load-codes.ts';
import { showText } from '../../words/did-you-mean.ts';
import { refuseMisfits, unknownColumn } from '../declaration/declared-words.ts';
import type { Catalogue } from './catalogue.ts';
import type { Dataset } from '../declaration/schema.ts';

/** Refuses names in columns.sensitive that the target lacks, all of them at once: a cell that is shown by a typing error is shown for good. */
export function requireSensitive(dataset: Dataset, catalogue: Catalogue): void {
  const known = catalogue.columns.map(({ name }) => name);
  const problems = dataset.columns.sensitive.flatMap((name, place) =>
    known.includes(name)
      ? []
      : [
          {
            at: ['columns', 'sensitive', place],
            message: `columns.sensitive names ${showText(name)}, and ${unknownColumn(catalogue, name)}`,
          },
        ],
  );
  refuseMisfits(loadCodes.RULE, dataset, problems);
}
