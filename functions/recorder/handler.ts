import { z } from 'zod';
import type { Tell } from '../aws/topic.ts';
import { requireTrustedLedger } from '../ledger/trust/trusted-ledger.ts';
import { databaseFor } from '../runtime/database.ts';
import { readEnv, type Env } from '../runtime/env.ts';
import { openMetrics } from '../runtime/metrics.ts';
import { outsideFunction } from '../runtime/outside-function.ts';
import { recordFailure } from './step.ts';
import { tellFailure } from './tell.ts';

/** "Step Functions Execution Status Change", parsed loosely: only what is used. */
const statusChange = z.looseObject({
  detail: z.looseObject({
    executionArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    input: z.string().nullish(),
  }),
});

/** The Lambda, called with the end of an execution that failed, timed out or was aborted: first the ledger, then people. */
export const handler = outsideFunction({
  name: 'recorder',
  ids({ detail }) {
    const { executionArn: execution, status, error } = (detail ?? {}) as Readonly<Record<string, unknown>>;
    return { execution, status, executionError: error };
  },
  run: async (event): Promise<{ loadId: number | null }> => {
    const { detail } = statusChange.parse(event);
    const env = readEnv();
    return await databaseFor(
      env.database,
      'landfall:recorder',
    )(async (db) => {
      await requireTrustedLedger(db, env.ledgerOwner);
      const recorded = await recordFailure(db, detail);
      await tellFailure(detail, { db, tell: await topicOf(env), emit: await openMetrics(env), stack: env.stack });
      return recorded;
    });
  },
  logged: (recorded) => recorded,
});

/** One machine has no topic: its command tells by itself, and imports no client. */
async function topicOf({ topic }: Env): Promise<Tell | null> {
  if (topic === null) return null;
  const { openTopic } = await import('../aws/topic.ts');
  return openTopic(topic);
}
