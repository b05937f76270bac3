import { LoadRejected } from '../protocol/errors.ts';
import type { LoadRequest } from '../protocol/states.ts';
import { plural } from '../words/quantities.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import type { Db } from '../db/client.ts';
import type { Load } from '../ledger/loads/load.ts';
import { readLoadReport } from '../ledger/loads/summary.ts';
import { compileFor } from '../contract/dataset-of.ts';

/** Codes of records that were refused for what other rows are there, or for code of the target: no contract shows that it changed. */
const changeable = ['FOREIGN_KEY', 'NO_ROW', 'SAME_VERSION', 'TARGET_REFUSED'];

/**
 * What to say where an object is loaded already, with rejects, and other records might pass by now: the dataset, its
 * leniencies or the table demand something else, or a parent row may have come. Null where the same records would be rejected again, and where the
 * dataset does not fit the table any more, so that nothing could be judged.
 */
export async function judgedOtherwise(
  db: Db,
  load: Load,
  { dataset, request }: { readonly dataset: Dataset; readonly request: LoadRequest },
): Promise<string | null> {
  if (load.rejected === 0) return null;
  try {
    const { hash } = await compileFor(db, dataset);
    if (hash === load.contractHash) return await changedSince(db, load);
  } catch (error) {
    if (error instanceof LoadRejected) return null;
    throw error;
  }
  // what a request spells out is not what the earlier one did, which a retry would ask for again
  const command =
    request.into === undefined ? `\`landfall retry ${load.loadId} --force\`` : 'the same command with --force';
  return `load ${load.loadId} left ${plural(load.rejected, 'reject')}, and it was judged under other rules: the dataset, its leniencies or the table changed since. ${command} judges every record again, and merges what differs`;
}

/** Under the same rules: the earlier request asks for all that this one does. */
async function changedSince(db: Db, { loadId, rejected }: Load): Promise<string | null> {
  const { rejectsByCode } = await readLoadReport(db, loadId);
  const codes = changeable.filter((code) => rejectsByCode.some((told) => told.code === code));
  if (codes.length === 0) return null;
  return `load ${loadId} left ${plural(rejected, 'reject')}, some of them for what was in the database then (${codes.join(', ')}). Where that changed since, as by a parent row, \`landfall retry ${loadId} --force\` judges every record again, and merges what differs`;
}
