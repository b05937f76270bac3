import type { z } from 'zod';
import type { rebuildIndexesInput, rebuildIndexesOutput } from '../protocol/states.ts';
import { memoryOf } from '../governor/memory/server-memory.ts';
import { bringBack, type BringBackDeps } from '../indexes/bring-back.ts';
import { renew } from '../ledger/leases/lease.ts';
import { readLoad } from '../ledger/loads/load.ts';

/** The call has to answer before it is ended; what it began goes on in the server. */
const marginMs = 60_000;

/** A build waits for whoever writes, and holds up those that come behind it, for so long a try. */
const lockTimeoutMs = 1_000;

/**
 * The state RebuildIndexes: builds what is missing of the load's target, whichever load dropped it. A build that outlasts the call goes
 * on in the server, and the next call watches it; nothing is built twice.
 */
export async function rebuildIndexes(
  input: z.output<typeof rebuildIndexesInput>,
  deps: Pick<BringBackDeps, 'db' | 'connectAs' | 'millisecondsLeft'>,
): Promise<z.input<typeof rebuildIndexesOutput>> {
  const { loadId, attempt, seal } = input;
  const load = await readLoad(deps.db, loadId);
  await renew(deps.db, { loadId, attempt, target: load.target });
  const brought = await bringBack(load.target, {
    ...deps,
    isLive: load.live?.isLive === true,
    memory: await memoryOf(deps.db, { ...(load.contract?.traffic && { traffic: load.contract.traffic }) }),
    lockTimeoutMs: load.contract?.traffic?.lockTimeoutMs ?? lockTimeoutMs,
    millisecondsLeft: () => deps.millisecondsLeft() - marginMs,
  });
  const answer = { loadId, attempt, seal };
  if (brought.kind === 'done') return { ...answer, decision: 'done', waitSeconds: 0 };
  return { ...answer, decision: 'wait', waitSeconds: brought.waitSeconds };
}
