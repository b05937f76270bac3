import type { KeyColumn } from './candidates.ts';

/** Sets of `size` of these columns, those first whose columns look most like keys, then as they stand in the file. */
export function columnSets(columns: readonly KeyColumn[], size: number): readonly (readonly number[])[] {
  const sets = chosen(columns, size).map((set) => ({
    at: set.map(({ at }) => at).toSorted((a, b) => a - b),
    rank: set.reduce((sum, { rank }) => sum + rank, 0),
  }));
  return sets.toSorted((a, b) => a.rank - b.rank || inOrder(a.at, b.at)).map(({ at }) => at);
}

function chosen(columns: readonly KeyColumn[], size: number): readonly (readonly KeyColumn[])[] {
  if (size === 0) return [[]];
  return columns.flatMap((column, i) => chosen(columns.slice(i + 1), size - 1).map((rest) => [column, ...rest]));
}

function inOrder(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((at, i) => at !== b[i]);
  return differing === -1 ? 0 : (a[differing] as number) - (b[differing] as number);
}
