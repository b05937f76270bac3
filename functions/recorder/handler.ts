import { z } from 'zod';
import { withClient } from '../db/client.ts';
import { readEnv } from '../runtime/env.ts';
import { stepLog } from '../runtime/log.ts';
import { recordFailure } from './step.ts';

/** "Step Functions Execution Status Change", parsed loosely: only what is used. */
const statusChange = z.looseObject({
  detail: z.looseObject({
    executionArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

/** Called with the end of an execution that failed, timed out or was aborted. */
export async function handler(event: unknown): Promise<{ loadId: number | null }> {
  const { detail } = statusChange.parse(event);
  const env = readEnv();
  const settings = { connectionString: env.databaseUrl, applicationName: 'landfall:recorder' };
  const recorded = await withClient(settings, (db) => recordFailure(db, detail));
  stepLog({ functionName: 'recorder' }).info('failure recorded', {
    ...recorded,
    status: detail.status,
    error: detail.error,
  });
  return recorded;
}
