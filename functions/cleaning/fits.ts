import type { PlainForm } from '../core/contract.ts';
import type { CleanedColumn, CleaningFault } from './step.ts';

const wholeNumbers: readonly PlainForm[] = ['int2', 'int4', 'int8'];
const numbers: readonly PlainForm[] = [...wholeNumbers, 'numeric', 'float8'];
const moments: readonly PlainForm[] = ['date', 'timestamp', 'timestamptz'];

/** Why a step that gives numbers is not for this column; null where it is. Text may hold them too. */
export function misfitOfNumbers(step: string, column: CleanedColumn): string | null {
  return misfit(`${step} gives numbers`, column, [...numbers, 'text']);
}

/** The same for dates and timestamps; `gives` says which: `date gives dates`. */
export function misfitOfMoments(gives: string, column: CleanedColumn, ...others: readonly PlainForm[]): string | null {
  return misfit(gives, column, [...moments, ...others, 'text']);
}

/** `date gives dates, but the column's type is integer.` */
export function misfit(gives: string, column: CleanedColumn, forms: readonly PlainForm[]): string | null {
  return forms.includes(column.plainForm) ? null : `${gives}, but the column's type is ${column.type}.`;
}

/** What a cell fails to be that is no number of this column. */
export function numberFault({ plainForm }: CleanedColumn): CleaningFault {
  return wholeNumbers.includes(plainForm) ? 'INVALID_INTEGER' : 'INVALID_NUMBER';
}
