import type { LoadRequest } from '../contract/states.ts';
import { execute, transaction, type Db } from '../db/client.ts';
import type { StoredObject } from '../objects/store.ts';
import { findLoad, type Load } from './load.ts';
import { insertLoad, selectNewestGeneration, updateRequest } from './loads-sql.ts';

export interface Claim {
  readonly dataset: string;
  readonly target: string;
  readonly object: StoredObject;
  readonly request: LoadRequest;
}

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
    if (newest.outcome === 'LOADED') return { kind: 'alreadyLoaded', load: newest };
    if (newest.outcome === null || newest.outcome === 'FAILED') {
      await execute(db, updateRequest(newest.loadId, request));
      return { kind: 'resume', load: newest };
    }
  }
  const generation = (newest?.generation ?? 0) + 1;
  const load = await findLoad(db, insertLoad({ ...claim, generation }));
  return load === null ? null : { kind: 'new', load };
}
