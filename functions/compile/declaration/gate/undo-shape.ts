import { z } from 'zod';
import type { Contract } from '../../../core/contract.ts';

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
