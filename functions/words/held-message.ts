import { count } from './quantities.ts';

/** A load that waits for a yes. */
export interface WaitingLoad {
  readonly loadId: number;
  /** Of what a yes lets through. */
  readonly counts: Readonly<Record<'inserted' | 'updated' | 'deleted' | 'rejected', number>>;
  /** Of the limits that it breaks, in one or more lines; null: its dataset asks for every load. */
  readonly broken: string | null;
  /** What went past an earlier yes. */
  readonly moved: readonly string[];
  /** Days after which the sweep declines it; null: nobody comes by to do that. */
  readonly days: number | null;
}

/** Why it waits, what it would do, and what to type: names and counts only, so that anybody may be told. */
export function heldMessage({ loadId, counts, broken, moved, days }: WaitingLoad): string {
  const { inserted, updated, deleted, rejected } = counts;
  const rows = [`${count(inserted)} rows inserted`, `${count(updated)} updated`];
  if (deleted > 0) rows.push(`${count(deleted)} deleted`);
  const would = `${rows.join(', ')} and ${count(rejected)} rejected`;
  const end = days === null ? '' : `; after ${days === 1 ? 'a day' : `${days} days`} it is declined by itself`;
  return [
    ...(moved.length === 0 ? [] : [`what it would do went past what was approved (${moved.join('; ')}): `]),
    `nothing is changed until somebody approves it: then ${would}. \`landfall approve ${loadId}\` merges it, \`landfall decline ${loadId} --reason TEXT\` ends it${end}`,
    ...(broken === null ? [] : [`\n${broken}`]),
  ].join('');
}
