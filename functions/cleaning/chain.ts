import type { CleaningChoice, ContractColumn, FileColumn } from '../core/contract.ts';
import { stepOf } from './all.ts';
import type { Cleaner, Unreadable } from './step.ts';

/** The steps of one column, in the order of their declaration. */
export interface CleaningChain {
  readonly column: string;
  /** What it cleans is shown to nobody. */
  readonly isSensitive: boolean;
  /** As declared, and counted in reports: `null:NA`, `null:-`, `trim`. */
  readonly steps: readonly string[];
  /** Whether every step certainly leaves the cell bytes[start, end), without quotes around it, as it is. */
  readonly leaves: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** Whether an empty cell stays one. */
  readonly leavesNull: boolean;
  /** The cell after all steps, or what the first of them that could not read it says; `changed` is told of each step that changed it. */
  readonly clean: (text: string | null, changed: StepChange) => string | null | UnreadCell;
}

/** @param step its place in the chain. */
export type StepChange = (step: number, from: string | null, to: string | null) => void;

/** A cell that a step could not read, as the steps before it left it. */
export interface UnreadCell extends Unreadable {
  readonly cell: string;
}

/** Null for a column that declares no steps. */
export function chainOf(column: ContractColumn): CleaningChain | null {
  const choices = column.clean ?? [];
  if (choices.length === 0) return null;
  const cleaners = choices.map((choice) => stepOf(choice).cleaner(choice, column));
  return {
    column: column.name,
    isSensitive: column.sensitive === true,
    steps: choices.map(declared),
    leaves: (bytes, start, end) => {
      for (const cleaner of cleaners) {
        if (!cleaner.leaves(bytes, start, end)) return false;
      }
      return true;
    },
    leavesNull: cleaners.every(({ ofNull }) => ofNull === undefined),
    clean: (text, changed) => {
      let cell = text;
      for (let step = 0; step < cleaners.length; step += 1) {
        const { clean, ofNull, countsNull } = cleaners[step] as Cleaner;
        const next = cell === null ? (ofNull?.() ?? null) : clean(cell);
        if (typeof next === 'object' && next !== null) return { ...next, cell: cell ?? '' };
        if (next !== cell || (cell === null && countsNull === true)) changed(step, cell, next);
        cell = next;
      }
      return cell;
    },
  };
}

/** Whether some column of the file has steps that clean its cells. */
export function isAnyCleaned(fileColumns: readonly FileColumn[]): boolean {
  return fileColumns.some(({ column }) => column?.clean !== undefined);
}

function declared({ step, argument }: CleaningChoice): string {
  return argument === undefined ? step : `${step}:${argument}`;
}
