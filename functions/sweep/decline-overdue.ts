import { SWEEP } from '../protocol/passing-causes.ts';
import { execute, many, maybeOne, one, type Db } from '../db/client.ts';
import { selectOverdue, updateDeclined } from '../ledger/loads/held-sql.ts';
import { insertOperation, updateOperation } from '../ledger/operations/operations-sql.ts';
import { plural } from '../words/quantities.ts';

/** 100 a run; what is left comes 15 minutes later. */
const declinedAtMost = 100;

/**
 * Declines the loads that nobody said yes or no to in time, written down as if somebody had; their staging goes with that of other
 * ended loads. Answers which.
 */
export async function declineOverdue(db: Db): Promise<number[]> {
  const declined: number[] = [];
  for (const { load_id: loadId, days } of await many<{ load_id: number; days: number }>(
    db,
    selectOverdue(declinedAtMost),
  )) {
    const why = `nobody approved it within ${plural(days, 'day')}`;
    const { operation_id: operationId } = await one<{ operation_id: number }>(
      db,
      insertOperation({ verb: 'decline', loadId, target: null, input: { loadId }, by: SWEEP, why }),
    );
    const isDeclined = (await maybeOne(db, updateDeclined(loadId, `declined by the sweep: ${why}`))) !== null;
    await execute(db, updateOperation(operationId, { answer: { loadId, declined: isDeclined }, loadId, target: null }));
    if (isDeclined) declined.push(loadId);
  }
  return declined;
}
