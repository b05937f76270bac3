import type { FileColumn, PlainForm } from '../core/contract.ts';

/** The plain form of each column of the file; what is ignored may be anything. */
export function formsOf(fileColumns: readonly FileColumn[]): readonly PlainForm[] {
  return fileColumns.map(({ column }) => column?.plainForm ?? 'text');
}

/** Whether the column of the file goes into one of text, which takes any word for NULL as it stands. */
export function isText({ column }: FileColumn): boolean {
  return column?.plainForm === 'text' && !column.judgedAsInput && column.labels === null;
}
