import { printable } from '../../core/printable.ts';
import { columns, count, plural } from '../quantities.ts';
import type { View } from '../view.ts';

/** What is open of one load. */
interface OpenOfLoad {
  readonly loadId: number;
  readonly target: string;
  readonly open: number;
  readonly rules: readonly { readonly code: string; readonly column: string | null; readonly rejects: number }[];
  readonly rulesLeft: number;
  readonly asLoaded: boolean;
}

/** What is open of the last loads, as `status` answers it. */
interface OpenOfLoads {
  readonly loads: number;
  readonly records: number;
  readonly newest: readonly OpenOfLoad[];
}

/** `INVALID_TYPE of n 3`, one a rule. */
export function openRulesInWords({ rules, rulesLeft, asLoaded }: OpenOfLoad): readonly string[] {
  const named = rules.map(
    ({ code, column, rejects }) =>
      `${printable(code, 80)}${column === null ? '' : ` of ${printable(column, 80)}`} ${count(rejects)}`,
  );
  const words = rulesLeft === 0 ? named : [...named, plural(rulesLeft, 'more rule')];
  return asLoaded ? words.map((rule) => `${rule} of all that it rejected`) : words;
}

/** The lines of a terminal, at most `most` loads; empty where nothing is open. */
export function openRejectsTable(
  { loads, records, newest }: OpenOfLoads,
  most: number,
  { command }: Pick<View, 'command'>,
): string {
  if (loads === 0) return '';
  const rows = newest
    .slice(0, most)
    .map((load) => [
      `load ${load.loadId}`,
      load.target,
      plural(load.open, 'reject'),
      openRulesInWords(load).join(', '),
    ]);
  const left = loads - rows.length;
  const more = left === 0 ? '' : `and of ${plural(left, 'more load')}\n`;
  return `\n${plural(records, 'open reject')}: ${command('rejects LOAD')} shows them, ${command('replay LOAD')} judges them again\n${columns(rows)}${more}`;
}
