import type { ControlDemand, Digests, Figures } from '../../core/control/totals.ts';

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

/** Read from its row. */
export function loadControlOf({ control, digests, figures }: LoadControlRow): LoadControl {
  return { control: control ?? [], digests: digests ?? {}, figures };
}
