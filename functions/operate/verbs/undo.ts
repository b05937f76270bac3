import { z } from 'zod';
import { execute, maybeOne } from '../../db/client.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { assertUndoable, lacksReport } from '../../ledger/undos/undoable.ts';
import { updateUndoStarted } from '../../ledger/undos/undo-executions-sql.ts';
import { insertUndo, selectUndo, type UndoRow } from '../../ledger/undos/undos-sql.ts';
import { readUndoneTarget, UndoRefused } from '../../ledger/undos/undone-target.ts';
import { printable } from '../../core/printable.ts';
import { second } from '../../words/quantities.ts';
import type { OperateDeps } from '../deps.ts';
import { noSuchLoad, OperationRefused } from '../errors.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** Takes a load back: what nobody wrote since becomes what it was, in an execution of its own. One that broke off goes on. */
export const undo = defineVerb({
  name: 'undo',
  changes: true,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: z.strictObject({
    loadId: z.int(),
    /** started: an execution undoes it. again: one that somebody asked for before broke off, and this one goes on. */
    done: z.enum(['started', 'again']),
    executionId: z.string(),
    /** Who asked first, and when. */
    askedBy: z.string(),
    askedAt: z.string(),
  }),
  async run({ loadId }, deps, why, by) {
    const { db, startUndo } = deps;
    if (!(await lacksReport(db, loadId))) await readUndoable(loadId, deps);
    if (startUndo === undefined)
      throw new OperationRefused(`nothing here starts an undo: deploy this version, then undo load ${loadId} again`);
    const before = await maybeOne<UndoRow>(db, selectUndo(loadId));
    if (before === null) await execute(db, insertUndo({ loadId, by, why }));
    const executionId = await startUndo({ loadId, attempt: 0 });
    await execute(db, updateUndoStarted(loadId, executionId));
    const askedAt = (before?.asked_at ?? deps.now()).toISOString();
    return {
      loadId,
      done: before === null ? ('started' as const) : ('again' as const),
      executionId,
      askedBy: before?.asked_by ?? by,
      askedAt,
    };
  },
  show({ loadId, done, executionId, askedBy, askedAt }, { command }) {
    const what =
      done === 'started'
        ? `load ${loadId} is undone`
        : `load ${loadId} goes on to be undone, as ${printable(askedBy)} asked at ${second(askedAt)}`;
    return `${what}: execution ${printable(executionId)}\n  next        ${command(`undo ${loadId} --kept`)} shows how far it is, and which rows stay as they are\n`;
  },
});

/** A load that may be undone as far as ledger and catalogue say. @throws OperationRefused */
export async function readUndoable(
  loadId: number,
  { db, datasets }: OperateDeps,
): Promise<{ readonly load: Load; readonly target: Awaited<ReturnType<typeof readUndoneTarget>> }> {
  const load = await findLoad(db, selectLoad(loadId));
  if (load === null) throw new OperationRefused(noSuchLoad(loadId));
  try {
    await assertUndoable(db, load);
    return { load, target: await readUndoneTarget(db, load, datasets) };
  } catch (error) {
    if (!(error instanceof UndoRefused)) throw error;
    throw new OperationRefused(error.message);
  }
}
