import type { LoadReport, Outcome } from '../protocol/outcomes.ts';

/** Why a record was rejected; columns are the target's. */
export interface ShownReason {
  readonly code: string;
  readonly column: string | null;
  readonly value: string | null;
  readonly message: string;
}

/** A rejected record, at the place where it is open. What is sensitive is hidden in it already. */
export interface ShownReject {
  readonly record: number;
  /** The key of its object; absent: the load has one. */
  readonly object?: string;
  /** Null: the object has no lines. */
  readonly line: number | null;
  /** Null: the record was rejected by another load first, and its place is the one there. */
  readonly byteOffset: number | null;
  readonly reasons: readonly ShownReason[];
  /** By the source's columns; null where it cannot be told apart into them, where nothing of it is kept, or where it is no example of a rule. */
  readonly cells: readonly (string | null)[] | null;
  /** The whole record where it has no cells; null where nothing of it is kept, or where it is no example. */
  readonly whole: string | null;
}

/** A column of the source, and the target's that it is loaded into. */
export interface SourceColumn {
  readonly header: string;
  readonly column: string | null;
}

/** A load of the same dataset. */
export interface PastLoad {
  readonly loadId: number;
  readonly outcome: Outcome;
  readonly startedAt: string;
  readonly records: number;
  readonly rejected: number;
  readonly milliseconds: number;
}

/** What the page shows beside the report. */
export interface PageFacts {
  readonly report: LoadReport;
  /** The whole command line of a verb and its arguments. */
  readonly command: (rest: string) => string;
  readonly columns: readonly SourceColumn[];
  /** The first ones in the file's order, at most 1,000. */
  readonly rejects: readonly ShownReject[];
  /** What values of a column of the target are: `numeric(12,2)`. */
  readonly types: Readonly<Record<string, string>>;
  /** The newest twenty, this one among them, the oldest first. */
  readonly history: readonly PastLoad[];
}
