import type { LoadRequest } from '../../protocol/states.ts';
import { execute, one, type Db } from '../../db/client.ts';
import type { Load } from '../loads/load.ts';
import { insertOperation, updateOperation } from './operations-sql.ts';
import { upsertWaiter } from '../leases/waiters-sql.ts';

/** The request for the same object in the same version, once more. */
export function retryRequest({
  request,
  object,
  objectCount,
}: Pick<Load, 'request' | 'object' | 'objectCount'>): LoadRequest {
  const { bucket, key, versionId } = object;
  // Register keeps the event's sequencer beside the request; a person's request has none
  const { sequencer: _, ...asked } = request as LoadRequest & { sequencer?: string | null };
  // several objects are what they are by now: in other versions they are another load
  return objectCount === null ? { ...asked, bucket, key, versionId } : asked;
}

/** Who retries, and why: kept in landfall.operations, where explain finds it. */
export interface AskedRetry {
  readonly by: string;
  readonly why: string | null;
}

/** On one machine a retry is loaded by the command itself, in its turn. */
function isOnAws(executionId: string): boolean {
  return executionId.startsWith('arn:');
}

/** Starts a retry of one of many loads, written down before and after as if it had been asked for alone; answers the execution. */
export async function startRetry(
  db: Db,
  load: Load,
  { by, why, start }: AskedRetry & { readonly start: (request: LoadRequest) => Promise<string> },
): Promise<string> {
  const { loadId } = load;
  const { operation_id: operationId } = await one<{ operation_id: number }>(
    db,
    insertOperation({ verb: 'retry', loadId, target: null, input: { loadId }, by, why }),
  );
  const ended = { loadId, target: null };
  try {
    const executionId = await start({ ...retryRequest(load), force: false });
    await execute(db, updateOperation(operationId, { ...ended, answer: { loadId, executionId } }));
    // in line from now on: of many that are begun again, the one that looks at the table first is any of them
    if (isOnAws(executionId)) await execute(db, upsertWaiter({ loadId, execution: executionId, owner: null }));
    return executionId;
  } catch (error) {
    const { name, message } = error as Error;
    await execute(db, updateOperation(operationId, { ...ended, answer: { failed: `${name}: ${message}` } }));
    throw error;
  }
}
