import { ColumnStatistics } from './columns/column-statistics.ts';
import type { Seen } from './keys/propose-key.ts';
import { RowHashes } from './keys/row-hashes.ts';
import { UniqueColumns } from './keys/unique-columns.ts';

/** All records of a file, seen one after the other; what is kept of them does not grow with their number beyond some hundred MiB. */
export class ObservedTable implements Seen {
  readonly names: readonly string[];
  readonly statistics: readonly ColumnStatistics[];
  readonly hashes: RowHashes;
  readonly singles: UniqueColumns;

  /** @param names of the columns, in the order of the cells */
  constructor(names: readonly string[]) {
    this.names = names;
    this.statistics = names.map(() => new ColumnStatistics());
    this.hashes = new RowHashes(names.length);
    this.singles = new UniqueColumns(names.map((_, column) => [column]));
  }

  observe(cells: readonly (Buffer | null)[]): void {
    this.statistics.forEach((column, i) => column.observe(cells[i] ?? null));
    this.singles.observe(this.hashes.observe(cells, (column) => this.singles.isOpen(column)));
  }
}
