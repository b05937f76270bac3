import { LeaseLost, TryAgain } from '../../protocol/errors.ts';
import type { Overtook } from '../../protocol/outcomes.ts';
import { printable } from '../../core/printable.ts';
import { execute, many, maybeOne, one, transaction, type Db } from '../../db/client.ts';
import { findLoad, type Load } from '../loads/load.ts';
import {
  deleteLease,
  insertLease,
  leaseToken,
  renewLease,
  replaceLease,
  selectLease,
  selectTokenForKeyShare,
  terminateBackends,
  type LeaseRow,
} from './leases-sql.ts';
import { dropStagingOfOlderGenerations } from '../staging/staging.ts';
import { selectMerged } from '../batches/batches-sql.ts';
import { abandonOlderGenerations } from '../loads/claims-sql.ts';
import { declineOlderGenerations } from '../loads/held-sql.ts';
import { selectLoad, selectLoadForUpdate, updateAttempt, updateOvertook } from '../loads/loads-sql.ts';
import { selectMergedNewer, selectNewerLoaded, type MergedRow } from '../loads/versions-sql.ts';
import { selectMergedInSet, updateLoadedBefore } from '../objects/loaded-sql.ts';
import { deleteWaiter, upsertWaiter } from './waiters-sql.ts';
import { waitersBefore, waitersBeforeTidied, type Wanted } from './waiters.ts';

/**
 * 960 s: longer than any function may run (900 s), so a lease never runs out under a step that still works. One that runs out while
 * the server is away counts for minutes after its start (selectLease).
 */
export const leaseSeconds = 960;

/** The load may go on as this attempt; waits for its turn; or has nothing to do any more. */
export type Acquired =
  | { readonly kind: 'acquired'; readonly attempt: number }
  | ({ readonly kind: 'waits' } & Turn)
  | { readonly kind: 'ended'; readonly load: Load }
  | { readonly kind: 'loaded'; readonly by: number }
  | { readonly kind: 'superseded'; readonly by: number }
  | { readonly kind: 'older'; readonly load: Load; readonly than: Overtook };

/** Where a load stands that waits for its target. */
export interface Turn {
  readonly load: Load;
  /** How many live waiters come before it, at most 32. */
  readonly place: number;
  /** Seconds since the target changed hands, or, where it is free, since the first in line was heard of. */
  readonly stillSeconds: number;
  /** How often this execution has looked, this time included. */
  readonly looks: number;
}

/**
 * Takes the target's lease where it is free and this load is the oldest that waits for it, by the last change of its
 * object; whoever waits is in the ledger, so a newcomer never overtakes. In the same transaction it is decided again what
 * there is to do: the load may have ended meanwhile. The attempt counts up with each taking, and fences out every older one.
 */
export async function acquireLease(db: Db, wanted: Wanted): Promise<Acquired> {
  const before = await waitersBeforeTidied(db, wanted);
  if (before.length === 0) await endOlderBackends(db, wanted);
  const acquired = await takeOrDecide(db, wanted);
  if (acquired.kind === 'acquired') await dropStagingOfOlderGenerations(db, wanted.loadId);
  return acquired;
}

async function takeOrDecide(db: Db, wanted: Wanted): Promise<Acquired> {
  return await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
    const decided = await decide(db, wanted);
    if (decided.kind !== 'waits') await execute(db, deleteWaiter(wanted.loadId, wanted.execution));
    return decided;
  });
}

async function decide(db: Db, wanted: Wanted): Promise<Acquired> {
  const load = await findLoad(db, selectLoadForUpdate(wanted.loadId));
  if (load === null) throw new Error(`the ledger has no load ${wanted.loadId}`);
  if (load.outcome !== null && load.outcome !== 'FAILED') return { kind: 'ended', load };
  const lease = await maybeOne<LeaseRow>(db, selectLease(load.target));
  if (lease?.execution === wanted.execution && lease.load_id === wanted.loadId) {
    return { kind: 'acquired', attempt: lease.attempt };
  }
  const before = await waitersBefore(db, wanted);
  const isHeld = lease !== null && !isFree(lease, wanted);
  if (isHeld || before.length > 0) {
    const { looks } = await one<{ looks: number }>(db, upsertWaiter(wanted));
    const stillSeconds = isHeld ? lease.held_seconds : (before[0]?.quiet_seconds ?? 0);
    return { kind: 'waits', load, place: before.length, stillSeconds, looks };
  }
  const { force, replay } = load.request;
  const loaded = force || replay !== undefined || load.gated ? null : await loadedBy(db, load);
  if (loaded !== null) return { kind: 'loaded', by: loaded };
  // rows that a newer version brought stay by themselves
  const newer =
    force || replay !== undefined ? null : await maybeOne<{ load_id: number }>(db, selectNewerLoaded(load.loadId));
  if (newer !== null) return { kind: 'superseded', by: newer.load_id };
  if (await mergedAll(db, load)) return await take(db, wanted, load, lease);
  const overtook = replay === undefined ? await newerMerged(db, load.loadId) : [];
  const [than] = overtook;
  if (than !== undefined && !force && wanted.isStrict(load)) return { kind: 'older', load, than };
  const taken = await take(db, wanted, load, lease);
  await execute(db, updateOvertook(load.loadId, overtook));
  return taken;
}

/** The load of several objects that loaded this one, or the last of those that loaded all of its objects; null: something is left for it. */
async function loadedBy(db: Db, { loadId, dataset, object, objectCount }: Load): Promise<number | null> {
  if (objectCount === null) {
    const found = await maybeOne<{ load_id: number }>(db, selectMergedInSet({ dataset, ...object }));
    return found?.load_id ?? null;
  }
  const { left, by } = await one<{ left: number; by: number | null }>(db, updateLoadedBefore(loadId));
  return left === 0 ? by : null;
}

/** It stopped when its last batch was merged: it has yet to be concluded, and overtakes nobody any more. */
async function mergedAll(db: Db, { loadId, gated }: Load): Promise<boolean> {
  return gated && (await one<{ unmerged: number }>(db, selectMerged(loadId))).unmerged === 0;
}

async function newerMerged(db: Db, loadId: number): Promise<readonly Overtook[]> {
  const rows = await many<MergedRow>(db, selectMergedNewer(loadId, 10));
  return rows.map(({ load_id: newer, bucket, key, object_modified: modified }) => ({
    loadId: newer,
    bucket,
    key,
    lastModified: modified.toISOString(),
  }));
}

/** Free: expired, or its owner is dead. */
function isFree(lease: LeaseRow, wanted: Wanted): boolean {
  return lease.expired || (lease.owner !== null && !wanted.ownerIsAlive(lease.owner));
}

async function take(db: Db, wanted: Wanted, load: Load, old: LeaseRow | null): Promise<Acquired> {
  const attempt = load.attempt + 1;
  const { owner, execution } = wanted;
  const lease = { target: load.target, loadId: load.loadId, attempt, execution, owner, seconds: leaseSeconds };
  const taken = await maybeOne(db, old === null ? insertLease(lease) : replaceLease(lease, old.token));
  if (taken === null) throw new TryAgain(`another load took the lease of ${printable(load.target)} at the same moment`);
  await execute(db, updateAttempt(load.loadId, attempt, execution));
  await execute(db, abandonOlderGenerations(load.loadId));
  await execute(db, declineOlderGenerations(load.loadId));
  return { kind: 'acquired', attempt };
}

/** Before the takeover waits for their locks: statements of dead attempts may still run in the server. */
async function endOlderBackends(db: Db, wanted: Wanted): Promise<void> {
  const load = await findLoad(db, selectLoad(wanted.loadId));
  if (load === null || (load.outcome !== null && load.outcome !== 'FAILED')) return;
  const lease = await maybeOne<LeaseRow>(db, selectLease(load.target));
  if (lease !== null && (lease.execution === wanted.execution || !isFree(lease, wanted))) return;
  // a failed execution gave its lease back, and its functions may run on
  await execute(db, terminateBackends(load.loadId, load.attempt + 1));
  if (lease !== null) await execute(db, terminateBackends(lease.load_id, lease.attempt + 1));
}

/**
 * First statement of every transaction that writes the target: holds the lease until the transaction ends.
 * @throws LeaseLost when the target belongs to another attempt or load now.
 */
export async function holdLease(db: Db, load: { loadId: number; attempt: number; target: string }): Promise<void> {
  const row = await maybeOne<{ token: string }>(db, selectTokenForKeyShare(load.target));
  if (row?.token !== leaseToken(load.loadId, load.attempt)) {
    throw new LeaseLost(
      `${printable(load.target)} is no longer leased to attempt ${load.attempt} of load ${load.loadId}`,
    );
  }
}

/** Pushes the lease's end away; each step does so once, at its beginning. */
export async function renew(db: Db, load: { loadId: number; attempt: number; target: string }): Promise<void> {
  await execute(db, renewLease(load.target, leaseToken(load.loadId, load.attempt), leaseSeconds));
}

/** Gives the target back. Harmless when another load has it already. */
export async function releaseLease(db: Db, load: { loadId: number; attempt: number; target: string }): Promise<void> {
  await execute(db, deleteLease(load.target, leaseToken(load.loadId, load.attempt)));
}
