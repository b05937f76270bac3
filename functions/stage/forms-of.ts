import type { FileColumn, PlainForm } from '../core/contract.ts';

/** The plain form of each column of the file; what is ignored may be anything. */
export function formsOf(fileColumns: readonly FileColumn[]): readonly PlainForm[] {
  return fileColumns.map(({ column }) => column?.plainForm ?? 'text');
}
