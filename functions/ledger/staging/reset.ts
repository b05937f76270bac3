import { sql } from '../../core/sql.ts';
import { execute, type Db } from '../../db/client.ts';
import { deleteBatches } from '../batches/batches-sql.ts';
import { endEpoch } from './epochs.ts';

/** Forgets what was planned, staged and judged of a load that has merged nothing: it begins anew under its claim. */
export async function resetPlan(db: Db, loadId: number): Promise<void> {
  await execute(db, deleteBatches(loadId));
  await execute(db, sql`delete from landfall.rejects where (load_id = ${loadId})`);
  await execute(db, sql`delete from landfall.slices where (load_id = ${loadId})`);
  await endEpoch(db, loadId);
  await execute(
    db,
    sql`
      update landfall.loads
      set file_columns = null, body_offset = null, body_line = null, line_end = null, epoch = null, would_be = null,
        records = 0, counts = null
      where (load_id = ${loadId})`,
  );
}
