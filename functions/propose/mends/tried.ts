import type { Way } from './ways.ts';

/** A rejected record, as much of it as is tried. */
export interface TriedReject {
  readonly reasons: readonly {
    readonly code: string;
    readonly column: string | null;
    /** As it is shown: cut, and what cannot be seen spelt out. */
    readonly value: string | null;
  }[];
  /** The record told apart; null where it cannot be, or where nothing of it is kept. Asked only where its reasons do not say enough. */
  readonly apart: () => RecordApart | null;
}

/** A record as its cells, those of sensitive columns too. */
export interface RecordApart {
  /** How many there are, and how many there should be; null where records name their columns, or it was cut off. */
  readonly count: { readonly cells: number; readonly columns: number } | null;
  /** By columns of the target; null where the record is too short, and of one that names its columns absent where it does not. */
  readonly cells: ReadonlyMap<string, string | null>;
}

/** What was found of one rule: counts as in report.json (../../protocol/report-parts.ts). */
export interface Tried {
  readonly ways: readonly Way[];
  of: number;
  taken: number;
  breakAnother: number;
  readonly isJudged: boolean;
}

/** A rule that is tried. */
export interface Trial {
  /** @param value as the reject's reason shows it. */
  readonly look: (reject: TriedReject, value: string | null) => void;
  /** Null: nothing is known. */
  readonly found: () => Tried | null;
}

/** Before any reject was seen. */
export function nothingTried(way: Way, isJudged = true): Tried {
  return { ways: [way], of: 0, taken: 0, breakAnother: 0, isJudged };
}

/** One way, of which each reject says whether it is taken under it; null: nobody knows. */
export function trialOf(
  tried: Tried,
  takes: (reject: TriedReject, value: string | null) => boolean | null = () => true,
): Trial {
  return {
    look: (reject, value) => {
      const isTaken = takes(reject, value);
      if (isTaken === null) return;
      tried.of += 1;
      if (!isTaken) return;
      tried.taken += 1;
      if (reject.reasons.length > 1) tried.breakAnother += 1;
    },
    found: () => tried,
  };
}
