import type { FileColumn, Leniency } from '../core/contract.ts';

/** A slice's staging and how its cells are read. */
export interface SliceCells {
  readonly loadId: number;
  readonly slice: number;
  readonly fileColumns: readonly FileColumn[];
  readonly leniencies: readonly Leniency[];
}
