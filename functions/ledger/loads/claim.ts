import type { LoadRequest } from '../../protocol/states.ts';
import { LEASE_LOST, LeaseLost } from '../../protocol/errors.ts';
import { execute, maybeOne, transaction, type Db } from '../../db/client.ts';
import type { StoredObject } from '../../objects/store.ts';
import { findLoad, readLoad, type Load } from './load.ts';
import { insertLoad, selectNewestGeneration, updateRequest, updateResumed } from './claims-sql.ts';
import { selectHeldGeneration } from './held-sql.ts';
import { selectLoad } from './loads-sql.ts';
import { selectLoadedBetween, updateUploadedAgain } from './versions-sql.ts';

/** One object, one dataset, and what is wished of them. */
export interface Claim {
  readonly dataset: string;
  readonly target: string;
  readonly object: StoredObject;
  readonly request: LoadRequest;
  /** Of the state machine; a load remembers the newest one that has to do with it. */
  readonly execution: string;
  /** The load that somebody said yes to; null: nobody was asked. */
  readonly yesTo: number | null;
}

/** A load begins, goes on, or has ended before: LOADED, HELD without a yes, declined behind one, or a dry run that nobody has reported yet. */
export type Claimed =
  | { readonly kind: 'new'; readonly load: Load }
  | { readonly kind: 'resume'; readonly load: Load }
  | { readonly kind: 'ended'; readonly load: Load };

/**
 * One object into one dataset is one load: the unique key of landfall.loads is the only de-duplication there is, and it
 * is enough. LOADED answers with the first load, HELD with the one that waits, until somebody has said yes to it; that, unfinished or
 * FAILED is resumed; after DRY_RUN, REJECTED or SUPERSEDED, where it was undone,
 * or when forced, a new generation begins. So it does where a dry run is asked for and the unfinished load is none, or the
 * other way round: a dry run never goes on writing what another began.
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
  // Register itself, run again after its reply was lost: also when forced, it does not begin one more
  if (newest?.outcome === null && newest.execution === claim.execution) return { kind: 'resume', load: newest };
  // somebody took its table away while a call of this execution went on: that one begins it no more, a retry does
  if (newest?.outcome === 'FAILED' && newest.code === LEASE_LOST && newest.execution === claim.execution)
    throw new LeaseLost(newest.message ?? `load ${newest.loadId} has ended`);
  if (newest !== null && !request.force) {
    const held = request.dryRun ? null : await findLoad(db, selectHeldGeneration(identity));
    if (held !== null && held.approvedAt === null) {
      await execute(db, updateUploadedAgain(held.loadId, object));
      return { kind: 'ended', load: held };
    }
    if (held !== null) return { kind: 'resume', load: await resume(db, held, claim) };
    if (newest.outcome === 'LOADED' && newest.undoneAt === null && !(await cameBack(db, newest, object)))
      return { kind: 'ended', load: newest };
    if (newest.request.dryRun === request.dryRun) {
      if (newest.outcome === 'DRY_RUN' && newest.reportPath === null) return { kind: 'ended', load: newest };
      if (newest.outcome === null || newest.outcome === 'FAILED')
        return { kind: 'resume', load: await resume(db, newest, claim) };
    }
  }
  // a no came between the yes and this execution, which would load the object anew
  const approved = claim.yesTo === null ? null : await findLoad(db, selectLoad(claim.yesTo));
  if (approved?.code === 'DECLINED') return { kind: 'ended', load: approved };
  const generation = (newest?.generation ?? 0) + 1;
  const load = await findLoad(db, insertLoad({ ...claim, generation }));
  return load === null ? null : { kind: 'new', load };
}

async function resume(db: Db, { loadId }: Load, { object, request, execution }: Claim): Promise<Load> {
  await execute(db, updateRequest(loadId, request));
  await execute(db, updateUploadedAgain(loadId, object));
  await execute(db, updateResumed(loadId, execution));
  return await readLoad(db, loadId);
}

/** The same content was uploaded again after something else was loaded in between: that is a new load. */
async function cameBack(db: Db, loaded: Load, object: StoredObject): Promise<boolean> {
  return (await maybeOne(db, selectLoadedBetween(loaded.loadId, object))) !== null;
}
