import type { z } from 'zod';
import type { rebuildIndexesInput, rebuildIndexesOutput } from '../protocol/states.ts';
import type { Db } from '../db/client.ts';
import { look } from '../governor/look.ts';
import { memoryOf } from '../governor/memory/server-memory.ts';
import { bringBack, type BringBackDeps } from '../indexes/bring-back.ts';
import type { Missing } from '../indexes/missing-sql.ts';
import { renew } from '../ledger/leases/lease.ts';
import { type Load, readLoad } from '../ledger/loads/load.ts';
import { defaultDeadlineMinutes } from './patience.ts';

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
    othersFirst: (missing) => othersFirst(deps.db, load, missing),
    isLive: load.live?.isLive === true,
    memory: await memoryOf(deps.db, { ...(load.contract?.traffic && { traffic: load.contract.traffic }) }),
    lockTimeoutMs: load.contract?.traffic?.lockTimeoutMs ?? lockTimeoutMs,
    millisecondsLeft: () => deps.millisecondsLeft() - marginMs,
  });
  const answer = { loadId, attempt, seal };
  if (brought.kind === 'done') return { ...answer, decision: 'done', waitSeconds: 0 };
  return { ...answer, decision: 'wait', waitSeconds: brought.waitSeconds };
}

/** As long as a merge waits for others: then a table without its indexes is the greater harm. The owner's own query is not asked: the contract is not proven to be the one that was compiled, and its SQL would be the ledger's. */
async function othersFirst(
  db: Db,
  { loadId, target: targetName, contract, live }: Load,
  missing: Missing,
): Promise<boolean> {
  if (contract === null) return false;
  const { throttleQuery: _notAsked, ...traffic } = contract.traffic ?? {};
  const minutes = (Date.now() - missing.droppedAt.getTime()) / 60_000;
  if (minutes > (traffic.deadlineMinutes ?? defaultDeadlineMinutes)) return false;
  const asked = { target: contract.target, targetName, loadId, traffic, isLive: live?.isLive === true };
  return (await look(db, asked)).some(({ health }) => health === 'stop');
}
