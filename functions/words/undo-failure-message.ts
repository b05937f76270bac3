import { printable } from '../core/printable.ts';
import { oneLine, plural } from './quantities.ts';
import { atStack } from './stack-option.ts';
import { wordsInLedger, wordsMayBeTold } from './told-words.ts';

/** An undo that broke off, as far as a message tells of it: ids, names and counts, never a cell. */
export interface UndoFailure {
  readonly loadId: number;
  readonly dataset: string;
  readonly target: string;
  readonly code: string;
  /** As the ledger has it; told only where the words of this code hold no cell (told-words.ts). */
  readonly message: string | null;
  readonly askedBy: string;
  /** Null: none ever began. */
  readonly execution: string | null;
  /** Rows of the target that are as before, that stay as they are, and that were not asked yet. */
  readonly done: number;
  readonly kept: number;
  readonly left: number;
}

/** A cause of its own: a person asked for it and is told each time, so no other failure is gathered with it. */
export function causeOfUndo({ loadId, code, execution }: Pick<UndoFailure, 'loadId' | 'code' | 'execution'>): string {
  return `${code} of the undo ${execution ?? `of load ${loadId}`}`;
}

/** What happened to an undo, why, where it stands, and what to type next. `stack`: what `--stack` is given. */
export function undoFailureMessage(failed: UndoFailure, stack: string | null): { subject: string; text: string } {
  const { loadId, dataset, target, code, message, askedBy, execution, done, kept, left } = failed;
  const at = atStack(stack);
  const why =
    message === null || !wordsMayBeTold(code)
      ? `${printable(code)}. ${wordsInLedger(loadId, stack)}`
      : `${printable(code)}: ${oneLine(message, Infinity)}`;
  return {
    subject: `Landfall: the undo of load ${loadId} of ${printable(dataset)} failed (${printable(code)})`,
    text: [
      `The undo of load ${loadId} into ${printable(target)} (dataset ${printable(dataset)}) failed; ${printable(askedBy)} had asked for it.`,
      `Why: ${why}`,
      `Where it stands: ${plural(done, 'row')} as before, ${kept} stay as they are, ${left} are still as the load left them. The table is free for other loads.`,
      `What to do: once the cause is gone, go on where it stopped: landfall undo ${loadId}${at}\nsee what became of the rows: landfall undo ${loadId} --kept${at}`,
      `Execution: ${execution === null ? 'none that is known' : printable(execution)}`,
    ].join('\n\n'),
  };
}
