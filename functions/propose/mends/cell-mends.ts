import type { CleanedColumn } from '../../cleaning/step.ts';
import { type FoundCleaning, CleaningSearch } from '../cleaning/cleaning-search.ts';

/** Steps of cleaning after which some of the cells are taken. */
export interface CellMend {
  readonly steps: readonly string[];
  /** Of the cells that were shown. */
  readonly taken: number;
  /** Other steps take as many, and make other values of them. */
  readonly others: readonly (readonly string[])[];
}

/** So many different cells are tried one by one where no steps suit them all: some 100 chains are tried on each. */
const mostTried = 100;

/** The steps that most of the rejected cells need, or null where none is known. Pure; the cells that were accepted are not asked. */
export function cellMend(cells: readonly string[], column: CleanedColumn): CellMend | null {
  if (cells.length === 0) return null;
  const all = searched(cells, column);
  if (all !== null) return mendOf(all, cells.length);
  const times = new Map<string, number>();
  for (const cell of cells) times.set(cell, (times.get(cell) ?? 0) + 1);
  const tried = [...times].slice(0, mostTried).map(([cell, count]) => {
    return { cell, count, ways: stepsOf(searched([cell], column)).map((steps) => steps.join('\n')) };
  });
  const takenBy = (way: string): typeof tried => tried.filter(({ ways }) => ways.includes(way));
  const ways = [...new Set(tried.flatMap((one) => one.ways))].map((way) => ({ way, taken: countOf(takenBy(way)) }));
  const [most] = ways.toSorted((one, other) => other.taken - one.taken);
  if (most === undefined) return null;
  const found = searched(
    takenBy(most.way).map(({ cell }) => cell),
    column,
  );
  return found === null ? null : mendOf(found, most.taken);
}

function countOf(tried: readonly { readonly count: number }[]): number {
  return tried.reduce((sum, { count }) => sum + count, 0);
}

function searched(cells: readonly string[], column: CleanedColumn): FoundCleaning | null {
  const search = new CleaningSearch(column);
  const bytes = cells.map((cell) => Buffer.from(cell));
  for (const cell of bytes) search.look(cell);
  for (const cell of bytes) search.attempt(cell);
  return search.found();
}

function mendOf(found: FoundCleaning, taken: number): CellMend {
  const [steps = [], ...others] = stepsOf(found);
  return { steps, taken, others };
}

function stepsOf(found: FoundCleaning | null): readonly (readonly string[])[] {
  if (found === null) return [];
  return found.kind === 'proven' ? [found.steps] : found.readings;
}
