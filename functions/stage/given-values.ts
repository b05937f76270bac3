import { lineageOf, suppliedColumns, type SuppliedColumn } from '../core/supplies/supplied.ts';
import { momentIn } from '../core/supplies/moment-in.ts';
import { one, type Db } from '../db/client.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectOriginKey } from '../ledger/loads/loads-sql.ts';
import type { StagedSupply } from './sql.ts';

/**
 * What every record of a load has in the columns that its dataset supplies: the same at each staging. Null where that differs from
 * record to record: ValidateSlice fills it in.
 */
export async function givenValues(db: Db, load: PlannedLoad): Promise<readonly StagedSupply[]> {
  const columns = suppliedColumns(load.contract);
  const key = columns.some((column) => lineageOf(column) === 'object-key') ? await keyOf(db, load) : '';
  return columns.map((column) => ({ column, value: valueOf(column, load, key) }));
}

function valueOf(column: SuppliedColumn, load: PlannedLoad, key: string): string | null {
  const { supplied, plainForm } = column;
  if ('constant' in supplied) return supplied.constant;
  if ('derive' in supplied) return null;
  if ('unmarked' in supplied) return plainForm === 'boolean' ? 'false' : null;
  switch (supplied.lineage) {
    case 'load-id':
      return String(load.loadId);
    case 'object-key':
      return key;
    case 'loaded-at':
      return momentIn(load.startedAt.toISOString(), column);
    case 'object-time':
      // nobody knows when a stream was changed
      return momentIn(load.object.lastModified || load.startedAt.toISOString(), column);
    default:
      return null;
  }
}

/** Of a replay the object that its records stood in first. */
async function keyOf(db: Db, { object, request }: PlannedLoad): Promise<string> {
  if (request.replay === undefined) return object.key;
  return (await one<{ key: string }>(db, selectOriginKey(request.replay.of))).key;
}
