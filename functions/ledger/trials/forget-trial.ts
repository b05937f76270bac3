import { type Db, execute, maybeOne, transaction } from '../../db/client.ts';
import { dropStagingOf } from '../staging/staging.ts';
import { deleteRejectsOfTrial, deleteTrial, deleteWaitsOfTrial, selectTrial } from './trials-sql.ts';

/** Takes a dry run out of the ledger, with all that it wrote there and staged. A load that is none stays as it is. Not while it runs. */
export async function forgetTrial(db: Db, loadId: number): Promise<void> {
  if ((await maybeOne(db, selectTrial(loadId))) === null) return;
  await dropStagingOf(db, { loadId, attempt: null });
  await transaction(db, {}, async () => {
    await execute(db, deleteRejectsOfTrial(loadId));
    await execute(db, deleteWaitsOfTrial(loadId));
    await execute(db, deleteTrial(loadId));
  });
}
