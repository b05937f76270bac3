import type { FileColumn } from '../contract.ts';

/** The columns that stand in the file: all but the one that is staged behind them and takes what is captured. */
export function ownColumns(fileColumns: readonly FileColumn[]): readonly FileColumn[] {
  return fileColumns.filter(({ captures }) => captures !== true);
}

/** Their names, as the file has them. */
export function ownHeaders(fileColumns: readonly FileColumn[]): readonly string[] {
  return ownColumns(fileColumns).map(({ header }) => header);
}
