import { setTimeout as sleep } from 'node:timers/promises';
import { TryAgain } from '../../functions/contract/errors.ts';
import type { Db } from '../../functions/db/client.ts';
import { isTransient } from '../../functions/db/errors.ts';
import type { Execution } from '../embedded/runner.ts';
import { commandLine } from './context.ts';
import { type Target, withDatabase } from './database.ts';
import { readProgressOf } from './ledger-reads.ts';
import type { Progress, ProgressView } from './progress.ts';
import { CommandError } from './usage.ts';

const pollMs = 250;

/** A load without news for this long most likely waits for the table, which another load holds. */
const silentPolls = 6;

/** Between two looks for a database that is away; the load itself looks by itself. */
const awayMs = 1_000;

const waiting: Progress = {
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
export async function watch(
  execution: Execution,
  { db, target }: { readonly db: Db; readonly target: Target },
  view: ProgressView,
): Promise<void> {
  const over = new AbortController();
  void execution.result.then(() => over.abort());
  const show = (progress: Progress): void => {
    if (!over.signal.aborted) view.show(progress);
  };
  const look = async (connection: Db): Promise<void> => {
    for (let polls = 0; ; polls += 1) {
      await sleep(pollMs, undefined, { signal: over.signal });
      const progress = (await readProgressOf(connection, execution.id)) ?? (polls > silentPolls ? waiting : null);
      if (progress !== null) show(progress);
    }
  };
  try {
    let connect = async (): Promise<void> => await look(db);
    for (;;) {
      await connect().catch((error: unknown) => {
        if (error instanceof CommandError) show({ ...waiting, step: 'away', trouble: troubleOf(error, target) });
        else if (!(error instanceof TryAgain) && !isTransient(error) && !isCut(error)) throw error;
      });
      await sleep(awayMs, undefined, { signal: over.signal });
      connect = async () => await withDatabase(target, look);
    }
  } catch {
    // the load's end, or no more news of it; the load itself tells how it went
  } finally {
    view.clear();
  }
}

function troubleOf(error: CommandError, { embedded }: Target): string {
  return embedded ? `The embedded server is stopped; ${commandLine('url')} starts it again.` : error.message;
}

/** pg says only in words that a connection is gone, or was gone before. */
function isCut(error: unknown): boolean {
  return error instanceof Error && /^Connection terminated|^Client has encountered|not queryable/.test(error.message);
}
