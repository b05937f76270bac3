import { many, transaction } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { withSavepoint } from '../db/savepoint.ts';
import { checkDeferred } from '../db/settings.ts';
import type { BatchRow } from '../ledger/batches/batches-sql.ts';
import { selectAllBatchesForUpdate } from '../ledger/batches/parts-sql.ts';
import { holdLease } from '../ledger/leases/lease.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { type Merged, mergeLimits, mergeOneOf, needsAnotherWay, UNIQUE_VIOLATION, type Write } from './merge-batch.ts';
import { writeCarefully } from './write-carefully.ts';
import { writeFast, writeSafely } from './write.ts';

/**
 * All batches of a load in one transaction: whoever reads meanwhile sees the target as it was, or as it becomes. Each batch fast, and
 * where a row is against that, that batch once more as merge-batch.ts would. What is deferred to the end is judged once, so that
 * records of one batch may mend what those of another broke; where it refuses rows, each batch is written carefully.
 * @returns null where nothing is left to merge.
 */
export async function mergeWhole(load: PlannedLoad, deps: RecordDeps): Promise<Merged | null> {
  try {
    return await inOne(load, mergeFast, deps);
  } catch (error) {
    if (!needsAnotherWay(error)) throw error;
    deps.log.info('the load is merged carefully', { sqlState: sqlState(error) });
    return await inOne(
      load,
      (batch) => mergeOneOf(load, batch, { most: Infinity, write: carefully(load) }, deps),
      deps,
    );
  }

  async function mergeFast(batch: BatchRow): Promise<Merged> {
    const merge = (write: Write): Promise<Merged> => mergeOneOf(load, batch, { most: Infinity, write }, deps);
    try {
      return await withSavepoint(deps.db, () => merge(writeFast));
    } catch (error) {
      if (!needsAnotherWay(error)) throw error;
      if (sqlState(error) !== UNIQUE_VIOLATION) return await merge(carefully(load));
    }
    try {
      return await withSavepoint(deps.db, () => merge(writeSafely));
    } catch (error) {
      if (!needsAnotherWay(error)) throw error;
      return await merge(carefully(load));
    }
  }
}

function carefully(load: PlannedLoad): Write {
  return (range, part, deps) => writeCarefully(range, part, load, deps);
}

async function inOne(
  load: PlannedLoad,
  merge: (batch: BatchRow) => Promise<Merged>,
  { db }: RecordDeps,
): Promise<Merged | null> {
  return await transaction(db, mergeLimits(load), async () => {
    await holdLease(db, load);
    const batches = await many<BatchRow>(db, selectAllBatchesForUpdate(load.loadId));
    if (batches.length === 0) return null;
    let whole: Merged = { rows: 0, written: 0, changes: false };
    for (const batch of batches) {
      const { rows, written, changes } = await merge(batch);
      whole = { rows: whole.rows + rows, written: whole.written + written, changes: whole.changes || changes };
    }
    await checkDeferred(db);
    return whole;
  });
}
