import { printable } from '../core/printable.ts';
import { shownObject } from '../core/object-url.ts';
import { count, plural, second } from './quantities.ts';
import { atStack } from './stack-option.ts';

/** A load that waits for a yes. */
export interface WaitingLoad {
  readonly loadId: number;
  /** Of what a yes lets through. */
  readonly counts: Readonly<Record<'inserted' | 'updated' | 'deleted' | 'rejected', number>>;
  /** Of the limits that it breaks, in one or more lines; null: its dataset asks for every load. */
  readonly broken: string | null;
  /** Why an earlier yes does not count any more; empty: there was none. */
  readonly moved: readonly string[];
  /** Days after which the sweep declines it; null: nobody comes by to do that. */
  readonly days: number | null;
}

/** Why it waits, what it would do, and what to type: names and counts only, so that anybody may be told. */
export function heldMessage({ loadId, counts, broken, moved, days }: WaitingLoad): string {
  const end = days === null ? '' : `; after ${days === 1 ? 'a day' : `${days} days`} it is declined by itself`;
  return [
    ...(moved.length === 0 ? [] : [`the earlier yes does not count any more (${moved.join('; ')}): `]),
    `nothing is changed until somebody approves it: then ${wouldDo(counts)}. \`landfall approve ${loadId}\` merges it, \`landfall decline ${loadId} --reason TEXT\` ends it${end}`,
    ...(broken === null ? [] : [`\n${broken}`]),
  ].join('');
}

function wouldDo({ inserted, updated, deleted, rejected }: WaitingLoad['counts']): string {
  const rows = [`${plural(inserted, 'row')} inserted`, `${count(updated)} updated`];
  if (deleted > 0) rows.push(`${count(deleted)} deleted`);
  return `${rows.join(', ')} and ${count(rejected)} rejected`;
}

/** A load that waits, as the ledger has it. */
interface HeldRow {
  readonly load_id: number;
  readonly dataset: string;
  readonly target: string;
  readonly bucket: string;
  readonly key: string;
  readonly held: { readonly codes: readonly string[]; readonly moved: readonly string[] } & Pick<WaitingLoad, 'counts'>;
  readonly held_until: Date;
}

/** Loads that began to wait: ids, names and counts, never a cell. `stack`: what `--stack` is given. */
export function heldMail(waiting: readonly HeldRow[], stack: string | null): { subject: string; text: string } {
  const at = atStack(stack);
  const [first] = waiting;
  const which =
    waiting.length === 1
      ? `load ${first?.load_id} of ${printable(first?.dataset ?? '')} waits`
      : `${plural(waiting.length, 'load')} wait`;
  return {
    subject: `Landfall: ${which} for a yes`,
    text: [
      ...waiting.map((load) => heldParagraph(load, at)),
      'Nothing of them is in a table, and other loads go on. What each would do, with the rules that rejected most: landfall explain LOAD' +
        at,
    ].join('\n\n'),
  };
}

function heldParagraph(
  { load_id: loadId, dataset, target, held, held_until: until, ...object }: HeldRow,
  at: string,
): string {
  const { codes, moved, counts } = held;
  return [
    `Load ${loadId} waits for a yes: ${printable(shownObject(object))} into ${printable(target)} (dataset ${printable(dataset)}).`,
    codes.length === 0
      ? 'Its dataset asks for every load.'
      : `It breaks a limit: ${codes.map((code) => printable(code)).join(', ')}.`,
    ...(moved.length === 0
      ? []
      : [`The earlier yes does not count any more: ${moved.map((words) => printable(words)).join('; ')}.`]),
    `A yes means ${wouldDo(counts)}: landfall approve ${loadId}${at}`,
    `A no ends it: landfall decline ${loadId} --reason TEXT${at}`,
    `Without either it is declined at ${second(until.toISOString())}.`,
  ].join('\n');
}
