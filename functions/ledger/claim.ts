import type { LoadRequest } from '../contract/states.ts';
import { execute, maybeOne, transaction, type Db } from '../db/client.ts';
import type { StoredObject } from '../objects/store.ts';
import { findLoad, type Load } from './load.ts';
import { insertLoad, selectLoadedBetween, selectNewestGeneration, updateRequest } from './loads-sql.ts';

/** One object, one dataset, and what is wished of them. */
export interface Claim {
  readonly dataset: string;
  readonly target: string;
  readonly object: StoredObject;
  readonly request: LoadRequest;
}

/** A load begins, goes on, or was done before. */
export type Claimed =
  | { readonly kind: 'new'; readonly load: Load }
  | { readonly kind: 'resume'; readonly load: Load }
  | { readonly kind: 'alreadyLoaded'; readonly load: Load };

/**
 * One object into one dataset is one load: the unique key of landfall.loads is the only de-duplication there is, and it
 * is enough. LOADED answers with the first load; unfinished or FAILED is resumed; after DRY_RUN, REJECTED or SUPERSEDED,
 * or when forced, a new generation begins.
 */
export async function claimLoad(db: Db, claim: Claim): Promise<Claimed> {
  for (;;) {
    const claimed = await transaction(db, {}, () => tryClaim(db, claim));
    if (claimed !== null) return claimed;
  }
}

async function tryClaim(db: Db, claim: Claim): Promise<Claimed | null> {
  const { dataset, object, request } = claim;
  const identity = { dataset, bucket: object.bucket, key: object.key, versionId: object.versionId };
  const newest = await findLoad(db, selectNewestGeneration(identity));
  if (newest !== null && !request.force) {
    if (newest.outcome === 'LOADED' && !(await cameBack(db, newest, object))) return { kind: 'alreadyLoaded', load: newest };
    if (newest.outcome === null || newest.outcome === 'FAILED') {
      await execute(db, updateRequest(newest.loadId, request));
      return { kind: 'resume', load: newest };
    }
  }
  const generation = (newest?.generation ?? 0) + 1;
  const load = await findLoad(db, insertLoad({ ...claim, generation }));
  return load === null ? null : { kind: 'new', load };
}

/** The same content was uploaded again after something else was loaded in between: that is a new load. */
async function cameBack(db: Db, loaded: Load, object: StoredObject): Promise<boolean> {
  return (await maybeOne(db, selectLoadedBetween(loaded.loadId, object))) !== null;
}
