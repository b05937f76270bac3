import { LoadRejected } from '../../protocol/errors.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import type { Db } from '../../db/client.ts';
import { findLoad } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import type { ObjectStore, StoredObject } from '../../objects/store.ts';
import { objectsOfWindow } from './gathered.ts';
import type { Listed } from './manifest.ts';
import { listMarked } from './marked.ts';
import { asksForSeveral, type Requested, requestedObjects } from './requested-objects.ts';

/** A request with what its event says beside it. */
export type Asked = LoadRequest & { readonly sequencer?: string | undefined };

interface Stores {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
}

/** What the quarantine keeps of a load is read of nowhere else: its object stands for it, in a version of the request's own. A replay is as old as its load. */
export async function objectOf(request: Asked, dataset: Dataset, deps: Stores): Promise<Requested> {
  const { replay, versionId, window } = request;
  const gathered =
    window === undefined || replay !== undefined ? null : await objectsOfWindow(deps.db, dataset.name, window);
  if (gathered !== null) return gathered;
  if (replay === undefined && asksForSeveral(request)) {
    const { bucket } = request;
    const head = (key: string): ReturnType<typeof headOf> => headOf({ bucket, key, versionId: null }, deps);
    const marked = async (): Promise<readonly Listed[]> =>
      await listMarked(deps.db, request, dataset, await deps.storeFor(bucket));
    return await requestedObjects(request, { head, marked, storeFor: deps.storeFor });
  }
  if (replay === undefined) return { ...(await headOf(request, deps)), objects: null };
  const origin = await findLoad(deps.db, selectLoad(replay.of));
  if (replay.from === 'quarantine' && origin !== null && versionId !== null)
    return { object: { ...origin.object, versionId, etag: null, sizeBytes: 0 }, objects: null, refusal: null };
  const { object, refusal } = await headOf(request, deps);
  const lastModified = origin?.object.lastModified ?? object.lastModified;
  return { object: { ...object, lastModified }, objects: null, refusal };
}

/** The object as it is now; where it cannot be had, what the request said of it, so that the refusal has a load. */
export async function headOf(
  request: Pick<LoadRequest, 'bucket' | 'key' | 'versionId'> & { sequencer?: string | undefined },
  deps: Pick<Stores, 'storeFor'>,
): Promise<{ object: StoredObject; refusal: LoadRejected | null }> {
  const { bucket, key, versionId, sequencer = null } = request;
  try {
    const store = await deps.storeFor(bucket);
    return { object: { ...(await store.head({ bucket, key, versionId })), sequencer }, refusal: null };
  } catch (error) {
    if (!(error instanceof LoadRejected)) throw error;
    const unknown = { etag: null, sizeBytes: 0, lastModified: '' };
    return { object: { bucket, key, versionId: versionId ?? 'unknown', sequencer, ...unknown }, refusal: error };
  }
}
