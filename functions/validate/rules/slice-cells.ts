import type { ContractColumn, FileColumn, Leniency } from '../../core/contract.ts';

/** How cells are read. */
export interface CellReading {
  readonly leniencies: readonly Leniency[];
  /** In which moments without an offset are. */
  readonly timeZone: string;
}

/** A slice's staging and how its cells are read. */
export interface SliceCells extends CellReading {
  readonly loadId: number;
  readonly slice: number;
  readonly fileColumns: readonly FileColumn[];
  /** Columns that the dataset supplies; the typed half has them. */
  readonly supplied: readonly ContractColumn[];
}
