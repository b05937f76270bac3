import { transaction, type Db } from '../../db/client.ts';
import { assertAttempt } from '../../ledger/loads/attempts.ts';
import { type Load, readLoad } from '../../ledger/loads/load.ts';
import { readMembers } from '../../ledger/objects/members.ts';
import { resetPlan } from '../../ledger/staging/reset.ts';

/**
 * A load of several objects that was planned before: where another load has loaded one of them meanwhile, or one was undone, its plan is
 * no more, and it is planned anew. What has passed its gate goes on as it is.
 */
export async function withoutLoaded(db: Db, load: Load, attempt: number): Promise<Load> {
  if (load.objectCount === null || load.bodyOffset === null || load.gated) return load;
  const members = await readMembers(db, load.loadId, load.contract);
  if (members.every(({ loadedBy, isRefused, plan }) => (loadedBy === null && !isRefused) === (plan !== null)))
    return load;
  await transaction(db, {}, async () => {
    await resetPlan(db, load.loadId);
    await assertAttempt(db, { loadId: load.loadId, attempt });
  });
  return { ...(await readLoad(db, load.loadId)), contract: load.contract };
}
