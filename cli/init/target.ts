import type { Catalogue } from '../../functions/compile/catalogue/catalogue.ts';
import { requireLoadableTable } from '../../functions/compile/catalogue/loadable-table.ts';
import { keylessRule } from '../../functions/conflict/all.ts';
import type { TargetName } from '../../functions/core/target-name.ts';
import { readCatalogue, readTablesWithColumns } from '../../functions/contract/read-catalogue.ts';
import { transaction } from '../../functions/db/client.ts';
import type { Live } from '../../functions/core/traffic/live.ts';
import { liveAtFirst } from '../../functions/governor/live/is-live.ts';
import { lookAtTarget } from '../../functions/governor/live/target-use.ts';
import type { KnownTable } from '../../functions/propose/best-tables.ts';
import type { Context } from '../context.ts';
import { openTarget, type Target, withDatabase } from '../database/database.ts';
import type { InitOrders } from './orders.ts';

/** The table that a dataset fills. */
export interface InitTarget {
  readonly name: TargetName;
  /** Null: it is not there, or there is no database to ask. */
  readonly catalogue: Catalogue | null;
  /** Who uses it now; null: it is not there. */
  readonly live: Live | null;
  /** Null: nobody was asked. */
  readonly database: Target | null;
}

/**
 * The table as the database has it; where none is named and none runs here, it is not asked.
 * @throws LoadRejected where it cannot be loaded
 */
export async function readTarget(
  name: TargetName,
  { database }: Pick<InitOrders, 'database'>,
  context: Context,
): Promise<InitTarget> {
  const target = await openTarget(database, context, { start: false });
  if (target === null) return { name, catalogue: null, live: null, database: null };
  return await withDatabase(target, (db) =>
    transaction(db, {}, async () => {
      const catalogue = await readCatalogue(db, name);
      if (catalogue === null) return { name, catalogue, live: null, database: target };
      requireLoadableTable(catalogue, { ...keylessRule.demands, update: false, deletes: false });
      // no load is 0: whoever holds a lock is another one
      const use = await lookAtTarget(db, { target: catalogue, loadId: 0 });
      return { name, catalogue, live: liveAtFirst(use, { endedAt: null, isOpen: false }), database: target };
    }),
  );
}

/** All tables of the database, to find the one that a file is for; none where no database runs. */
export async function readTables(
  { database }: Pick<InitOrders, 'database'>,
  context: Context,
): Promise<readonly KnownTable[]> {
  const target = await openTarget(database, context, { start: false });
  if (target === null) return [];
  return await withDatabase(target, (db) => transaction(db, {}, () => readTablesWithColumns(db)));
}
