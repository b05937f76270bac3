import type { z } from 'zod';
import type { Dataset } from '../../compile/declaration/schema.ts';
import type { Db } from '../../db/client.ts';
import { readLoad } from '../../ledger/loads/load.ts';
import { recordUndoFailed } from '../../ledger/undos/failed-undo.ts';
import { takeTable, type WantedUndo } from '../../ledger/undos/take-table.ts';
import { lacksReport } from '../../ledger/undos/undoable.ts';
import { readUndoneTarget, UndoRefused } from '../../ledger/undos/undone-target.ts';
import type { beginUndoInput, beginUndoOutput } from '../../protocol/undo/undo-states.ts';

/** What BeginUndo needs beside its input. */
export interface BeginUndoDeps extends Pick<WantedUndo, 'owner' | 'ownerIsAlive'> {
  readonly db: Db;
  readonly datasets: readonly Dataset[];
}

/** A minute: how late an undo may notice that it is its turn; a quarter of it where a look costs nothing but a query. */
const mostSeconds = 60;
const mostSecondsOnOneMachine = 15;

/** The state BeginUndo: the load's table is taken, in line with loads that wait for it, and what was asked when the undo was asked for is asked again. */
export async function beginUndo(
  input: z.output<typeof beginUndoInput>,
  { db, datasets, owner, ownerIsAlive }: BeginUndoDeps,
): Promise<z.input<typeof beginUndoOutput>> {
  const { loadId, execution } = input;
  const answer = { loadId, attempt: input.attempt, waitSeconds: 0, refused: null };
  if (await lacksReport(db, loadId)) return { ...answer, decision: 'report' };
  try {
    await readUndoneTarget(db, await readLoad(db, loadId), datasets);
    const table = await takeTable(db, { loadId, execution, owner, ownerIsAlive });
    if (table.kind === 'taken') return { ...answer, attempt: table.attempt, decision: 'proceed' };
    const most = owner === null ? mostSeconds : mostSecondsOnOneMachine;
    const waitSeconds = Math.round(Math.min(most, Math.max(1, table.stillSeconds / 20, 2 * table.place)));
    return { ...answer, decision: 'wait', waitSeconds };
  } catch (error) {
    if (!(error instanceof UndoRefused)) throw error;
    // its place in line goes, and who looks at the load is told why: nobody waits for the answer of an execution
    await recordUndoFailed(db, { loadId, execution, code: 'UNDO_REFUSED', message: error.message });
    return { ...answer, decision: 'end', refused: error.message };
  }
}
