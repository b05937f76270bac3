import type pg from 'pg';
import { sqlState } from './errors.ts';

/** How long a statement of one call may run that evaluates expressions of the user's. */
export interface TimeBound {
  /** Milliseconds from now on; asked as such a statement begins. */
  readonly milliseconds: () => number;
  /** Who was given so many and did not end would not end in another call either. */
  readonly enoughMs: number;
}

/**
 * Expressions of the user's (a pattern, a CHECK, a domain, a trigger) did not end in the time that a call has for them. Not
 * retried: each try would take as long, and end so.
 */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
  readonly milliseconds: number;
  constructor(milliseconds: number, cause: unknown) {
    super('expressions of the target or the dataset did not end', { cause });
    this.milliseconds = milliseconds;
  }
}

/** query_canceled: of statement_timeout, but also of an administrator's pg_cancel_backend. */
const QUERY_CANCELED = '57014';

const bounds = new WeakMap<pg.Client, TimeBound>();

/** From now on such statements of this connection are bounded; without it they may take any time. */
export function boundExpressions(db: pg.Client, bound: TimeBound): void {
  bounds.set(db, bound);
}

/** What statement_timeout is to be for them, in whole milliseconds; 0: without a bound. */
export function expressionTimeoutMs(db: pg.Client): number {
  const bound = bounds.get(db);
  return bound === undefined ? 0 : Math.max(1_000, Math.trunc(bound.milliseconds()));
}

const durations = new WeakMap<object, number>();

/** Runs one statement; where it fails, notes how long it took. */
export async function timed<T>(run: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await run();
  } catch (error) {
    if (typeof error === 'object' && error !== null) durations.set(error, performance.now() - startedAt);
    throw error;
  }
}

/**
 * The error as it is to be told: TooSlow where the time-out ended a statement that had had enough time. The server says the
 * same of a statement that somebody cancelled; that one had taken less.
 */
export function endedByBound(db: pg.Client, error: unknown, timeoutMs: number): unknown {
  const bound = bounds.get(db);
  if (bound === undefined || timeoutMs < bound.enoughMs || sqlState(error) !== QUERY_CANCELED) return error;
  return (durations.get(error as object) ?? 0) >= timeoutMs ? new TooSlow(timeoutMs, error) : error;
}
