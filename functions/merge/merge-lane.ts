import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { mergeLaneInput, mergeLaneOutput } from '../protocol/states.ts';
import { isLockConflict } from '../db/errors.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { lockWatch, lookAtLocks } from './look-at-locks.ts';
import { mergeNextBatch, type PartRows } from './merge-batch.ts';
import { mergeWhole } from './merge-whole.ts';
import { pacer, type Pacer } from './pacer.ts';

/** The slowest batch measured takes seconds; below this the lane goes on in its next call. */
const marginMs = 60_000;
/** A batch that loses against live traffic is tried again this often before the lane takes a longer break. */
const conflictsBeforeBreak = 20;
const breakSeconds = 5;

/**
 * The state MergeLane: transaction after transaction, of whichever batch is free, as fast as the governor says, until all is
 * merged, the time runs out, live traffic keeps winning, or others come first. Each adds to its batch's receipt, so the next
 * call goes on where this one stopped.
 */
export async function mergeLane(
  input: z.output<typeof mergeLaneInput>,
  deps: RecordDeps,
): Promise<z.input<typeof mergeLaneOutput>> {
  const { db } = deps;
  const { loadId, attempt, seal, lane, lanes } = input;
  const load = await lookAtLocks(db, await readLeasedLoad(db, input));
  const paced = await pacer(db, load, { lanes });
  const answer = { loadId, attempt, seal, lane, lanes };
  const merged = await mergeWhile(load, { paced, lane, lanes }, deps);
  await paced.told();
  switch (merged) {
    case 'no time left':
      return { ...answer, decision: 'again', waitSeconds: 0 };
    case 'nothing left':
      return { ...answer, decision: 'done', waitSeconds: 0 };
    case 'traffic wins':
      return { ...answer, decision: 'again', waitSeconds: breakSeconds };
    case 'others first':
      return { ...answer, decision: 'govern', waitSeconds: 0 };
  }
}

async function mergeWhile(
  load: PlannedLoad,
  { paced, lane, lanes }: { readonly paced: Pacer; readonly lane: number; readonly lanes: number },
  deps: RecordDeps,
): Promise<'no time left' | 'nothing left' | 'traffic wins' | 'others first'> {
  const turnsLive = lockWatch(deps.db, load);
  for (;;) {
    if (deps.millisecondsLeft() < marginMs) return 'no time left';
    // its lanes and transactions are then others: Govern gives them
    if (await turnsLive()) return 'others first';
    const decision = await paced.next();
    // lanes are for Govern to give: one that is too many leaves, and what it had begun is for the others
    if (decision.stop !== null || decision.lanes > lanes || decision.lanes <= lane) return 'others first';
    if (decision.restMs > 0) await sleep(decision.restMs);
    const merged = await mergeBetweenTraffic(load, { decision, paced }, deps);
    if (merged !== 'merged') return merged;
  }
}

/** Locks of others end a transaction after a moment (the loader is the deadlock's loser); it is begun anew with jitter. */
async function mergeBetweenTraffic(
  load: PlannedLoad,
  { decision, paced }: { readonly decision: PartRows; readonly paced: Pacer },
  deps: RecordDeps,
): Promise<'merged' | 'nothing left' | 'traffic wins'> {
  for (let conflicts = 0; conflicts < conflictsBeforeBreak; conflicts += 1) {
    try {
      const walBefore = await paced.walPosition();
      const startedAt = performance.now();
      const merged = load.isAtomic ? await mergeWhole(load, deps) : await mergeNextBatch(load, decision, deps);
      if (merged === null) return 'nothing left';
      const ms = Math.ceil(performance.now() - startedAt);
      const walAfter = walBefore === null ? null : await paced.walPosition();
      const walBytes = walBefore === null || walAfter === null ? null : walAfter - walBefore;
      paced.merged({ ...merged, atMs: Date.now(), ms }, walBytes);
      return 'merged';
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      await sleep(Math.random() * Math.min(2_000, 50 * 2 ** conflicts));
    }
  }
  return 'traffic wins';
}
