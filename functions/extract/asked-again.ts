import { transaction, execute, type Db } from '../db/client.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { lookupAway } from '../contract/declared/lookups.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import { updateHeld } from '../ledger/loads/held-sql.ts';
import type { Load } from '../ledger/loads/load.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import { heldMessage } from '../words/held-message.ts';

/**
 * A yes was given, and by now a lookup of the dataset has nothing to look up in: the list is away, or its table. That is no fault of the load, and what
 * was judged stands in its staging, so it waits for another yes. What Finish makes of it is HELD; null: it is something else that keeps the load.
 */
export async function askedAgain(
  load: Load,
  attempt: number,
  { db, dataset }: { readonly db: Db; readonly dataset: Dataset },
): Promise<LoadRejected | null> {
  const { loadId, held, approvedAt, gated, contract, execution } = load;
  const hold = contract?.hold;
  if (held === null || hold === undefined || gated) return null;
  // asked by this attempt already, whose answer was lost
  if (approvedAt === null && held.attempt !== attempt) return null;
  const away = await transaction(db, {}, () => lookupAway(db, dataset));
  if (away === null) return null;
  const moved = [`${away}; put it back first`];
  await transaction(db, {}, async () => {
    await execute(db, updateHeld(loadId, { ...held, attempt, moved }, hold.days));
    await assertAttempt(db, { loadId, attempt });
  });
  // no sweep comes by on one machine
  const days = execution?.startsWith('arn:') === true ? hold.days : null;
  return new LoadRejected(loadCodes.RULE, heldMessage({ loadId, counts: held.counts, broken: null, moved, days }));
}
