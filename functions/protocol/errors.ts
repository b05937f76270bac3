import type { LoadCode } from './load-codes.ts';

// names are literals: a Retry or Catch of the state machine matches them, also after minification

/** Caught: the load goes to Finish. */
export const LOAD_REJECTED = 'LoadRejected';
/** Retried in place. */
export const TRY_AGAIN = 'TryAgain';
/** Retried in place, for longer. */
export const DATABASE_AWAY = 'DatabaseAway';
/** Retried in place, for hours. */
export const OTHERS_FIRST = 'OthersFirst';
/** Caught: back to PlanSlices. */
export const STAGING_LOST = 'StagingLost';
/** Neither retried nor caught: this execution fails, the one that took over goes on. */
export const LEASE_LOST = 'LeaseLost';
/** Neither retried nor caught: the load is FAILED. */
export const RECONCILIATION_MISMATCH = 'ReconciliationMismatch';
/** Neither retried nor caught: the load is FAILED under this code. */
export const DEADLINE_PASSED = 'DEADLINE_PASSED';
/** Neither retried nor caught, and not recorded: the ledger is left alone. */
export const LEDGER_UNTRUSTED = 'LEDGER_UNTRUSTED';
/** Neither retried nor caught, and not recorded: nothing of the database is written. */
export const SERVER_UNFIT = 'SERVER_UNFIT';

/** The load is wrong and stays wrong: recorded by the step wrapper, never retried, ends in outcome REJECTED. */
export class LoadRejected extends Error {
  override readonly name = LOAD_REJECTED;
  readonly code: LoadCode;
  /** @param message what, where, and what to do now; it reaches a person as it is, cut where it is longer than anybody reads. */
  constructor(code: LoadCode, message: string, options?: ErrorOptions) {
    super(cutWords(message), options);
    this.code = code;
  }
}

/** 10,000 characters: terminal, ledger, mail and history take it, with the positions of all columns of a file in it. */
const wordsAtMost = 10_000;

/** Words of an error as they are kept and told: a server may quote a whole cell, and a file have a million names. */
export function cutWords(words: string): string {
  const more = words.length - wordsAtMost;
  return more <= 0 ? words : `${words.slice(0, wordsAtMost)}… (cut off: ${more} more characters)`;
}

/** Not now: the state machine retries the state. */
export class TryAgain extends Error {
  override readonly name = TRY_AGAIN;
}

/** Not for minutes, perhaps: no connection, or to a server that takes no writes yet. A failover takes as long as it takes. */
export class DatabaseAway extends Error {
  override readonly name = DATABASE_AWAY;
}

/** Not beside what others do now. Words: what was seen of them. */
export class OthersFirst extends Error {
  override readonly name = OTHERS_FIRST;
}

/** Others were waited for as long as the load may wait. Neither retried nor caught: the load is FAILED, with its staging as it is. Words: what was seen of them. */
export class DeadlinePassed extends Error {
  override readonly name = DEADLINE_PASSED;
}

/** The UNLOGGED staging of this load is gone (a crash of the server empties it): what is missing is staged again. */
export class StagingLost extends Error {
  override readonly name = STAGING_LOST;
}

/** Another attempt holds the target now: this one must not write anything more. */
export class LeaseLost extends Error {
  override readonly name = LEASE_LOST;
}

/** The counts do not balance (invariants 1 to 5): the load is FAILED, loudly. */
export class ReconciliationMismatch extends Error {
  override readonly name = RECONCILIATION_MISMATCH;
}

/** A report could not be put where reports go. Neither retried nor caught; the load itself ended before. Words: a place, and what to do. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

/** Somebody who is not expected owns the ledger or could run code in it: nothing of it is read or written. */
export class LedgerUntrusted extends Error {
  override readonly name = LEDGER_UNTRUSTED;
}

/** The server, or the database on it, is of a kind that cannot be loaded into. Neither retried nor caught. Words: what, and what to do. */
export class ServerUnfit extends Error {
  override readonly name = SERVER_UNFIT;
}

/** A person waited long enough, for a lock or for a server that says nothing: its words say for whom, and what to do now. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** SQLSTATE; null where the server did not say a word. */
  readonly code: string | null;
  /** @param message reaches a person as it is. */
  constructor(message: string, options: ErrorOptions, code: string | null) {
    super(message, options);
    this.code = code;
  }
}
