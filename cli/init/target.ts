import type { Catalogue } from '../../functions/compile/catalogue/catalogue.ts';
import { requireLoadableTable } from '../../functions/compile/catalogue/loadable-table.ts';
import { defaultRule } from '../../functions/conflict/all.ts';
import { readCatalogue } from '../../functions/contract/read-catalogue.ts';
import type { TargetName } from '../../functions/core/target-name.ts';
import { transaction } from '../../functions/db/client.ts';
import type { Context } from '../context.ts';
import { openTarget, type Target, withDatabase } from '../database/database.ts';
import type { InitOrders } from './orders.ts';

/** The table that a dataset fills. */
export interface InitTarget {
  readonly name: TargetName;
  /** Null: it is not there, or there is no database to ask. */
  readonly catalogue: Catalogue | null;
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
  if (target === null) return { name, catalogue: null, database: null };
  const catalogue = await withDatabase(target, (db) => transaction(db, {}, () => readCatalogue(db, name)));
  if (catalogue !== null) requireLoadableTable(catalogue, { ...defaultRule.demands, update: false });
  return { name, catalogue, database: target };
}
