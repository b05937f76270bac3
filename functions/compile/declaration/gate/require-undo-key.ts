import { ruleOf } from '../../../conflict/all.ts';
import { LoadRejected } from '../../../protocol/errors.ts';
import { loadCodes } from '../../../protocol/load-codes.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Dataset } from '../schema.ts';

/** A row that has no key could not be found again. @throws LoadRejected DATASET_INVALID */
export function requireKeyToUndo({ undo = false, conflict, name }: Pick<Dataset, 'undo' | 'conflict' | 'name'>): void {
  if (!undo || ruleOf({ conflict }).demands.key) return;
  throw new LoadRejected(
    loadCodes.DATASET_INVALID,
    `dataset ${showText(name)} asks for undo, and under ${ruleOf({ conflict }).words[0]} rows have no key by which they could be found again: give it a key and another conflict rule, or take undo away`,
  );
}
