import { DATABASE_AWAY, LEASE_LOST, TRY_AGAIN } from './errors.ts';
import { serviceErrors } from './state-machine.ts';

/**
 * Codes of failed loads whose cause was not the load: database, network or AWS were away, or another load had the table. A
 * function that ran out of time or memory is not among them: it would do so again.
 */
export const passingCauses: readonly string[] = [
  TRY_AGAIN,
  DATABASE_AWAY,
  LEASE_LOST,
  'EXECUTION_LOST',
  ...serviceErrors,
];

/** Whether a load that failed with this code may succeed by itself later. */
export function maySucceedLater(code: string | null): boolean {
  return code !== null && passingCauses.includes(code);
}

/** Whether a load that ended with this code would end so again, whatever passes: only one that is forced begins anew. */
export function needsForce(code: string | null | undefined): boolean {
  return code === 'CONTRACT_CHANGED' || code === 'OLDER_THAN_MERGED';
}

/** Whether the counts of a load that failed with this code do not balance: going on would count the same again. */
export function isUnbalanced(code: string | null | undefined): boolean {
  return code === 'RECONCILIATION_MISMATCH' || code === 'ReconciliationMismatch';
}

/**
 * How the sweep retries such loads: so many minutes after the load failed, and after each retry of it. Three times, because
 * what did not pass within some hours is for a person; and only what failed within a day, so that nobody is surprised.
 */
export const sweepRetries = { afterMinutes: [5, 30, 120], withinHours: 24 } as const;

/** Who retries, where an operator would stand in landfall.operations. */
export const SWEEP = 'sweep';
