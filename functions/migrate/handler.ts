import { requireFitServer } from '../db/server/fit-server.ts';
import { databaseFor } from '../runtime/database.ts';
import { readEnv } from '../runtime/env.ts';
import { outsideFunction } from '../runtime/outside-function.ts';
import { migrate } from './migrate.ts';

/** 40 s: who calls it by the AWS command line waits 60 s for the answer. */
const patienceMs = 40_000;

/** The Lambda: brings the ledger to this version; answers the names of what it applied. Its event says nothing. */
export const handler = outsideFunction({
  name: 'migrate',
  run: async (): Promise<{ applied: readonly string[] }> => {
    const { database, ledgerOwner, untried } = readEnv();
    const withDb = databaseFor(database, 'landfall:migrate', { forPerson: true });
    const { applied } = await withDb((db) => {
      requireFitServer(db, untried);
      return migrate(db, ledgerOwner, patienceMs);
    });
    return { applied };
  },
  logged: (migrated) => migrated,
});
