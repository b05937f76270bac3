import type { z } from 'zod';
import type { acquireLeaseInput, acquireLeaseOutput } from '../contract/states.ts';
import { execute, type Db } from '../db/client.ts';
import { acquireLease } from '../ledger/lease.ts';
import type { Load } from '../ledger/load.ts';
import { updateSuperseded } from '../ledger/loads-sql.ts';
import type { Wanted } from '../ledger/waiters.ts';
import { sliceRanges } from './slice-ranges.ts';
import { secondsToWait } from './wait.ts';

/** The state AcquireLease: one load at a time per target, the oldest object first, decided again under the lease. */
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
    case 'waits': {
      const waitedSeconds = (deps.now().getTime() - Date.parse(input.executionStartedAt)) / 1_000;
      const waiting = { ...acquired, waitedSeconds, slices: slicesOf(acquired.load), onOneMachine: owner !== null };
      return { ...answer, decision: 'wait', waitSeconds: secondsToWait(waiting) };
    }
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

/** How many PlanSlices will cut. */
function slicesOf({ object, request, contract }: Load): number {
  return sliceRanges(0, object.sizeBytes, request.sliceBytes ?? contract?.limits.sliceBytes).length;
}

function supersededMessage(by: number): string {
  return `a newer version of this object was loaded already (load ${by}), so this one would only take the table back; use --force to load it all the same`;
}
