import { setTimeout as sleep } from 'node:timers/promises';
import { many } from '../db/client.ts';
import { bringBack } from '../indexes/bring-back.ts';
import { type Missing, selectMissing } from '../indexes/missing-sql.ts';
import type { OperateDeps } from './deps.ts';

/** Who writes the table is held up for so long a try. */
const lockTimeoutMs = 1_000;

/**
 * Builds the indexes of a table that nobody works on, and waits for them; answers how many came back. Only on one machine, where no
 * sweep comes by: a function that is asked has to answer within its time.
 */
export async function bringBackHere(target: string, { db, millisecondsLeft }: OperateDeps): Promise<number> {
  if (Number.isFinite(millisecondsLeft())) return 0;
  const before = await many<Missing>(db, selectMissing(target));
  if (before.length === 0) return 0;
  const deps = { db, lockTimeoutMs, millisecondsLeft, isLive: false, memory: null };
  for (;;) {
    const brought = await bringBack(target, { ...deps, connectAs: (_name, use) => use(db) });
    if (brought.kind === 'done') break;
    await sleep(brought.waitSeconds * 1_000);
  }
  return before.length - (await many<Missing>(db, selectMissing(target))).length;
}
