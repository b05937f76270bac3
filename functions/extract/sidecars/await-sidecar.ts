import type { DeclaredControl } from '../../compile/declaration/gate/control-shape.ts';
import { sidecarSuffixes } from '../../protocol/ignored-names.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { shownObject } from '../../core/object-url.ts';
import { execute, type Db } from '../../db/client.ts';
import { updateControl } from '../../ledger/control/control-sql.ts';
import type { Load } from '../../ledger/loads/load.ts';
import type { ObjectStore } from '../../objects/store.ts';
import { plural } from '../../words/quantities.ts';
import { secondsToLook } from '../wait.ts';
import { readSidecars } from './read-sidecars.ts';

/** What is known of a load that may have to wait for a sidecar. */
export interface Awaiting {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  /** Since its execution began. */
  readonly waitedSeconds: number;
  /** No history of looks is counted there. */
  readonly onOneMachine: boolean;
}

/**
 * Seconds until a load looks again for a sidecar that its dataset requires; null: it has one, or needs none. It waits without a place
 * in the line for its target, so that others go on.
 * @throws {LoadRejected} CONTROL_MISSING once it has waited as long as the dataset says; CONTROL_INVALID
 */
export async function awaitSidecar(
  load: Load,
  declared: DeclaredControl | undefined,
  { db, storeFor, waitedSeconds, onOneMachine }: Awaiting,
): Promise<number | null> {
  const { object, control, loadId } = load;
  const isBegun = load.gated || load.outcome !== null || load.request.replay !== undefined;
  if (declared?.sidecar !== 'required' || isBegun || control.some(({ from }) => isSidecar(from))) return null;
  const told = await readSidecars(await storeFor(object.bucket), object);
  if (told.length > 0) {
    await execute(db, updateControl(loadId, [...control, ...told]));
    return null;
  }
  const left = 60 * declared.waitMinutes - waitedSeconds;
  if (left <= 0) throw missing(load, declared);
  return Math.ceil(Math.min(left, secondsToLook(waitedSeconds, onOneMachine)));
}

function isSidecar(from: string): boolean {
  return sidecarSuffixes.some((suffix) => from.endsWith(suffix));
}

function missing({ object, dataset }: Load, { waitMinutes }: DeclaredControl): LoadRejected {
  const names = sidecarSuffixes.map((suffix) => `NAME${suffix}`).join(', ');
  const waited = waitMinutes === 0 ? '' : ` within ${plural(waitMinutes, 'minute')}`;
  return new LoadRejected(
    loadCodes.CONTROL_MISSING,
    `beside ${shownObject(object)} none of ${names} came${waited}, and dataset ${dataset} requires one: the target is untouched; have the source write it, before the file at best, and load the file again`,
  );
}
