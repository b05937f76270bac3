import type { z } from 'zod';
import type { acquireLeaseInput, acquireLeaseOutput } from '../contract/states.ts';
import { execute, type Db } from '../db/client.ts';
import { acquireLease, type Wanted } from '../ledger/lease.ts';
import { updateSuperseded } from '../ledger/loads-sql.ts';

/**
 * Seconds between two looks at a lease that another load holds: a tenth of the time waited so far, so that a queue of small
 * loads moves on, and a wait of 24 hours costs ~100 looks of 9 history events each, of 25,000.
 */
export function secondsToWait(startedAt: string, now: Date): number {
  const waited = (now.getTime() - Date.parse(startedAt)) / 1_000;
  return Math.round(Math.min(900, Math.max(2, waited / 10)));
}

/** The state AcquireLease: one load at a time per target, decided again under the lease. */
export async function acquire(
  input: z.output<typeof acquireLeaseInput>,
  deps: { db: Db; now: () => Date } & Pick<Wanted, 'owner' | 'ownerIsAlive'>,
): Promise<z.input<typeof acquireLeaseOutput>> {
  const { db, owner, ownerIsAlive } = deps;
  const { loadId, execution } = input;
  const acquired = await acquireLease(db, { loadId, execution, owner, ownerIsAlive });
  const answer = { loadId, attempt: input.attempt, waitSeconds: 0, outcome: null };
  switch (acquired.kind) {
    case 'acquired':
      return { ...answer, attempt: acquired.attempt, decision: 'proceed' };
    case 'held':
      return { ...answer, decision: 'wait', waitSeconds: secondsToWait(input.executionStartedAt, deps.now()) };
    case 'ended': {
      const { outcome, attempt, reportPath } = acquired.load;
      if (reportPath === null) return { ...answer, attempt, decision: 'finish', outcome };
      return { ...answer, decision: 'end', outcome: outcome === 'LOADED' ? 'ALREADY_LOADED' : outcome };
    }
    case 'superseded':
      await execute(db, updateSuperseded(loadId, input.attempt, supersededMessage(acquired.by)));
      return { ...answer, decision: 'finish', outcome: 'SUPERSEDED' };
  }
}

function supersededMessage(by: number): string {
  return `a newer version of this object was loaded already (load ${by}), so this one would only take the table back; use --force to load it all the same`;
}
