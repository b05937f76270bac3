import type { ContractColumn } from '../../core/contract.ts';
import { rejectCodes } from '../../protocol/reject-codes.ts';
import { type CellMend, cellMend } from './cell-mends.ts';
import { holdsRounded } from './column-holds.ts';
import { nothingTried, type Trial, trialOf, type Tried, type TriedReject } from './tried.ts';
import { cleaning, lettingThrough, roundNumbers } from './ways.ts';

/** Codes of cells that have another form than their column. */
const ofForm: ReadonlySet<string> = new Set([
  rejectCodes.INVALID_INTEGER,
  rejectCodes.INVALID_NUMBER,
  rejectCodes.INVALID_BOOLEAN,
  rejectCodes.INVALID_DATE,
  rejectCodes.INVALID_TIMESTAMP,
]);

/** Longer texts are no numbers, dates or words for true. */
const mostCharacters = 200;

/** How much is tried for the rules of cells. */
export interface Effort {
  /** Cells of one rule, the first ones. */
  readonly cells: number;
  /** Different ones of them that every chain of steps is tried on, where none suits all. */
  readonly sample: number;
}

/** Whether steps of cleaning are looked for, cell by cell. */
export function asksOfForm(code: string, { clean }: ContractColumn): boolean {
  // another step would stand before or behind those that are declared, and nobody knows where
  return ofForm.has(code) && clean === undefined;
}

/** A rule that cells of a column break; null: nothing is known that helps. */
export function trialOfCells(code: string, column: ContractColumn, effort: Effort): Trial | null {
  const passed = lettingThrough[code];
  if (passed !== undefined) return trialOf(nothingTried(passed));
  if (code === rejectCodes.NUMERIC_SCALE)
    return trialOf(nothingTried(roundNumbers), (reject, value) => {
      const cell = cellOf(reject, value, column);
      return cell === null ? null : holdsRounded(column, cell);
    });
  if (code === rejectCodes.NOT_NULL && column.clean === undefined && column.hasDefault)
    return trialOf(nothingTried(cleaning(column.name, ['empty:default'])));
  return asksOfForm(code, column) ? trialOfForm(column, effort) : null;
}

/** How many rejects have a cell, and how many of them break another rule too. */
interface Times {
  all: number;
  breakAnother: number;
}

function trialOfForm(column: ContractColumn, effort: Effort): Trial {
  const cells = new Map<string, Times>();
  let left = effort.cells;
  return {
    look: (reject, value) => {
      const cell = left <= 0 ? null : cellOf(reject, value, column);
      if (cell === null) return;
      left -= 1;
      const times = cells.get(cell) ?? { all: 0, breakAnother: 0 };
      times.all += 1;
      if (reject.reasons.length > 1) times.breakAnother += 1;
      cells.set(cell, times);
    },
    found: () => {
      const mend = cellMend(new Map([...cells].map(([cell, { all }]) => [cell, all])), column, effort.sample);
      return mend === null ? null : triedCells(mend, column.name, cells);
    },
  };
}

/** The cell itself: what is shown of it, where that is all of it, else what the record has; null where it is not known. */
function cellOf(reject: TriedReject, value: string | null, { name }: ContractColumn): string | null {
  const cell = value !== null && isShownWhole(value) ? value : (reject.apart()?.cells.get(name) ?? null);
  // no form is so long, but it was tried
  return cell === null ? null : cell.slice(0, mostCharacters);
}

/** A cell that has more than 80 characters ends with a sign for that; what cannot be seen is a picture, or as `<U+00A0>`. */
function isShownWhole(value: string): boolean {
  return !/[\u2400-\u2421\ufffd]|…$|<U\+/u.test(value);
}

function triedCells({ steps, others, taken }: CellMend, name: string, cells: ReadonlyMap<string, Times>): Tried {
  const times = taken.flatMap((cell) => cells.get(cell) ?? []);
  return {
    ways: [steps, ...others].map((each) => cleaning(name, each)),
    of: sum([...cells.values()].map(({ all }) => all)),
    taken: sum(times.map(({ all }) => all)),
    breakAnother: sum(times.map(({ breakAnother }) => breakAnother)),
    isJudged: true,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
