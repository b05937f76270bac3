import { ruleOf } from '../../../conflict/all.ts';
import { LoadRejected } from '../../../protocol/errors.ts';
import { loadCodes } from '../../../protocol/load-codes.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Dataset } from '../schema.ts';

/** A row that has no key could not be found again, and versions of a row are not told apart by that key. @throws LoadRejected DATASET_INVALID */
export function requireKeyToUndo({ undo = false, conflict, name }: Pick<Dataset, 'undo' | 'conflict' | 'name'>): void {
  const { demands, versions, words } = ruleOf({ conflict });
  if (!undo || (demands.key && versions === undefined)) return;
  const why = demands.key
    ? 'a record writes the version before its own too, and the table has what rows were: give it another conflict rule'
    : 'rows have no key by which they could be found again: give it a key and another conflict rule';
  throw new LoadRejected(
    loadCodes.DATASET_INVALID,
    `dataset ${showText(name)} asks for undo, and under ${words[0]} ${why}, or take undo away`,
  );
}
