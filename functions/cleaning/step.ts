import type { CleaningChoice, ContractColumn } from '../core/contract.ts';

/** One way of cleaning a cell: one file a step or a family, all of them in all.ts. Nothing outside of this folder asks which one it is. */
export interface CleaningStep {
  /** What people write, and what reports count it under: `trim`, or `null` of `null:NA`. */
  readonly name: string;
  /** What stands behind the colon, as the help shows it (`TOKEN`, `yes/no`); null: nothing may. */
  readonly argument: string | null;
  /** What becomes of a cell: half a line, for the command's help and the docs. */
  readonly summary: string;
  /** Why it cannot be meant, in words that follow `columns.clean of "x": ` or `--clean x: `; null where it can. */
  readonly problem: (choice: CleaningChoice, column: CleanedColumn) => string | null;
  /** Made once a scan and column; `problem` has said null of it. */
  readonly cleaner: (choice: CleaningChoice, column: CleanedColumn) => Cleaner;
}

/** What a step may know of the column. */
export type CleanedColumn = Pick<
  ContractColumn,
  'name' | 'type' | 'plainForm' | 'hasDefault' | 'notNull' | 'defaultText' | 'drawsDefault'
>;

/** A step at work on the cells of one column. */
export interface Cleaner {
  /** Whether the cell bytes[start, end), without quotes around it, is certainly left as it is. Asked of every cell: it makes no object. */
  readonly leaves: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** The cell after the step: the same text where nothing is to be done, null where it is NULL from here on. */
  readonly clean: (text: string) => string | null | Unreadable;
  /** What an empty cell becomes; absent: it stays NULL, and no step is asked. */
  readonly ofNull?: () => string | null;
  /** An empty cell counts as changed although it stays NULL: the server fills it later. Absent: it does not. */
  readonly countsNull?: true;
}

/** The step cannot read the cell: the record is a reject, and no later step is asked. */
export interface Unreadable {
  readonly code: CleaningFault;
  /** Behind the cell in quotes: `is no date as dd.MM.yyyy`. */
  readonly words: string;
}

/** Codes of ../protocol/reject-codes.ts that a step may give: those of what the cell fails to be. */
export const cleaningFaults = [
  'INVALID_DATE',
  'INVALID_TIMESTAMP',
  'INVALID_NUMBER',
  'INVALID_INTEGER',
  'INVALID_BOOLEAN',
  'NOT_CLEANED',
] as const;
export type CleaningFault = (typeof cleaningFaults)[number];
