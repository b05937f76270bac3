import { databaseFor } from '../runtime/database.ts';
import { readEnv } from '../runtime/env.ts';
import type { LambdaContext } from '../runtime/lambda-step.ts';
import { stepLog } from '../runtime/log.ts';
import { migrate } from './migrate.ts';

/** The Lambda: brings the ledger to this version; answers the names of what it applied. Its event says nothing. */
export async function handler(
  _event: unknown,
  { awsRequestId }: LambdaContext,
): Promise<{ applied: readonly string[] }> {
  const { database, ledgerOwner } = readEnv();
  const { applied } = await databaseFor(database, 'landfall:migrate')((db) => migrate(db, ledgerOwner));
  stepLog({ functionName: 'migrate', requestId: awsRequestId }).info('ledger migrated', { applied });
  return { applied };
}
