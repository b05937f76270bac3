import type { ContractColumn } from '../../core/contract.ts';
import { takes } from '../cleaning/cleaning-search.ts';

/** How large the numbers of a column may be. */
export type SizedColumn = Pick<ContractColumn, 'plainForm' | 'precision' | 'scale'>;

/** Whether a numeric(p,s) holds this decimal as it stands; other columns, and what is no plain decimal, are not asked. */
export function holds({ plainForm, precision, scale }: SizedColumn, made: string): boolean {
  const decimal = decimalOf(made);
  if (plainForm !== 'numeric' || precision === null || scale === null || decimal === null) return true;
  return decimal.before.length <= precision - scale && decimal.after.length <= scale;
}

/** Whether it holds the decimal once that is rounded; false of what is no plain decimal. */
export function holdsRounded({ precision, scale }: SizedColumn, text: string): boolean {
  const decimal = decimalOf(text.trim());
  if (decimal === null || precision === null || scale === null || scale < 0) return false;
  const { before, after } = decimal;
  const carries = (after[scale] ?? '0') >= '5' && /^9*$/u.test(before + after.slice(0, scale));
  return before.length + (carries ? 1 : 0) <= precision - scale;
}

/** The digits that count before and behind the point; null: no plain decimal. */
function decimalOf(text: string): { readonly before: string; readonly after: string } | null {
  const [, before, after = ''] = /^[+-]?(\d*)(?:\.(\d*))?$/u.exec(text) ?? [];
  if (before === undefined) return null;
  let end = after.length;
  while (after[end - 1] === '0') end -= 1;
  return { before: before.replace(/^0+/u, ''), after: after.slice(0, end) };
}

/** Whether a cell that was not judged is a value of its column for certain, or nothing where that may be; texts are not asked. */
export function isLikelyTaken(
  { plainForm, notNull }: Pick<ContractColumn, 'plainForm' | 'notNull'>,
  cell: string | null,
): boolean {
  if (cell === null) return !notNull;
  return plainForm === 'text' || takes(plainForm, cell);
}
