import { isNamed } from '../../functions/formats/shared/column-names.ts';
import { ObservedTable } from '../../functions/propose/observed-table.ts';
import type { Source } from './source.ts';

/** What a file holds, all of it. */
export interface Observed {
  readonly source: Source;
  readonly table: ObservedTable;
  /** Records that could be taken apart, and those that could not, by what is wrong with them. */
  readonly records: number;
  readonly faults: ReadonlyMap<string, { records: number; readonly line: number; readonly detail: string }>;
}

/** Reads the file once. */
export async function observe(source: Source, signal: AbortSignal): Promise<Observed> {
  const table = new ObservedTable(source.columns.map(({ header }) => header));
  const faults = new Map<string, { records: number; readonly line: number; readonly detail: string }>();
  let records = 0;
  for await (const some of source.records()) {
    signal.throwIfAborted();
    for (const { fault, faultDetail, cells, line } of some) {
      if (fault !== null || cells === null) {
        const known = faults.get(fault ?? '') ?? { records: 0, line, detail: faultDetail ?? '' };
        known.records += 1;
        faults.set(fault ?? '', known);
        continue;
      }
      records += 1;
      table.observe(cells);
    }
  }
  return { source, table, records, faults };
}

/** The cells of all records once more. */
export async function* cellsOf({ records }: Source, signal: AbortSignal): AsyncGenerator<readonly (Buffer | null)[]> {
  for await (const some of records()) {
    signal.throwIfAborted();
    for (const { cells } of some) if (cells !== null) yield cells;
  }
}

/** Columns that fill one of a table: all but those without a name and without a value. */
export function usedColumns({ source, table }: Observed): readonly number[] {
  return source.columns.flatMap(({ header }, i) =>
    isNamed(header) || (table.statistics[i]?.filled ?? 0) > 0 ? [i] : [],
  );
}
