import { one, type Db } from '../db/client.ts';
import { datasets } from '../datasets/all.ts';
import type { LedgerOwner } from '../ledger/trust/ledger-roles-sql.ts';
import type { Executions } from '../protocol/executions.ts';
import type { LambdaContext } from '../runtime/lambda-step.ts';
import { stepLog } from '../runtime/log.ts';
import { ownerIsAlive } from '../runtime/owner.ts';
import { toldError } from '../runtime/told-error.ts';
import type { LandedObjects } from './deps.ts';
import { operate, operateCall } from './operate.ts';
import { selectPlace } from './sql.ts';

/** 1.5 MB: as JSON, escaped, it stays below the 6 MB that a Lambda may answer, unless every byte is a control character. */
const recordBytes = 1_500_000;

/** What the function is wired to. */
export interface OperateWiring {
  /** One connection, for as long as `use` runs. */
  readonly withDatabase: <T>(use: (db: Db) => Promise<T>) => Promise<T>;
  readonly ledgerOwner: LedgerOwner;
  readonly executions: Executions;
  readonly objects: LandedObjects;
}

/** The handler: one connection an invocation, one log line at its end; errors under their literal names. */
export function operateFunction(
  wire: () => Promise<OperateWiring>,
): (event: unknown, context: Pick<LambdaContext, 'getRemainingTimeInMillis'>) => Promise<unknown> {
  return async (event, context) => {
    const { withDatabase, ledgerOwner, executions, objects } = await wire();
    const startedAt = performance.now();
    const call = operateCall.safeParse(event);
    const log = stepLog({ functionName: 'operate', verb: call.data?.verb, by: call.data?.by });
    const common = {
      ledgerOwner,
      executions,
      objects,
      datasets,
      ownerIsAlive,
      now: () => new Date(),
      millisecondsLeft: () => context.getRemainingTimeInMillis(),
      recordBytes,
    };
    try {
      const answer = await withDatabase(async (db) => operate(event, { db, place: await placeOf(db), ...common }));
      log.info('operation done', { milliseconds: Math.round(performance.now() - startedAt) });
      return answer;
    } catch (error) {
      const told = toldError(error);
      const { name, message } = told as Error;
      log.error('operation failed', { error: name, message, milliseconds: Math.round(performance.now() - startedAt) });
      throw told;
    }
  };
}

/** address:port/database, as the server itself knows them. */
async function placeOf(db: Db): Promise<string> {
  const { place } = await one<{ place: string }>(db, selectPlace);
  return place;
}
