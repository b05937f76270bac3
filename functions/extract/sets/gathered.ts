import type { Dataset } from '../../compile/declaration/schema.ts';
import { many, maybeOne, type Db } from '../../db/client.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { LoadRejected } from '../../protocol/errors.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import { setOf } from '../../core/sets/object-set.ts';
import { storedObjectOf } from '../../ledger/objects/stored-object.ts';
import { gather, type Gathered, windowTaken } from '../../ledger/windows/gather.ts';
import { readLoad } from '../../ledger/loads/load.ts';
import { readMembers } from '../../ledger/objects/members.ts';
import { selectLoadOfWindow } from '../../ledger/windows/forgotten-sql.ts';
import { selectGathered } from '../../ledger/windows/windows-sql.ts';
import type { StoredObject } from '../../objects/store.ts';
import type { Requested } from './requested-objects.ts';

interface Asked {
  readonly db: Db;
  readonly execution: string;
  readonly head: () => Promise<{ readonly object: StoredObject; readonly refusal: LoadRejected | null }>;
}

/** What becomes of a request whose dataset gathers; null: it is loaded by itself. An object that cannot be had is refused as any other. */
export async function gatheredFor(
  request: LoadRequest,
  { name: dataset, gather: gathering }: Dataset,
  { db, execution, head }: Asked,
): Promise<Gathered | null> {
  if (request.gather !== true || gathering === undefined) return null;
  const taken = await windowTaken(db, execution);
  if (taken !== null) return taken;
  const { object, refusal } = await head();
  return refusal === null ? await gather(db, { dataset, execution, object, gathering }) : null;
}

/** What lies in a window, as it was when it was put there: one object, or one that stands for several. Of one that the sweep has forgotten its load tells. */
export async function objectsOfWindow(db: Db, dataset: string, windowId: number): Promise<Requested | null> {
  const rows = await many<Parameters<typeof storedObjectOf>[0]>(db, selectGathered(windowId));
  const objects = rows.length === 0 ? await objectsOfItsLoad(db, dataset, windowId) : rows.map(storedObjectOf);
  const [only, ...more] = objects;
  if (only === undefined) return null;
  return more.length === 0
    ? { object: only, objects: null, refusal: null }
    : { object: setOf(objects, null), objects, refusal: null };
}

async function objectsOfItsLoad(db: Db, dataset: string, windowId: number): Promise<readonly StoredObject[]> {
  const found = await maybeOne<{ load_id: number }>(db, selectLoadOfWindow(dataset, windowId));
  if (found === null) return [];
  const { loadId, objectCount, object } = await readLoad(db, found.load_id);
  return objectCount === null ? [object] : (await readMembers(db, loadId, null)).map((member) => member.object);
}

/** What is said of an execution whose object another one loads. */
export function toldGathered({ windowId, loadId, isLoaded }: Extract<Gathered, { kind: 'gathered' }>): {
  readonly outcome: 'ALREADY_LOADED' | 'IGNORED';
  readonly code: string | null;
  readonly message: string;
} {
  if (isLoaded && loadId !== null)
    return { outcome: 'ALREADY_LOADED', code: null, message: `load ${loadId} loaded it together with others` };
  const where = loadId === null ? 'which is loaded when it closes' : `into load ${loadId}`;
  return {
    outcome: 'IGNORED',
    code: loadCodes.GATHERED,
    message: `gathered with others in window ${windowId}, ${where}`,
  };
}
