import { LoadRejected } from '../../protocol/errors.ts';
import { shownObject } from '../../core/object-url.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import type { ObjectStore, StoredObject } from '../../objects/store.ts';
import { readSidecars } from '../sidecars/read-sidecars.ts';

const looksAtOnce = 8;

/**
 * What lies beside an object tells of that one alone, and control totals are compared with all that is loaded: so objects with such a file
 * are loaded one by one, and nothing that their source says is passed over.
 * @throws {LoadRejected} SET_INVALID
 */
export async function noSidecars(
  store: ObjectStore,
  objects: readonly StoredObject[],
  { control, trailerTotals }: Pick<Dataset, 'control' | 'trailerTotals'>,
): Promise<readonly never[]> {
  if (control?.sidecar === 'required')
    throw refused('its dataset requires a file with control totals beside each object');
  if (trailerTotals !== undefined) throw refused('its dataset has control totals in the last lines of each object');
  for (let at = 0; at < objects.length; at += looksAtOnce) {
    const some = objects.slice(at, at + looksAtOnce);
    const told = await Promise.all(some.map(async (object) => ({ object, told: await readSidecars(store, object) })));
    const found = told.find(({ told: demands }) => demands.length > 0);
    const [demand] = found?.told ?? [];
    if (found !== undefined && demand !== undefined)
      throw refused(`${demand.from} says what ${shownObject(found.object)} holds`);
  }
  return [];
}

function refused(why: string): LoadRejected {
  return new LoadRejected(
    'SET_INVALID',
    `${why}, and that is of one object: load the objects one by one, without --together`,
  );
}
