import { LoadRejected } from '../protocol/errors.ts';
import { tooManyRejects } from '../words/too-many-rejects.ts';
import { type Db, execute, one } from '../db/client.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { type JudgedSoFar, selectJudgedSoFar, updateRejectedSoFar } from '../ledger/rejects/rejects-sql.ts';

/**
 * Before a slice is judged: where the slices that were judged already have more rejects than the dataset takes, no further one
 * can change that. One look at the ledger, and none where there is no limit; slices that are in work at the same time are
 * judged to their end.
 * @throws {LoadRejected} TOO_MANY_REJECTS; the ledger then holds the counts of what was judged.
 */
export async function assertMayPass(db: Db, load: PlannedLoad): Promise<void> {
  const { contract, loadId, attempt } = load;
  const { maxRejects, maxRejectShare } = contract.limits;
  // a person who may say yes is told of the whole load
  if (load.gated || contract.hold !== undefined || (maxRejects === null && maxRejectShare === null)) return;
  const { records, rejected, slices, of } = await one<JudgedSoFar>(db, selectJudgedSoFar(loadId, load.epoch));
  const words = `judging stopped there, so the counts are those of ${slices} of ${of} slices`;
  const [refusal] = tooManyRejects(contract, { loadId, records, rejected, part: { words, isRead: true } });
  if (refusal === undefined) return;
  await execute(db, updateRejectedSoFar(loadId, attempt));
  throw new LoadRejected('TOO_MANY_REJECTS', refusal.message);
}
