import type { Executions } from '../protocol/executions.ts';
import { LeaseLost } from '../protocol/errors.ts';
import { many, one, type Db } from '../db/client.ts';
import { isLockConflict } from '../db/errors.ts';
import { memoryOf } from '../governor/memory/server-memory.ts';
import { bringBack, type BringBackDeps } from '../indexes/bring-back.ts';
import { selectLeft } from '../indexes/missing-sql.ts';
import { dropStagingOf } from '../ledger/staging/staging.ts';
import {
  selectEndedStaging,
  selectExpiredLeases,
  selectStalled,
  type EndedStagingRow,
  type StalledRow,
} from '../ledger/sweeping/sweep-sql.ts';
import { endLost, endLostUndo } from '../ledger/sweeping/sweeping.ts';
import { selectUndosWithoutLease, type LostUndoRow } from '../ledger/undos/undo-executions-sql.ts';

/** Loads that were left behind, ended now, and how many leases had run out before. */
export interface LostLoads {
  readonly failed: readonly number[];
  /** Undos that were left behind, recorded as failed now. */
  readonly failedUndos: readonly LostUndo[];
  readonly leasesReleased: number;
  readonly expiredLeases: number;
}

/** The load that was to be undone, and the execution that has ended; null: none ever began. */
export interface LostUndo {
  readonly loadId: number;
  readonly execution: string | null;
}

/**
 * 15 minutes: an execution that was started says so in its first state, within seconds. Where the database was away for so long, it was so for the
 * sweep; and an undo that begins after all is one that goes on.
 */
const unbegunMinutes = 15;

/** 500 questions at ~20 ms are 10 s. */
const stalledAtOnce = 500;

/** What looking for lost loads needs. */
export interface LostDeps {
  readonly db: Db;
  readonly executions: Pick<Executions, 'lookAt'>;
  readonly now: () => number;
}

/** Ends the loads and undos whose executions are gone; one that Step Functions says is running is left alone, whatever its lease says. */
export async function endLostLoads({ db, executions, now }: LostDeps): Promise<LostLoads> {
  const { expired } = await one<{ expired: number }>(db, selectExpiredLeases());
  const failed: number[] = [];
  const failedUndos: LostUndo[] = [];
  let leasesReleased = 0;
  for (const stalled of await many<StalledRow>(db, selectStalled(stalledAtOnce))) {
    if (!(await areGone([stalled.execution, stalled.lease_execution], { executions, now }))) continue;
    const ended = await endLost(db, stalled);
    if (ended.failed) failed.push(stalled.load_id);
    if (ended.leaseReleased) leasesReleased += 1;
    if (ended.failedUndo !== null) failedUndos.push({ loadId: stalled.load_id, execution: ended.failedUndo });
  }
  for (const undo of await many<LostUndoRow>(db, selectUndosWithoutLease(stalledAtOnce, unbegunMinutes))) {
    const { load_id: loadId, execution } = undo;
    if (!(await areGone([execution], { executions, now }))) continue;
    if (await endLostUndo(db, undo)) failedUndos.push({ loadId, execution });
  }
  return { failed, failedUndos, leasesReleased, expiredLeases: expired };
}

/** 5 minutes: until then the recorder may yet tell why an execution ended. */
const recorderMilliseconds = 300_000;

/** All of them have ended, and not just now; the load's newest execution may wait for the lease that an older one left. */
async function areGone(ofIt: readonly (string | null)[], { executions, now }: Omit<LostDeps, 'db'>): Promise<boolean> {
  for (const each of new Set(ofIt)) {
    if (each === null) continue;
    const state = await executions.lookAt(each);
    if (state === null || state.isRunning || (state.endedAt ?? 0) > now() - recorderMilliseconds) return false;
  }
  return true;
}

/** Staging that was found, and what of it went. */
export interface DroppedStaging {
  readonly orphanTables: number;
  readonly loadsDropped: number;
}

/** 15 minutes: longer than Finish, which drops the staging of its own load, may run. */
const graceMinutes = 15;

/** A week: a failed load is retried, or it will not be. What is staged then costs only disk; loading again fills it again. */
const keptDays = 7;

/** 50 loads of at most 2 003 tables a run. */
const loadsAtOnce = 50;

/** Drops the staging of loads that have ended. One that begins again at this moment keeps its staging: its attempt is another. */
export async function dropEndedStaging(db: Db): Promise<DroppedStaging> {
  const found = await many<EndedStagingRow>(db, selectEndedStaging({ graceMinutes, keptDays, limit: loadsAtOnce }));
  let loadsDropped = 0;
  for (const { load_id: loadId, attempt } of found) {
    try {
      await dropStagingOf(db, { loadId, attempt });
      loadsDropped += 1;
    } catch (error) {
      if (!(error instanceof LeaseLost) && !isLockConflict(error)) throw error;
    }
  }
  return { orphanTables: found.reduce((tables, row) => tables + row.tables, 0), loadsDropped };
}

/** 15 minutes: a load that failed and is retried by itself brings its own back. */
const indexGraceMinutes = 15;

/** What cannot be built takes as long to fail each time: four times a day at the most. */
const triedHours = 6;

/** A build that takes longer goes on in the server, and the next run looks at it. */
const indexMilliseconds = 60_000;

/** As a load that ends: who writes the table is held up for so long a try. */
const indexLockMs = 1_000;

/** Brings back the indexes of tables that no load works on any more; answers how many were missing. */
export async function bringBackLeft({ db, connectAs }: Pick<BringBackDeps, 'db' | 'connectAs'>): Promise<number> {
  const left = await many<{ target: string; indexes: number; isDue: boolean }>(
    db,
    selectLeft(indexGraceMinutes, triedHours),
  );
  const until = performance.now() + indexMilliseconds;
  const millisecondsLeft = (): number => until - performance.now();
  for (const { target } of left.filter(({ isDue }) => isDue)) {
    if (millisecondsLeft() < 0) break;
    const memory = await memoryOf(db, {});
    // nobody has looked whether others use it, and they lose less by this way
    await bringBack(target, { db, connectAs, lockTimeoutMs: indexLockMs, millisecondsLeft, isLive: true, memory });
  }
  return left.reduce((all, { indexes }) => all + indexes, 0);
}
