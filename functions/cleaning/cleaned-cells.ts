import type { CleaningChain } from './chain.ts';

/** How many cells one step of a column changed, faulty records included. */
export interface CleanedCells {
  readonly column: string;
  /** As declared: `null:NA`. */
  readonly step: string;
  readonly cells: number;
  /** The first ones. */
  readonly samples: readonly CleanedSample[];
}

/** What a step made of a cell; null is NULL. */
export interface CleanedSample {
  readonly from: string | null;
  readonly to: string | null;
}

/** Counts of one scan. */
export interface CleaningCounts {
  note(column: number, step: number, from: string | null, to: string | null): void;
  /** Those of steps that changed a cell, in the order of columns and steps. */
  list(): readonly CleanedCells[];
}

/** As many as a report shows of one step. */
const mostSamples = 3;
const sampleCharacters = 80;

/** @param chains one a column, null where it has no steps. */
export function cleaningCounts(chains: readonly (CleaningChain | null)[]): CleaningCounts {
  const counted = chains.map((chain) =>
    (chain?.steps ?? []).map((step) => ({
      column: chain?.column ?? '',
      step,
      cells: 0,
      samples: [] as CleanedSample[],
    })),
  );
  return {
    note(column, step, from, to) {
      const found = counted[column]?.[step];
      if (found === undefined) throw new Error(`column ${column} has no step ${step}`);
      found.cells += 1;
      if (found.samples.length >= mostSamples) return;
      const shown = chains[column]?.isSensitive === true ? masked : shortText;
      found.samples.push({ from: shown(from), to: shown(to) });
    },
    list: () => counted.flat().filter(({ cells }) => cells > 0),
  };
}

/** Those of several scans, in the order of the file: cells of one step added up, of its samples the first ones. */
export function addedUp(counted: readonly CleanedCells[]): readonly CleanedCells[] {
  const sums = new Map<string, CleanedCells>();
  for (const each of counted) {
    const key = JSON.stringify([each.column, each.step]);
    const { cells = 0, samples = [] } = sums.get(key) ?? {};
    sums.set(key, { ...each, cells: cells + each.cells, samples: [...samples, ...each.samples].slice(0, mostSamples) });
  }
  return [...sums.values()];
}

function masked(text: string | null): string | null {
  return text === null ? null : '***';
}

/** At most so many characters of a cell as anybody reads; what no UTF-8 has is replaced, so that JSON of it is jsonb. */
export function shortText<Text extends string | null>(text: Text, characters = sampleCharacters): Text | string {
  if (text === null || text.length <= characters) return text === null ? text : text.toWellFormed();
  const shown = [...text.slice(0, 2 * characters + 2)].slice(0, characters).join('');
  return `${shown.toWellFormed()}…`;
}
