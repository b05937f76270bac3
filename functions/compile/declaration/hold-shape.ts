import { z } from 'zod';
import type { Contract } from '../../core/contract.ts';

/** A week: over a weekend and a short absence, and staging on the disk for no longer. */
const defaultDays = 7;

/** Fields of a dataset that say when its loads wait for a person's yes; `approve` may be given with a request too. */
export const holdFields = {
  approve: z.enum(['never', 'over-limit', 'always']).exactOptional(),
  /** Days that a held load waits; then it is declined. */
  heldDays: z.int().min(1).max(90).exactOptional(),
};

/** The words of `approve`. */
export const approvals = holdFields.approve.unwrap().options;

type Declared = z.output<z.ZodObject<typeof holdFields>>;

/** As a contract has it; absent: nobody is asked. */
export function declaredHold({ approve = 'never', heldDays = defaultDays }: Declared): Pick<Contract, 'hold'> {
  return approve === 'never' ? {} : { hold: { approve, days: heldDays } };
}
