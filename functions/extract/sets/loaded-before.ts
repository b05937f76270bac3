import { many, maybeOne, type Db } from '../../db/client.ts';
import { type LoadedRow, selectLoadedBefore, selectLoadedInSet } from '../../ledger/objects/loaded-sql.ts';
import type { Requested } from './requested-objects.ts';

/** Which load answers for what is loaded already. */
export interface LoadedBefore {
  readonly loadId: number;
  readonly message: string | null;
}

/**
 * Where all that is asked for was loaded, and not by a load of the very same: one object by a load of several, several objects by any loads.
 * Null: something is left to be loaded, or the claim tells.
 */
export async function loadedBefore(
  db: Db,
  dataset: string,
  { object, objects }: Pick<Requested, 'object' | 'objects'>,
): Promise<LoadedBefore | null> {
  if (objects === null) {
    const found = await maybeOne<{ load_id: number }>(db, selectLoadedInSet({ dataset, ...object }));
    return found === null
      ? null
      : { loadId: found.load_id, message: `load ${found.load_id} loaded it together with others` };
  }
  const loaded = await many<LoadedRow>(db, selectLoadedBefore(dataset, objects));
  if (loaded.length < objects.length) return null;
  const loads = [...new Set(loaded.map(({ load_id: loadId }) => loadId))].toSorted((a, b) => a - b);
  const newest = loads.at(-1);
  if (newest === undefined) return null;
  const message = loads.length === 1 ? null : `all of its objects were loaded before, by loads ${loads.join(', ')}`;
  return { loadId: newest, message };
}
