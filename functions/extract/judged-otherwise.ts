import { LoadRejected } from '../contract/errors.ts';
import type { LoadRequest } from '../contract/states.ts';
import { plural } from '../core/words.ts';
import type { Dataset } from '../datasets/schema.ts';
import type { Db } from '../db/client.ts';
import type { Load } from '../ledger/load.ts';
import { compileFor } from './dataset-of.ts';

/**
 * What to say where an object is loaded already, with rejects, and the dataset, its leniencies or the table demand
 * something else by now: other records might pass. Null where the same records would be rejected again, and where the
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
    if (hash === load.contractHash) return null;
  } catch (error) {
    if (error instanceof LoadRejected) return null;
    throw error;
  }
  // what a request spells out is not what the earlier one did, which a retry would ask for again
  const command =
    request.into === undefined ? `\`landfall retry ${load.loadId} --force\`` : 'the same command with --force';
  return `load ${load.loadId} left ${plural(load.rejected, 'reject')}, and it was judged under other rules: the dataset, its leniencies or the table changed since. ${command} judges every record again, and merges what differs`;
}
