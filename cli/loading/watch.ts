import { setTimeout as sleep } from 'node:timers/promises';
import { TryAgain } from '../../functions/protocol/errors.ts';
import { type Db, executionTail, many } from '../../functions/db/client.ts';
import { isTransient } from '../../functions/db/errors.ts';
import { selectHolders, type Holder } from '../../functions/db/holders-sql.ts';
import { heldWords } from '../../functions/db/no-answer.ts';
import type { Execution } from '../../localstack/embedded/machine/runner.ts';
import { commandLine } from '../context.ts';
import { type Target, withDatabase } from '../database/database.ts';
import { readProgressOf } from '../../functions/ledger/batches/progress.ts';
import { isWaiting } from '../database/ledger-reads.ts';
import type { Progress, ProgressView } from './progress.ts';
import { CommandError, HeldUp } from '../typed/usage.ts';

/** Each look takes a connection of its own, for some milliseconds; a load of a second or so is not looked at. */
const pollMs = 1_000;

/** A load that is not in the ledger after so many looks begins slowly. */
const silentPolls = 2;

/** After so many looks at the same numbers nothing moves. */
const stillLooks = 1;

const waiting: Progress = {
  loadId: 0,
  step: 'waiting',
  bytesTotal: 0,
  bytesStaged: 0,
  recordsStaged: 0,
  slices: 0,
  slicesValidated: 0,
  rowsPlanned: 0,
  rowsMerged: 0,
};

/**
 * Shows where the load is until it ends, and that it waits where the database is away. Progress is a courtesy: what goes
 * wrong here never ends the load.
 */
export async function watch(execution: Execution, target: Target, view: ProgressView): Promise<void> {
  const over = new AbortController();
  void execution.result.then(() => over.abort());
  const show = (progress: Progress): void => {
    if (!over.signal.aborted) view.show(progress);
  };
  let [last, still]: [string, number] = ['', 0];
  let held: Progress | null = null;
  try {
    for (let looks = 1; ; looks += 1) {
      await sleep(pollMs, undefined, { signal: over.signal });
      const seen = await withDatabase(target, (db) => look(db, execution.id, still > stillLooks)).catch(
        (error: unknown) => ({ progress: inTheWay(error, target), holders: [] }),
      );
      // speed and the length of a wait tell nothing of what was done since the last look
      const now = JSON.stringify({ ...seen.progress, rowsPerSecond: null, wait: null });
      still = now === last ? still + 1 : 0;
      last = now;
      if (seen.holders.length > 0) held = { ...waiting, step: 'held', trouble: heldWords(seen.holders) };
      else if (still === 0) held = null;
      const progress = held ?? seen.progress ?? (looks > silentPolls ? { ...waiting, step: 'begins' as const } : null);
      if (progress !== null) show(progress);
    }
  } catch {
    // the load's end, or no more news of it; the load itself tells how it went
  } finally {
    view.clear();
  }
}

/** What keeps it from being looked at keeps the load waiting too; null for what is over in a moment. */
function inTheWay(error: unknown, target: Target): Progress | null {
  if (error instanceof HeldUp) return { ...waiting, step: 'held', trouble: error.message };
  if (error instanceof CommandError) return { ...waiting, step: 'away', trouble: troubleOf(error, target) };
  if (error instanceof TryAgain || isTransient(error) || isCut(error)) return null;
  throw error;
}

interface Seen {
  readonly progress: Progress | null;
  readonly holders: readonly Holder[];
}

/**
 * Where it is, and who holds a lock that its functions have waited for since a second and more. Merge waits for less, again and
 * again: where nothing moves, that counts too.
 */
async function look(db: Db, execution: string, isStill: boolean): Promise<Seen> {
  const progress = (await readProgressOf(db, execution)) ?? ((await isWaiting(db, execution)) ? waiting : null);
  const tail = `%:${execution.slice(-executionTail)}`;
  const ofLoad = progress === null || progress.loadId === 0 ? [] : [`landfall:${progress.loadId}:%`];
  return { progress, holders: await many<Holder>(db, selectHolders([tail, ...ofLoad], isStill ? 50 : 1_000)) };
}

function troubleOf(error: CommandError, { embedded }: Target): string {
  return embedded ? `The embedded server is stopped; ${commandLine('url')} starts it again.` : error.message;
}

/** pg says only in words that a connection is gone, or was gone before. */
function isCut(error: unknown): boolean {
  return error instanceof Error && /^Connection terminated|^Client has encountered|not queryable/.test(error.message);
}
