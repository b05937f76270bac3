import { databaseFor } from '../runtime/database.ts';
import { readEnv } from '../runtime/env.ts';
import type { LambdaContext } from '../runtime/lambda-step.ts';
import { stepLog } from '../runtime/log.ts';
import { migrate } from './migrate.ts';

/** 40 s: who calls it by the AWS command line waits 60 s for the answer. */
const patienceMs = 40_000;

/** The Lambda: brings the ledger to this version; answers the names of what it applied. Its event says nothing. */
export async function handler(
  _event: unknown,
  { awsRequestId }: LambdaContext,
): Promise<{ applied: readonly string[] }> {
  const { database, ledgerOwner } = readEnv();
  const withDb = databaseFor(database, 'landfall:migrate', { forPerson: true });
  const { applied } = await withDb((db) => migrate(db, ledgerOwner, patienceMs));
  stepLog({ functionName: 'migrate', requestId: awsRequestId }).info('ledger migrated', { applied });
  return { applied };
}
