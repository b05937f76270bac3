import { packingInName } from '../core/decoding/packed-name.ts';
import type { z } from 'zod';
import type { Overtook } from '../protocol/outcomes.ts';
import type { acquireLeaseInput, acquireLeaseOutput } from '../protocol/states.ts';
import { printable } from '../core/printable.ts';
import { execute, type Db } from '../db/client.ts';
import { acquireLease } from '../ledger/leases/lease.ts';
import { type Load, readLoad } from '../ledger/loads/load.ts';
import type { ObjectStore } from '../objects/store.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { updateRefusal, updateTooLate } from '../ledger/loads/loads-sql.ts';
import type { Wanted } from '../ledger/leases/waiters.ts';
import { shownObject } from '../core/object-url.ts';
import { type Declared, datasetWithoutTyped } from '../contract/dataset-of.ts';
import { awaitSidecar } from './sidecars/await-sidecar.ts';
import { sliceRanges } from './slice-ranges.ts';
import { secondsToWait } from './wait.ts';

/** What AcquireLease needs beside its input. */
export interface AcquireDeps extends Pick<Wanted, 'owner' | 'ownerIsAlive'>, Pick<Declared, 'datasets'> {
  readonly db: Db;
  readonly now: () => Date;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
}

/** The state AcquireLease: one load at a time per target, the oldest object first, decided again under the lease. */
export async function acquire(
  input: z.output<typeof acquireLeaseInput>,
  deps: AcquireDeps,
): Promise<z.input<typeof acquireLeaseOutput>> {
  const { db, owner, ownerIsAlive, datasets } = deps;
  const isStrict = (load: Load): boolean => comesInOrder(load, datasets);
  const { loadId, execution } = input;
  const begun = await readLoad(db, loadId);
  const waited = await waitForSidecar(begun, input, deps);
  if (waited !== null) return waited;
  const acquired = await acquireLease(db, { loadId, execution, owner, ownerIsAlive, isStrict });
  const answer = { loadId, attempt: input.attempt, seal: null, waitSeconds: 0, outcome: null };
  switch (acquired.kind) {
    case 'acquired':
      return { ...answer, attempt: acquired.attempt, decision: 'proceed' };
    case 'waits': {
      const waitedSeconds = (deps.now().getTime() - Date.parse(input.executionStartedAt)) / 1_000;
      const waiting = { ...acquired, waitedSeconds, slices: slicesOf(acquired.load), onOneMachine: owner !== null };
      return { ...answer, decision: 'wait', waitSeconds: secondsToWait(waiting) };
    }
    case 'ended': {
      const { outcome, attempt, reportPath } = acquired.load;
      if (reportPath === null) return { ...answer, attempt, decision: 'finish', outcome };
      return { ...answer, decision: 'end', outcome: outcome === 'LOADED' ? 'ALREADY_LOADED' : outcome };
    }
    case 'loaded':
      await execute(db, updateTooLate(loadId, input.attempt, loadedMeanwhile(begun, await readLoad(db, acquired.by))));
      return { ...answer, decision: 'finish', outcome: 'ALREADY_LOADED' };
    case 'superseded':
      await execute(db, updateTooLate(loadId, input.attempt, superseded(loadId, acquired.by)));
      return { ...answer, decision: 'finish', outcome: 'SUPERSEDED' };
    case 'older':
      await execute(db, updateTooLate(loadId, input.attempt, olderThanMerged(acquired.load, acquired.than)));
      return { ...answer, decision: 'finish' };
  }
}

/** Where the dataset requires a sidecar: the answer of a load that waits for it or is refused; null: it goes on. */
async function waitForSidecar(
  load: Load,
  { loadId, attempt, executionStartedAt }: z.output<typeof acquireLeaseInput>,
  { db, storeFor, now, owner, datasets }: AcquireDeps,
): Promise<z.input<typeof acquireLeaseOutput> | null> {
  const answer = { loadId, attempt, seal: null, waitSeconds: 0, outcome: null };
  const waitedSeconds = (now().getTime() - Date.parse(executionStartedAt)) / 1_000;
  try {
    const awaiting = { db, storeFor, waitedSeconds, onOneMachine: owner !== null };
    const waitSeconds = await awaitSidecar(load, datasetWithoutTyped(load.request, datasets).control, awaiting);
    return waitSeconds === null ? null : { ...answer, decision: 'wait', waitSeconds };
  } catch (error) {
    if (!(error instanceof LoadRejected)) throw error;
    await execute(db, updateRefusal(loadId, attempt, error.code, error.message));
    return { ...answer, decision: 'finish' };
  }
}

/** A packed table is so many times as long, or less: what it unpacks to nobody knows here. */
const timesUnpacked = 10;

/** How many slices will be cut, or more where the name says that the file is packed. */
function slicesOf({ object, request, contract }: Load): number {
  const bytes = object.sizeBytes * (packingInName(object.key) === null ? 1 : timesUnpacked);
  return sliceRanges(0, bytes, request.sliceBytes ?? contract?.limits.sliceBytes).length;
}

/** As its dataset is declared now. */
function comesInOrder({ request }: Load, datasets: AcquireDeps['datasets']): boolean {
  // a replay overwrites no row that is newer than its load
  return request.replay === undefined && datasetWithoutTyped(request, datasets).order === 'strict';
}

type TooLate = Parameters<typeof updateTooLate>[2];

function loadedMeanwhile({ objectCount }: Load, { loadId, outcome }: Load): TooLate {
  const loaded =
    objectCount === null
      ? `load ${loadId}, of several objects, loaded this one while it waited for the table`
      : `other loads, load ${loadId} the last of them, loaded all of its objects while it waited for the table`;
  const stopped = `load ${loadId} was bringing ${objectCount === null ? 'it' : 'its objects'} into the table and stopped: let it go on with landfall retry ${loadId}`;
  return { code: 'LOADED_MEANWHILE', message: outcome === 'LOADED' ? loaded : stopped };
}

function superseded(loadId: number, by: number): TooLate {
  const message = `a newer version of this object was loaded already (load ${by}), so this one would only take the table back; the same command with --force, or landfall retry ${loadId} --force, loads it all the same`;
  return { code: 'SUPERSEDED', message };
}

function olderThanMerged({ loadId, dataset, target, object, gated }: Load, than: Overtook): TooLate {
  const newer = `load ${than.loadId} (${shownObject(than)}, last changed ${printable(than.lastModified)})`;
  const refused = gated ? 'so this load does not go on' : 'so nothing of it is merged';
  const message = `this object was last changed ${object.lastModified}, and ${newer} was merged into ${printable(target)} before it. The order of dataset ${printable(dataset)} is strict, ${refused}; the same command with --force, or landfall retry ${loadId} --force, loads it all the same, over what is newer`;
  return { code: 'OLDER_THAN_MERGED', message };
}
