import { z } from 'zod';
import { openExecutions } from '../aws/executions.ts';
import { openTopic } from '../aws/topic.ts';
import type { Db } from '../db/client.ts';
import { missingMigrations } from '../ledger/trust/current-ledger.ts';
import { storeFor } from '../objects/store-for.ts';
import { databaseFor } from '../runtime/database.ts';
import { needed, readEnv } from '../runtime/env.ts';
import { openMetrics } from '../runtime/metrics.ts';
import { outsideFunction } from '../runtime/outside-function.ts';
import type { Imported } from './import-unknown.ts';
import { importDataset, sweep, type Swept } from './step.ts';

/** The timer's event, or the schedule's of one dataset. */
const sweepEvent = z.strictObject({ dataset: z.string().min(1).nullable(), scheduledTime: z.string() });

/** Nothing was done: these migrations come first. */
interface Postponed {
  readonly missingMigrations: readonly string[];
}

/**
 * The Lambda: a sweep of everything, or the import of one dataset; answers counts. Between a deployment and its migration it does
 * nothing, for what it would start could only wait: the next run, within a quarter of an hour, finds the same.
 */
export const handler = outsideFunction({
  name: 'sweep',
  ids: ({ dataset, scheduledTime }) => ({ dataset, scheduledTime }),
  run: async (event, context): Promise<Swept | Imported | Postponed> => {
    const { dataset } = sweepEvent.parse(event);
    const env = readEnv();
    const landing = needed(env, 'landing');
    const deps = {
      store: await storeFor(landing),
      landing,
      storeFor,
      reports: env.reports,
      sources: env.sources,
      datasets: env.datasets,
      executions: openExecutions(needed(env, 'stateMachine')),
      emit: await openMetrics(env),
      tell: env.topic === null ? null : openTopic(env.topic),
      stack: env.stack,
      connectAs: <T>(name: string, use: (db: Db) => Promise<T>): Promise<T> => databaseFor(env.database, name)(use),
      now: Date.now,
      millisecondsLeft: () => context.getRemainingTimeInMillis(),
    };
    return await databaseFor(
      env.database,
      'landfall:sweep',
    )(async (db) => {
      const missing = await missingMigrations(db, env.ledgerOwner);
      if (missing.length > 0) return { missingMigrations: missing };
      return dataset === null ? await sweep({ db, ...deps }) : await importDataset(dataset, { db, ...deps });
    });
  },
  logged: (swept) => ({ ...swept }),
});
