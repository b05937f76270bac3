import { z } from 'zod';
import { ruleOf } from '../../../conflict/all.ts';
import type { Contract } from '../../../core/contract.ts';
import { LoadRejected } from '../../../protocol/errors.ts';
import { loadCodes } from '../../../protocol/load-codes.ts';
import type { Dataset } from '../schema.ts';
import { showText } from '../../../words/did-you-mean.ts';

/** A month: longer than it takes until somebody closes the books and sees that a file was wrong. */
const defaultDays = 30;

/** Fields of a dataset that say whether its loads can be undone; `undo` may be given with a request too. */
export const undoFields = {
  /** What rows were before is kept beside the merge. */
  undo: z.boolean().exactOptional(),
  /** Days for which it is kept. */
  undoDays: z.int().min(1).max(365).exactOptional(),
};

type Declared = z.output<z.ZodObject<typeof undoFields>>;

/** As a contract has it; absent: nothing is kept. */
export function declaredUndo({ undo = false, undoDays = defaultDays }: Declared): Pick<Contract, 'undo'> {
  return undo ? { undo: { days: undoDays } } : {};
}

/** A row that has no key could not be found again. @throws LoadRejected DATASET_INVALID */
export function requireKeyToUndo({
  undo = false,
  conflict,
  name,
}: Declared & Pick<Dataset, 'conflict' | 'name'>): void {
  if (!undo || ruleOf({ conflict }).demands.key) return;
  throw new LoadRejected(
    loadCodes.DATASET_INVALID,
    `dataset ${showText(name)} asks for undo, and under ${ruleOf({ conflict }).words[0]} rows have no key by which they could be found again: give it a key and another conflict rule, or take undo away`,
  );
}
