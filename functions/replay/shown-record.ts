import { withoutSigns } from '../core/decoding/undecodable.ts';
import { ownColumns } from '../core/format/file-columns.ts';
import type { Format } from '../formats/format.ts';
import type { Load } from '../ledger/loads/load.ts';
import { HIDDEN } from '../ledger/rejects/shown-text.ts';

/** How records are shown. */
export interface ShownColumns {
  readonly split: Format['texts'];
  readonly columns: number;
  /** By the columns of the file, which are sensitive. */
  readonly hidden: readonly boolean[];
}

/** Which columns of a file are sensitive; of records that name their columns, those that one may name. */
export function hiddenColumns({ fileColumns }: Pick<Load, 'fileColumns'>): readonly boolean[] {
  if (fileColumns === null) return [];
  const isCaptureSensitive = fileColumns.some(
    ({ column, captures }) => captures === true && column?.sensitive === true,
  );
  return ownColumns(fileColumns).map(({ column, captured }) =>
    captured === true ? isCaptureSensitive : column?.sensitive === true,
  );
}

/** A record as rejects.csv shows it: by its cells, or whole where they are not as many as the header has. */
export type ShownRecord =
  | { readonly cells: readonly (string | null)[]; readonly whole: null }
  | { readonly cells: null; readonly whole: string };

/** What is not UTF-8 is shown as U+FFFD; a NULL is null. Of sensitive columns nothing is shown, and of a record that cannot be told apart nothing where there is one. */
export function shownRecord(kept: Buffer, { split, columns, hidden }: ShownColumns): ShownRecord {
  const record = withoutSigns(kept);
  const cells = split?.(record).map((cell, i) => (hidden[i] === true ? HIDDEN : cell));
  return cells?.length === columns
    ? { cells, whole: null }
    : { cells: null, whole: hidden.includes(true) ? HIDDEN : record.toString('utf8') };
}
