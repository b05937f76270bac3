import type { Dataset } from '../compile/declaration/schema.ts';
import { one, type Db } from '../db/client.ts';
import type { LedgerOwner } from '../ledger/trust/ledger-roles-sql.ts';
import type { Executions } from '../protocol/executions.ts';
import type { LambdaContext } from '../runtime/lambda-step.ts';
import { outsideFunction } from '../runtime/outside-function.ts';
import { ownerIsAlive } from '../runtime/owner.ts';
import type { LandedObjects, OperateDeps } from './deps.ts';
import { operate } from './operate.ts';
import { selectPlace } from './sql.ts';

/** 1.5 MB: as JSON, escaped, it stays below the 6 MB that a Lambda may answer, unless every byte is a control character. */
const recordBytes = 1_500_000;

/** What the function is wired to. */
export interface OperateWiring {
  /** One connection, for as long as `use` runs. */
  readonly withDatabase: <T>(use: (db: Db) => Promise<T>) => Promise<T>;
  readonly ledgerOwner: LedgerOwner;
  readonly executions: Executions;
  readonly startUndo?: OperateDeps['startUndo'];
  readonly objects: LandedObjects;
  readonly datasets: readonly Dataset[];
}

/** The handler: one connection an invocation; errors under their literal names. Answers hold rows, so the log has none of them. */
export function operateFunction(
  wire: () => Promise<OperateWiring>,
): (event: unknown, context: LambdaContext) => Promise<unknown> {
  return outsideFunction({
    name: 'operate',
    ids: ({ verb, by }) => ({ verb, by }),
    run: async (event, context) => {
      const { withDatabase, ledgerOwner, executions, startUndo, objects, datasets } = await wire();
      const common = {
        ledgerOwner,
        executions,
        ...(startUndo !== undefined && { startUndo }),
        objects,
        datasets,
        ownerIsAlive,
        now: () => new Date(),
        millisecondsLeft: () => context.getRemainingTimeInMillis(),
        recordBytes,
      };
      return await withDatabase(async (db) => operate(event, { db, place: await placeOf(db), ...common }));
    },
    logged: () => ({}),
  });
}

/** address:port/database, as the server itself knows them. */
async function placeOf(db: Db): Promise<string> {
  const { place } = await one<{ place: string }>(db, selectPlace);
  return place;
}
