import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { shownTarget } from '../../core/target-name.ts';
import { didYouMean, showList, showText } from '../../words/did-you-mean.ts';
import type { Catalogue } from './catalogue.ts';
import type { Dataset } from '../declaration/schema.ts';

/** Refuses names in columns.sensitive that the target lacks, all of them at once: a cell that is shown by a typing error is shown for good. */
export function requireSensitive(dataset: Dataset, catalogue: Catalogue): void {
  const known = catalogue.columns.map(({ name }) => name);
  const unknown = dataset.columns.sensitive.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const problems = unknown.map(
    (name) =>
      `  columns.sensitive names ${showText(name)}, and ${shownTarget(catalogue)} has no such column.${didYouMean(name, known)}`,
  );
  throw new LoadRejected(
    loadCodes.RULE,
    [`Dataset ${dataset.name} does not fit its table:`, ...problems, `  Its columns are ${showList(known)}.`].join(
      '\n',
    ),
  );
}
