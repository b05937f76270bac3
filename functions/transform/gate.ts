import { nothingAccepted, type Refusal } from '../contract/nothing-accepted.ts';
import { isAdHoc } from '../datasets/positions.ts';
import type { WouldBeCounts } from '../ledger/gate-sql.ts';
import type { PlannedLoad } from '../ledger/load.ts';

/**
 * Why these counts may not reach the target, or null. Judged on the whole load, before anything is merged.
 * @param foreseen of the rejects, those of the target itself that a dry run knows: a load meets them behind the gate, where
 *   no limit is asked any more.
 */
export function refusalOf({ contract, loadId }: PlannedLoad, counts: WouldBeCounts, foreseen: number): Refusal | null {
  const { records } = counts;
  const rejected = counts.rejected - foreseen;
  const { maxRejects, maxRejectShare } = contract.limits;
  const adviceTo = (option: string): string =>
    `the target is untouched; see \`landfall rejects ${loadId}\` for the reasons, mend the file or raise ${isAdHoc(contract) ? option : `the limit of dataset ${contract.dataset}`}`;
  if (maxRejects !== null && rejected > maxRejects) {
    return {
      code: 'TOO_MANY_REJECTS',
      message: `${rejected} records are rejects, and maxRejects is ${maxRejects}: ${adviceTo('--max-rejects')}`,
    };
  }
  if (maxRejectShare !== null && records > 0 && rejected / records > maxRejectShare) {
    const share = `${((100 * rejected) / records).toFixed(2)} %`;
    const limit = `${Number((100 * maxRejectShare).toFixed(4))} %`;
    return {
      code: 'TOO_MANY_REJECTS',
      message: `${rejected} of ${records} records (${share}) are rejects, and maxRejectShare is ${limit}: ${adviceTo('--max-reject-share')}`,
    };
  }
  return nothingAccepted({ loadId, limits: contract.limits }, counts);
}
