import type { CleanedColumn } from '../../cleaning/step.ts';
import { type FoundCleaning, CleaningSearch } from '../cleaning/cleaning-search.ts';
import { holds, type SizedColumn } from './column-holds.ts';

/** Steps of cleaning after which some of the cells are taken. */
export interface CellMend {
  readonly steps: readonly string[];
  /** The cells that are. */
  readonly taken: readonly string[];
  /** Other steps take as many, and make other values of them. */
  readonly others: readonly (readonly string[])[];
}

/**
 * The steps that most of the rejected cells need, or null where none is known. Pure; the cells that were accepted are not asked.
 * @param cells how many rejects have each.
 * @param sample of so many of them all chains of steps are tried, some hundred, where none suits all cells.
 */
export function cellMend(
  cells: ReadonlyMap<string, number>,
  column: CleanedColumn & SizedColumn,
  sample: number,
): CellMend | null {
  if (cells.size === 0) return null;
  const wanted = { takesNull: !column.notNull, fits: (made: string) => holds(column, made) };
  const search = (): CleaningSearch => new CleaningSearch(column, wanted);
  const all = [...cells.keys()];
  const found = searched(search(), all);
  if (found !== null) return mendOf(found, all);
  const partly = search();
  for (const cell of all) partly.look(cell);
  const taken = partly.mostTaken(cells, sample);
  const steps = taken.length === 0 ? null : searched(search(), taken);
  return steps === null ? null : mendOf(steps, taken);
}

function searched(search: CleaningSearch, cells: readonly string[]): FoundCleaning | null {
  for (const cell of cells) search.look(cell);
  for (const cell of cells) search.attempt(cell);
  return search.found();
}

function mendOf(found: FoundCleaning, taken: readonly string[]): CellMend {
  const [steps = [], ...others] = found.kind === 'proven' ? [found.steps] : found.readings;
  return { steps, taken, others };
}
