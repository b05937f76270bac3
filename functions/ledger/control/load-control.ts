import type { Contract } from '../../core/contract.ts';
import type { ControlDemand, Digests, Figures } from '../../core/control/totals.ts';
import type { LineEnd, SniffedFormat } from '../../core/format/file-format.ts';
import { trailerDemand } from './trailer-demand.ts';

/** What a load knows of its control totals. */
export interface LoadControl {
  /** What is said to be in its object, and by whom. */
  readonly control: readonly ControlDemand[];
  readonly digests: Digests;
  /** What was counted in staging; null: nothing was asked for, or not counted yet. */
  readonly figures: Figures | null;
}

/** The same in a row of landfall.loads. */
export interface LoadControlRow {
  readonly control: LoadControl['control'] | null;
  readonly digests: Digests | null;
  readonly figures: Figures | null;
}

/** What its row has of how its trailer is read. */
export interface TrailerRow {
  readonly contract: Contract | null;
  readonly sniffed: SniffedFormat | null;
  readonly line_end: LineEnd | null;
  readonly trailer: readonly string[] | null;
}

/** Read from its row. */
export function loadControlOf(row: LoadControlRow & TrailerRow): LoadControl {
  return { control: demandsOf(row), digests: row.digests ?? {}, figures: row.figures };
}

/** What everybody says of it: the request, what lies beside the object, and its own trailer. */
export function demandsOf({ control, ...row }: Pick<LoadControlRow, 'control'> & TrailerRow): readonly ControlDemand[] {
  const { contract, sniffed, line_end: lineEnd, trailer } = row;
  const own = contract === null ? null : trailerDemand({ contract, sniffed, lineEnd, trailer });
  return [...(control ?? []), ...(own === null ? [] : [own])];
}
