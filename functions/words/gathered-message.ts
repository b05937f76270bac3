import { printable } from '../core/printable.ts';
import { second } from './quantities.ts';
import { isUnbalanced, maySucceedLater, needsForce } from '../protocol/passing-causes.ts';
import { atStack } from './stack-option.ts';

/** Failures of one cause that were not told one by one: names and counts, never a cell. */
export interface Gathered {
  readonly cause: string;
  readonly failures: number;
  /** Of these: loads, and how many of them are FAILED still. */
  readonly loads: number;
  readonly still: number;
  /** Some of those that are, by number. */
  readonly examples: readonly number[];
  readonly from: Date;
  readonly until: Date;
}

/**
 * What failures have in common, so that many of them are one message: the code where it is not about the load, else the code and
 * the dataset. Counts that do not balance are always told by themselves. loadId null: the execution had not claimed a load.
 */
export function causeOf(failure: {
  readonly code: string;
  readonly dataset: string | null;
  readonly loadId: number | null;
}): string {
  const { code, dataset, loadId } = failure;
  if (maySucceedLater(code)) return code;
  if (isUnbalanced(code)) return `${code} of load ${loadId}`;
  return dataset === null ? `${code}, before a load was claimed` : `${code} of ${dataset}`;
}

/** How many failed of it, what became of them since, and what to type next. `stack`: what `--stack` is given. */
export function gatheredMessage(gathered: Gathered, stack: string | null): { subject: string; text: string } {
  const { cause, failures, loads, from, until } = gathered;
  const at = atStack(stack);
  const unclaimed = failures - loads;
  return {
    subject: `Landfall: ${failures} more ${failures === 1 ? 'failure' : 'failures'} of one cause (${printable(cause)})`,
    text: [
      `After the failure that was told at once, ${failures} more came of the same cause: ${printable(cause)}. The first at ${second(from.toISOString())}, the last at ${second(until.toISOString())}.`,
      [
        `Loads: ${loads}, of which ${gathered.still} are FAILED now${numbersOf(gathered)}.`,
        ...(unclaimed === 0
          ? []
          : [
              `Executions that had not claimed a load: ${unclaimed}. The sweep starts their objects again by itself, within minutes.`,
            ]),
      ].join('\n'),
      `What to do: ${nextOf(gathered, at)}`,
    ].join('\n\n'),
  };
}

function numbersOf({ still, examples }: Gathered): string {
  if (examples.length === 0) return '';
  return `: ${examples.join(', ')}${still > examples.length ? ' and others' : ''}`;
}

function nextOf({ cause, still, from }: Gathered, at: string): string {
  if (still === 0) return `nothing. To see what became of them: landfall list${at}`;
  // a load ends a moment before its failure is noted
  const since = new Date(from.getTime() - 60_000);
  const all = `landfall retry --failed --since ${second(since.toISOString())}${at}`;
  const list = `landfall list --outcome FAILED${at}`;
  if (needsForce(codeOf(cause)))
    return `see them: ${list}\nthey do not go on by themselves; each anew: landfall retry LOAD --force${at}`;
  return maySucceedLater(cause)
    ? `nothing yet: the sweep retries each by itself, three times within some hours.\nsee them: ${list}\nor go on with all of them at once: ${all}`
    : `see them: ${list}\nonce the cause is gone, go on with all of them: ${all}`;
}

/** As causeOf put it before what the failure is about. */
function codeOf(cause: string): string {
  return /^[^ ,]+/u.exec(cause)?.[0] ?? cause;
}
