import type { Tell } from '../aws/topic.ts';
import { failureMessage } from '../words/failure-message.ts';
import { causeOf } from '../words/gathered-message.ts';
import { causeOfUndo, undoFailureMessage } from '../words/undo-failure-message.ts';
import { one } from '../db/client.ts';
import type { BringBackDeps } from '../indexes/bring-back.ts';
import { readFailedLoad } from '../ledger/loads/failed-load.ts';
import { selectLongestWait, selectRunning } from '../ledger/sweeping/sweep-sql.ts';
import { forgetSilentWaiters } from '../ledger/sweeping/sweeping.ts';
import { reportDeclined } from '../ledger/operations/declined-reports.ts';
import { readUndoFailure } from '../ledger/undos/failed-undo.ts';
import { tellOnce } from '../ledger/operations/told-failures.ts';
import type { Emit } from '../runtime/metrics.ts';
import { forgetJournals } from './forget-journals.ts';
import { forgetRejects } from './forget-rejects.ts';
import { forgetReports, type ReportsDeps } from './forget-reports.ts';
import { forgetWindows } from './forget-windows.ts';
import { forgetTombstones } from './forget-tombstones.ts';
import { importUnknown, readOldestListing, type ImportDeps, type Imported } from './import-unknown.ts';
import { declineOverdue } from './decline-overdue.ts';
import { readFeeds } from './late-feeds.ts';
import { whyNotHere } from '../contract/dataset-of.ts';
import type { LoadRequest } from '../protocol/states.ts';
import { parts } from './parts.ts';
import { replayAwaiting } from '../replay/awaited-parents.ts';
import { SWEEP } from '../protocol/passing-causes.ts';
import { retryFailed } from './retry-failed.ts';
import { loadDueWindows } from './load-due-windows.ts';
import { tellGathered } from './tell-gathered.ts';
import { tellHeld } from './tell-held.ts';
import { bringBackLeft, dropEndedStaging, endLostLoads, type LostUndo } from './tidy.ts';

/** What the sweep needs beside its input. */
export interface SweepDeps extends ImportDeps, Pick<ReportsDeps, 'storeFor' | 'reports'> {
  readonly emit: Emit;
  /** A connection of its own, for what goes on in the server when the sweep has ended. */
  readonly connectAs: BringBackDeps['connectAs'];
  /** null: nobody is told. */
  readonly tell: Tell | null;
  /** What `--stack` is given. */
  readonly stack: string | null;
}

/** What a sweep of everything found and did; lists are of loads and datasets. */
export interface Swept extends Imported {
  readonly failedLoads: readonly number[];
  /** Loads whose undo was left behind. */
  readonly failedUndos: readonly number[];
  readonly retriedLoads: readonly number[];
  /** Loads of which rejects waited for a parent, and are judged again. */
  readonly replayedLoads: readonly number[];
  /** Windows of gathered objects that closed without a load, and are loaded now. */
  readonly windowsLoaded: number;
  /** Failures that were gathered, and are told now, a message for each cause. */
  readonly failuresTold: number;
  /** Held loads that nobody said yes to in time. */
  readonly declinedLoads: readonly number[];
  /** Reports of declined loads that are written anew. */
  readonly declinedReports: number;
  /** Loads that began to wait for a yes, of which people are told now. */
  readonly heldTold: number;
  readonly leasesReleased: number;
  readonly stagingDropped: number;
  /** Records of the quarantine that were older than their dataset keeps them. */
  /** Chunks of journals. */
  readonly journalsForgotten: number;
  readonly rejectsForgotten: number;
  /** Loads whose reports were. */
  readonly reportsForgotten: number;
  /** Of gathered objects that were loaded long ago. */
  readonly windowsForgotten: number;
  /** Manifests and markers of sets that were loaded long ago, and which lie there no more. */
  readonly setStartsForgotten: number;
  /** Missing as it began, of tables that no load works on. */
  readonly droppedIndexes: number;
  readonly running: number;
  readonly oldestRunningMinutes: number;
  /** Of a paused table, or a load that waits for others. */
  readonly longestWaitMinutes: number;
  readonly lateFeeds: readonly string[];
  /** Since a dataset was listed to its end; of the one for which that is longest ago. */
  readonly oldestListingHours: number;
}

/** 5 minutes: the event of a younger object may still be under way. */
const eventMilliseconds = 300_000;

/**
 * One dataset's own schedule: what lies under its prefix and no load knows is loaded now, however young: whoever set the
 * time knows that the file is there by then.
 * @throws Error where there is no such dataset.
 */
export async function importDataset(name: string, deps: ImportDeps): Promise<Imported> {
  const dataset = deps.datasets.find((each) => each.name === name);
  if (dataset === undefined) throw new Error(`no dataset is named ${name}: its schedule is of another version`);
  return await importUnknown({ datasets: [dataset], youngestMilliseconds: 0 }, deps);
}

/**
 * The timer: ends what was left behind, retries what failed of a cause that passes, measures what runs, and then loads what no
 * event told of. Each part is measured when it is done, so one that fails hides none before it; what is only told, begun again or forgotten
 * keeps nothing behind it from its work either, and the run fails at its end. Safe to run twice and beside loads.
 */
export async function sweep(deps: SweepDeps): Promise<Swept> {
  const { db, datasets, emit } = deps;
  const { run, end } = parts();
  const lost = await endLostLoads(deps);
  emit({ dataset: null, values: { ExpiredLeases: lost.expiredLeases } });
  for (const loadId of lost.failed) await tellLost(loadId, deps);
  for (const undo of lost.failedUndos) await tellLostUndo(undo, deps);
  await forgetSilentWaiters(db);
  const retried = await run(() => retryFailed(deps), []);
  const replayedLoads = await run(() => replayWaiting(deps), []);
  const windowsLoaded = await run(() => loadDueWindows(deps), 0);
  const failuresTold = await run(() => tellGathered(deps), 0);
  const droppedIndexes = await bringBackLeft(deps);
  const declinedLoads = await run(() => declineOverdue(db), []);
  const start = deps.executions.start.bind(deps.executions);
  const declinedReports = await run(() => reportDeclined(db, { onOneMachine: false, sources: deps.sources, start }), 0);
  const heldTold = await run(() => tellHeld(deps), 0);
  const staging = await dropEndedStaging(db);
  const rejectsForgotten = await run(() => forgetRejects(db, datasets), 0);
  await run(() => forgetTombstones(db, datasets), undefined);
  const reportsForgotten = await run(() => forgetReports(deps), 0);
  const journalsForgotten = await run(() => forgetJournals(db), 0);
  const forgotten = await run(() => forgetWindows(deps), { windows: 0, setStarts: 0 });
  emit({ dataset: null, values: { DroppedIndexes: droppedIndexes, OrphanStagingTables: staging.orphanTables } });
  const { running, oldest_minutes: oldestRunningMinutes } = await one<{ running: number; oldest_minutes: number }>(
    db,
    selectRunning(),
  );
  const { minutes: longestWaitMinutes } = await one<{ minutes: number }>(db, selectLongestWait());
  const ofRunning = { RunningLoads: running, OldestRunningLoadMinutes: oldestRunningMinutes };
  emit({ dataset: null, values: { ...ofRunning, LongestWaitMinutes: longestWaitMinutes } });
  const feeds = await readFeeds(db, datasets);
  const lateFeeds = feeds.filter(({ isLate }) => isLate).map(({ dataset }) => dataset);
  for (const { dataset, minutesSinceLastLoad, isLate } of feeds) {
    emit({ dataset, values: { MinutesSinceLastLoad: minutesSinceLastLoad, LateFeeds: isLate ? 1 : 0 } });
  }
  const imported = await importUnknown({ datasets, youngestMilliseconds: eventMilliseconds }, deps);
  const oldestListingHours = await readOldestListing(datasets, deps);
  emit({ dataset: null, values: { UnknownObjects: imported.unknown, OldestListingHours: oldestListingHours } });
  end();
  return {
    ...imported,
    failedLoads: lost.failed,
    failedUndos: lost.failedUndos.map(({ loadId }) => loadId),
    retriedLoads: retried,
    replayedLoads,
    windowsLoaded,
    failuresTold,
    declinedLoads,
    declinedReports,
    heldTold,
    leasesReleased: lost.leasesReleased,
    stagingDropped: staging.loadsDropped,
    rejectsForgotten,
    journalsForgotten,
    reportsForgotten,
    windowsForgotten: forgotten.windows,
    setStartsForgotten: forgotten.setStarts,
    droppedIndexes,
    running,
    oldestRunningMinutes,
    longestWaitMinutes,
    lateFeeds,
    oldestListingHours,
  };
}

/** What waited for a parent, once rows were loaded into its table. */
async function replayWaiting({ db, executions, sources, datasets }: SweepDeps): Promise<number[]> {
  const start = executions.start.bind(executions);
  const isHere = async (request: LoadRequest): Promise<boolean> =>
    await Promise.resolve(whyNotHere(request, { datasets }) === null);
  return await replayAwaiting(db, { by: SWEEP, onOneMachine: false, sources, isHere, start });
}

/** As the recorder would have told it, which nobody has yet. */
async function tellLost(loadId: number, { db, emit, tell, stack }: SweepDeps): Promise<void> {
  const load = await readFailedLoad(db, loadId);
  emit({ dataset: load.dataset, loadId, values: { LoadsFailed: 1 } });
  if (tell === null) return;
  await tellOnce(db, { ...load, cause: causeOf(load) }, async () => await tell(failureMessage(load, stack)));
}

/** As the recorder would have told it; the alarm goes by the execution itself, whoever records its end. */
async function tellLostUndo(undo: LostUndo, { db, tell, stack }: SweepDeps): Promise<void> {
  const failed = tell === null ? null : await readUndoFailure(db, undo);
  if (failed === null || tell === null) return;
  await tellOnce(
    db,
    { ...failed, cause: causeOfUndo(failed) },
    async () => await tell(undoFailureMessage(failed, stack)),
  );
}
