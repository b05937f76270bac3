import { printable } from '../core/printable.ts';
import { agreeing, oneLine } from './quantities.ts';
import { isUnbalanced, maySucceedLater, needsForce, sweepRetries } from '../protocol/passing-causes.ts';
import { wordsInLedger, wordsMayBeTold } from './told-words.ts';
import { atStack } from './stack-option.ts';

/** A load that failed, as far as a message tells of it: ids, names and counts, never a cell. */
export interface FailedLoad {
  readonly loadId: number;
  readonly dataset: string;
  readonly target: string;
  readonly object: string;
  readonly code: string;
  /** As the ledger has it; told only where the words of this code hold no cell (told-words.ts). */
  readonly message: string | null;
  /** null: not counted yet. */
  readonly records: number | null;
  readonly batches: number;
  readonly mergedBatches: number;
  /** Batches of which a part is merged. */
  readonly begunBatches: number;
  readonly inserted: number;
  readonly updated: number;
  readonly execution: string | null;
}

const gathering = 'More failures of the same cause within an hour come in one message.';

/** What happened to a load, why, where it stands, and what to type next. `stack`: what `--stack` is given. */
export function failureMessage(load: FailedLoad, stack: string | null): { subject: string; text: string } {
  const at = atStack(stack);
  return {
    subject: `Landfall: load ${load.loadId} of ${printable(load.dataset)} failed (${printable(load.code)})`,
    text: [
      `Load ${load.loadId} failed: ${printable(load.object)} into ${printable(load.target)} (dataset ${printable(load.dataset)}).`,
      `Why: ${whyOf(load, stack)}`,
      `Where it stands: ${standing(load)}`,
      `What to do: ${nextOf(load, at)}`,
      ...(load.execution === null ? [] : [`Execution: ${printable(load.execution)}`]),
      gathering,
    ].join('\n\n'),
  };
}

/** An execution that no load in the ledger waits for: it ended before it claimed one. */
export function unclaimedMessage(
  ended: { readonly execution: string; readonly code: string; readonly object: string | null },
  stack: string | null,
): { subject: string; text: string } {
  const at = atStack(stack);
  return {
    subject: `Landfall: an execution failed before it claimed a load (${printable(ended.code)})`,
    text: [
      `An execution failed before it claimed a load${ended.object === null ? '' : `: ${printable(ended.object)}`}.`,
      `Why: ${printable(ended.code)}. Its history tells more.`,
      'Where it stands: nothing was read and nothing was written.',
      `What to do: once the cause is gone the sweep starts it again by itself, within minutes. To see what runs: landfall status${at}`,
      `Execution: ${printable(ended.execution)}`,
      gathering,
    ].join('\n\n'),
  };
}

/** Other words may hold what a cell held: PostgreSQL quotes values, and a refusal the first record of a file. */
function whyOf({ loadId, code, message }: FailedLoad, stack: string | null): string {
  const what = printable(code);
  if (message === null || !wordsMayBeTold(code)) return `${what}. ${wordsInLedger(loadId, stack)}`;
  // on one line: none of the words stands where a line of the message would
  return `${what}: ${oneLine(message, Infinity)}`;
}

function standing({ records, batches, mergedBatches, begunBatches, inserted, updated }: FailedLoad): string {
  const read =
    records === null
      ? 'its records are not all read yet'
      : `${records} ${agreeing(records, 'record was', 'records were')} read`;
  if (mergedBatches + begunBatches === 0) return `${read}; nothing is merged, the target is as it was.`;
  const begun = begunBatches === 0 ? '' : ` and parts of ${begunBatches} more`;
  return `${read}; ${mergedBatches} of ${batches} ${agreeing(batches, 'batch', 'batches')}${begun} ${agreeing(mergedBatches + begunBatches, 'is', 'are')} merged: ${inserted} ${agreeing(inserted, 'row', 'rows')} inserted, ${updated} updated. They stay, and are not merged again.`;
}

function nextOf({ loadId, code }: FailedLoad, at: string): string {
  const explain = `landfall explain ${loadId}${at}`;
  if (isUnbalanced(code)) {
    return `do not load it again before you know why its counts do not balance: ${explain}`;
  }
  if (maySucceedLater(code)) {
    return `nothing yet: the sweep retries it by itself, ${sweepRetries.afterMinutes.length} times within some hours.\nsee what happened, and when it is retried: ${explain}\nor go on at once where it stopped: landfall retry ${loadId}${at}`;
  }
  if (needsForce(code)) {
    return `see what happened: ${explain}\nit does not go on by itself; compare every row again, as a load of its own: landfall retry ${loadId} --force${at}`;
  }
  return `see what happened: ${explain}\nonce the cause is gone, go on where it stopped: landfall retry ${loadId}${at}`;
}
