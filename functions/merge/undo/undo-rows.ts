import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { readFingerprint } from '../../contract/read-catalogue.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { execute, many, one, transaction, type Db } from '../../db/client.ts';
import { isLockConflict } from '../../db/errors.ts';
import { holdLease, releaseLease, renew } from '../../ledger/leases/lease.ts';
import { type Load, type PlannedLoad, readLoad } from '../../ledger/loads/load.ts';
import { addClosedRejects } from '../../ledger/loads/loads-sql.ts';
import type { UndoneTarget } from '../../ledger/undos/journalled-sql.ts';
import { readUndoneTarget } from '../../ledger/undos/undone-target.ts';
import {
  type ChunkRow,
  deleteChunk,
  selectChunks,
  type UndoCounts,
  updateAwaitsNothing,
  updateReopened,
  updateUndo,
  updateUndone,
} from '../../ledger/undos/undos-sql.ts';
import { TryAgain } from '../../protocol/errors.ts';
import type {
  finishUndoInput,
  finishUndoOutput,
  undoRowsInput,
  undoRowsOutput,
} from '../../protocol/undo/undo-states.ts';
import { mergeLimits } from '../merge-batch.ts';
import { pacer } from '../pacer.ts';
import { lockTable } from '../sql.ts';
import { undoChunk } from './undo-chunk.ts';

/** What UndoRows needs beside its input. */
export interface UndoDeps {
  readonly db: Db;
  readonly datasets: readonly Dataset[];
  readonly millisecondsLeft: () => number;
}

/** As a lane of the merge has them (merge-lane.ts). */
const marginMs = 60_000;
const conflictsBeforeBreak = 20;
const breakSeconds = 5;
/** Until others are looked at again that come first. */
const waitSeconds = 30;

/**
 * The state UndoRows: transaction after transaction, each some chunks of the load's journal, as fast as the governor says. A chunk goes with the
 * transaction that undid it, so the next call goes on with those that are left.
 */
export async function undoRows(
  { loadId, attempt }: z.output<typeof undoRowsInput>,
  { db, datasets, millisecondsLeft }: UndoDeps,
): Promise<z.input<typeof undoRowsOutput>> {
  const load = { ...(await readLoad(db, loadId)), attempt };
  await renew(db, load);
  const target = await readUndoneTarget(db, load, datasets);
  const planned = plannedOf(load, target);
  const paced = await pacer(db, planned, { lanes: 1 });
  const answer = { loadId, attempt };
  for (;;) {
    if (millisecondsLeft() < marginMs) return { ...answer, decision: 'again', waitSeconds: 0 };
    const decision = await paced.next();
    if (decision.stop !== null) return { ...answer, decision: 'again', waitSeconds };
    if (decision.restMs > 0) await sleep(decision.restMs);
    const undone = await betweenTraffic(planned, { target, rows: decision.changing }, db);
    if (undone === 'traffic wins') return { ...answer, decision: 'again', waitSeconds: breakSeconds };
    if (undone === null) return { ...answer, decision: 'done', waitSeconds: 0 };
    paced.merged({ ...undone, atMs: Date.now(), changes: true }, null);
  }
}

/** The contract is that of the catalogue. */
function plannedOf(load: Load, { contract }: UndoneTarget): PlannedLoad {
  const { fileColumns, bodyOffset, bodyLine, epoch } = load;
  if (fileColumns === null || bodyOffset === null || bodyLine === null || epoch === null)
    throw new Error(`load ${load.loadId} has not been planned`);
  const { lineEnd } = load;
  const places = { bodyOffset, bodyLine, lineEnd: lineEnd ?? 'lf', members: null, firstSlice: 0 } as const;
  return { ...load, ...places, contract, seal: '', fileColumns, epoch };
}

interface Undone {
  readonly rows: number;
  readonly written: number;
  readonly ms: number;
}

type Way = { readonly target: UndoneTarget; readonly rows: number };

async function betweenTraffic(load: PlannedLoad, way: Way, db: Db): Promise<Undone | null | 'traffic wins'> {
  for (let conflicts = 0; conflicts < conflictsBeforeBreak; conflicts += 1) {
    try {
      return await undoNext(load, way, db);
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      await sleep(Math.random() * Math.min(2_000, 50 * 2 ** conflicts));
    }
  }
  return 'traffic wins';
}

/** Null where nothing is left. */
async function undoNext(load: PlannedLoad, { target, rows }: Way, db: Db): Promise<Undone | null> {
  const { loadId, contract } = load;
  const startedAt = performance.now();
  return await transaction(db, mergeLimits(load), async () => {
    await holdLease(db, load);
    const chunks = await many<ChunkRow>(db, selectChunks(loadId, rows));
    if (chunks.length === 0) return null;
    await execute(db, lockTable(contract.target));
    if ((await readFingerprint(db, contract.target)) !== contract.fingerprint)
      throw new TryAgain(`${load.target} was changed while load ${loadId} was undone: it is looked at anew`);
    let sum: UndoCounts = { restored: 0, removed: 0, returned: 0, untouched: 0, kept: 0 };
    for (const chunk of chunks) {
      const done = await undoChunk(target, { loadId, chunk }, db);
      await execute(db, deleteChunk(loadId, chunk.chunk));
      sum = {
        restored: sum.restored + done.restored,
        removed: sum.removed + done.removed,
        returned: sum.returned + done.returned,
        untouched: sum.untouched + done.untouched,
        kept: sum.kept + done.kept,
      };
    }
    await execute(db, updateUndo(loadId, sum));
    return {
      rows: chunks.reduce((all, chunk) => all + chunk.rows, 0),
      written: sum.restored + sum.removed + sum.returned,
      ms: Math.ceil(performance.now() - startedAt),
    };
  });
}

/** The state FinishUndo: the load is undone, and its table is free. */
export async function finishUndo(
  { loadId, attempt }: z.output<typeof finishUndoInput>,
  { db }: Pick<UndoDeps, 'db'>,
): Promise<z.input<typeof finishUndoOutput>> {
  const load = { ...(await readLoad(db, loadId)), attempt };
  await transaction(db, {}, async () => {
    await execute(db, updateUndone(loadId));
    const of = load.request.replay?.of;
    // it closed them, and is no more
    if (of !== undefined) {
      const { reopened } = await one<{ reopened: number }>(db, updateReopened({ loadId, of }));
      await execute(db, addClosedRejects(of, -reopened));
    }
    await execute(db, updateAwaitsNothing(of === undefined ? [loadId] : [loadId, of]));
  });
  await releaseLease(db, load);
  return { loadId, attempt, refused: null };
}
