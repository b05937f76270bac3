import { withoutSigns } from '../core/decoding/undecodable.ts';
import { ownColumns, ownHeaders } from '../core/format/file-columns.ts';
import type { Format } from '../formats/format.ts';
import { formatOf } from '../formats/format-of.ts';
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

/**
 * How a record of one object of several is shown under the columns of the first: told apart by its own, which may be in another order.
 * Of a load of one object, `all` itself.
 */
export function shownOf(
  all: ShownColumns,
  load: Pick<Load, 'fileColumns'>,
  of: Pick<Load, 'fileColumns' | 'contract' | 'lineEnd' | 'sniffed' | 'decoding'>,
): ShownColumns {
  if (of === load || of.contract === null) return all;
  const own = ownHeaders(of.fileColumns ?? []);
  const places = ownHeaders(load.fileColumns ?? []).map((header) => own.indexOf(header));
  const { texts } = formatOf({ ...of, contract: of.contract });
  if (texts === null) return { ...all, split: null };
  return {
    ...all,
    split: (record) => {
      const cells = texts(record);
      // what cannot be told apart by its own columns is shown whole
      if (cells.length !== own.length) return [];
      return places.map((place) => cells[place] ?? null);
    },
  };
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
