import type { Format } from '../formats/format.ts';

/** A record as rejects.csv shows it: by its cells, or whole where they are not as many as the header has. */
export type ShownRecord =
  | { readonly cells: readonly (string | null)[]; readonly whole: null }
  | { readonly cells: null; readonly whole: string };

/** What is not UTF-8 is shown as U+FFFD; a NULL is null. */
export function shownRecord(
  record: Buffer,
  { split, columns }: { readonly split: Format['cells']; readonly columns: number },
): ShownRecord {
  const cells = split?.(record).map((cell) => (cell === null ? null : cell.toString('utf8')));
  return cells?.length === columns ? { cells, whole: null } : { cells: null, whole: record.toString('utf8') };
}
