import { LoadRejected } from '../protocol/errors.ts';
import { tooManyRejects } from '../words/too-many-rejects.ts';
import { type Db, execute, one, transaction } from '../db/client.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { type JudgedSoFar, selectJudgedSoFar, updateRejectedSoFar } from '../ledger/rejects/rejects-sql.ts';
import { topReasonLines } from '../ledger/rejects/top-reasons.ts';

/**
 * Before a slice is judged: where the slices that were judged already have more rejects than the dataset takes, no further one
 * can change that. One look at the ledger, and none where there is no limit; slices that are in work at the same time are
 * judged to their end.
 * @throws {LoadRejected} TOO_MANY_REJECTS; the ledger then holds the counts of what was judged, and the message the reasons that most of it has.
 */
export async function assertMayPass(db: Db, load: PlannedLoad): Promise<void> {
  const { contract, loadId, attempt } = load;
  const { maxRejects, maxRejectShare } = contract.limits;
  // a person who may say yes is told of the whole load
  if (load.gated || contract.hold !== undefined || (maxRejects === null && maxRejectShare === null)) return;
  if ((await refusalOf(db, load)) === null) return;
  const message = await transaction(db, {}, async () => {
    await execute(db, updateRejectedSoFar(loadId, attempt));
    const reasons = await topReasonLines(db, load);
    // slices that end meanwhile only add to it: what the first line says is no less than what the reasons do
    return [await refusalOf(db, load), ...reasons].join('\n');
  });
  throw new LoadRejected('TOO_MANY_REJECTS', message);
}

async function refusalOf(db: Db, { contract, loadId, epoch }: PlannedLoad): Promise<string | null> {
  const { records, rejected, slices, of } = await one<JudgedSoFar>(db, selectJudgedSoFar(loadId, epoch));
  const words = `judging stopped there, so the counts are those of ${slices} of ${of} slices`;
  const [refusal] = tooManyRejects(contract, { loadId, records, rejected, part: { words, isRead: true } });
  return refusal?.message ?? null;
}
