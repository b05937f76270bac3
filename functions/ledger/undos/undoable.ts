import { printable } from '../../core/printable.ts';
import { plural, second } from '../../words/quantities.ts';
import { maybeOne, type Db } from '../../db/client.ts';
import type { Load } from '../loads/load.ts';
import { selectUndo, type UndoRow } from './undos-sql.ts';
import { UndoRefused } from './undone-target.ts';

/** Whether its undo has ended, and broke off before the load's report said so: asked again, that is all that is left to do. */
export async function lacksReport(db: Db, loadId: number): Promise<boolean> {
  const undo = await maybeOne<UndoRow>(db, selectUndo(loadId));
  return undo !== null && undo.ended_at !== null && undo.reported_at === null;
}

/**
 * Whether a load may be undone, or its undo go on, as far as the ledger says.
 * @throws UndoRefused
 */
export async function assertUndoable(db: Db, load: Load): Promise<void> {
  const { loadId, outcome, contract, target, undoneAt, journalForgottenAt, request } = load;
  if (undoneAt !== null) {
    const undo = await maybeOne<UndoRow>(db, selectUndo(loadId));
    const by = undo === null ? '' : `, by ${printable(undo.asked_by)}`;
    throw new UndoRefused(
      `load ${loadId} was undone at ${second(undoneAt.toISOString())}${by}, and an undo is not undone: load its object again, that takes no --force`,
    );
  }
  if (outcome === null)
    throw new UndoRefused(
      `load ${loadId} runs, or broke off: let it end first (landfall explain ${loadId} says how far it is), then undo it`,
    );
  if (outcome === 'HELD')
    throw new UndoRefused(
      `load ${loadId} is HELD, so ${printable(target)} is as it was before: landfall decline ${loadId} --reason TEXT ends it`,
    );
  if (outcome === 'FAILED')
    throw new UndoRefused(
      `load ${loadId} is FAILED and may be merged in part: landfall retry ${loadId} goes on where it stopped, then it can be undone`,
    );
  if (outcome !== 'LOADED' || request.dryRun)
    throw new UndoRefused(
      `load ${loadId} is ${outcome}: it wrote nothing into ${printable(target)}, so there is nothing to undo`,
    );
  if (contract?.undo === undefined)
    throw new UndoRefused(
      `load ${loadId} kept no journal of what its rows were, so it cannot be undone: its dataset, or the command, has to ask for one before (undo: true, or --undo)`,
    );
  if (journalForgottenAt !== null)
    throw new UndoRefused(
      `the journal of load ${loadId} was kept for ${plural(contract.undo.days, 'day')} (undoDays) and is gone since ${second(journalForgottenAt.toISOString())}: the load cannot be undone any more`,
    );
}
