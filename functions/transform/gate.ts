import { nothingAccepted, type Refusal } from '../words/nothing-accepted.ts';
import { tooManyRejects } from '../words/too-many-rejects.ts';
import type { WouldBe } from '../ledger/loads/would-be-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';

/**
 * Why these counts may not reach the target, or null. Judged on the whole load, before anything is merged.
 * @param foreseen of the rejects, those of the target itself that a dry run knows: a load meets them behind the gate, where
 *   no limit is asked any more.
 */
export function refusalOf({ contract, loadId }: PlannedLoad, counts: WouldBe, foreseen: number): Refusal | null {
  const { records } = counts;
  const rejected = counts.rejected - foreseen;
  return (
    tooManyRejects(contract, { loadId, records, rejected, part: null }) ??
    nothingAccepted({ loadId, limits: contract.limits }, counts)
  );
}
