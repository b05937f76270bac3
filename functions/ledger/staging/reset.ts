import { execute, type Db } from '../../db/client.ts';
import { deleteBatches } from '../batches/batches-sql.ts';
import { updatePlanForgotten } from '../loads/loads-sql.ts';
import { forgetObjectPlans } from '../objects/objects-sql.ts';
import { deleteRejects } from '../rejects/rejects-sql.ts';
import { deleteSlices } from '../slices/slices-sql.ts';
import { endEpoch } from './epochs.ts';

/** Forgets what was planned, staged and judged of a load that has merged nothing: it begins anew under its claim. */
export async function resetPlan(db: Db, loadId: number): Promise<void> {
  await execute(db, deleteBatches(loadId));
  await execute(db, deleteRejects(loadId));
  await execute(db, deleteSlices(loadId));
  await endEpoch(db, loadId);
  await execute(db, updatePlanForgotten(loadId));
  await execute(db, forgetObjectPlans(loadId));
}
