import { controlColumns } from '../../contract/control/control-columns.ts';
import type { Figures } from '../../core/control/totals.ts';
import { filledColumns } from '../../core/staging.ts';
import { one, type Db } from '../../db/client.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { type CountedSlice, selectAccepted, selectSourceSums } from './figures-sql.ts';

/** Sums over all records of the object, by column. */
export type SourceSums = readonly Pick<Figures['sums'][number], 'column' | 'source' | 'unknown'>[];

/**
 * Sums of the columns that control totals ask for, over all that is staged. Before duplicates are judged, since records of one key
 * may be folded into one; where this staging was counted before, that stands.
 */
export async function sourceSums(db: Db, load: PlannedLoad, slices: readonly CountedSlice[]): Promise<SourceSums> {
  const columns = controlColumns(load, load.control);
  if (columns.length === 0) return [];
  const names = columns.map(({ column }) => column.name);
  const { figures } = load;
  const known = figures?.epoch === load.epoch ? figures.sums : [];
  if (names.every((name) => known.some(({ column }) => column === name))) return known;
  if (slices.length === 0) return names.map((column) => ({ column, source: '0', unknown: 0 }));
  const found = await one<{ sums: string[]; unknown: number[] }>(db, selectSourceSums(load, slices, columns));
  return names.map((column, i) => ({ column, source: found.sums[i] ?? '0', unknown: found.unknown[i] ?? 0 }));
}

/** The same with what is counted of accepted records, once each has its disposition; null where nothing is asked for. */
export async function figuresOf(
  db: Db,
  load: PlannedLoad,
  { slices, source }: { readonly slices: readonly CountedSlice[]; readonly source: SourceSums },
): Promise<Figures | null> {
  const columns = controlColumns(load, load.control);
  const watched = Object.keys(load.contract.limits.nullShare ?? {});
  if (columns.length === 0 && watched.length === 0) return null;
  const filled = new Set(filledColumns(load).map(({ name }) => name));
  const nullable = watched.filter((name) => filled.has(name));
  const found =
    slices.length === 0
      ? { accepted: 0, nulls: [], written: [], unchanged: [] }
      : await one<Accepted>(db, selectAccepted(load, slices, { columns, nullable }));
  const sums = columns.map(({ column: { name }, names }, i) => ({
    names,
    ...(source.find(({ column }) => column === name) ?? { column: name, source: '0', unknown: 0 }),
    written: found.written[i] ?? '0',
    unchanged: found.unchanged[i] ?? '0',
  }));
  if (watched.length === 0) return { epoch: load.epoch, sums };
  const nulls = watched.map((column) => ({
    column,
    nulls: filled.has(column) ? (found.nulls[nullable.indexOf(column)] ?? 0) : found.accepted,
  }));
  return { epoch: load.epoch, sums, accepted: found.accepted, nulls };
}

interface Accepted {
  readonly accepted: number;
  readonly nulls: readonly number[];
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
}
