import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { mergeLaneInput, mergeLaneOutput } from '../protocol/states.ts';
import { isLockConflict } from '../db/errors.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { lookAtLocks } from './look-at-locks.ts';
import { mergeNextBatch } from './merge-batch.ts';

/** The slowest batch measured takes seconds; below this the lane goes on in its next call. */
const marginMs = 60_000;
/** A batch that loses against live traffic is tried again this often before the lane takes a longer break. */
const conflictsBeforeBreak = 20;
const breakSeconds = 5;

/**
 * The state MergeLane: batch after batch, whichever is free, a transaction each, until all are merged, the time runs out or
 * live traffic keeps winning. Every batch has its receipt, so the next call goes on where this one stopped.
 */
export async function mergeLane(
  input: z.output<typeof mergeLaneInput>,
  deps: RecordDeps,
): Promise<z.input<typeof mergeLaneOutput>> {
  const { db } = deps;
  const { loadId, attempt, seal, lane, lanes } = input;
  const load = await lookAtLocks(db, await readLeasedLoad(db, input));
  const answer = { loadId, attempt, seal, lane, lanes };
  for (;;) {
    if (deps.millisecondsLeft() < marginMs) return { ...answer, decision: 'again', waitSeconds: 0 };
    const merged = await mergeBetweenTraffic(load, deps);
    if (merged === 'nothing left') return { ...answer, decision: 'done', waitSeconds: 0 };
    if (merged === 'traffic wins') return { ...answer, decision: 'again', waitSeconds: breakSeconds };
  }
}

/** Locks of others end a batch after a moment (the loader is the deadlock's loser); it is begun anew with jitter. */
async function mergeBetweenTraffic(
  load: PlannedLoad,
  deps: RecordDeps,
): Promise<'merged' | 'nothing left' | 'traffic wins'> {
  for (let conflicts = 0; conflicts < conflictsBeforeBreak; conflicts += 1) {
    try {
      return (await mergeNextBatch(load, deps)) ? 'merged' : 'nothing left';
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      await sleep(Math.random() * Math.min(2_000, 50 * 2 ** conflicts));
    }
  }
  return 'traffic wins';
}
