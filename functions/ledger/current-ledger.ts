import { TryAgain } from '../contract/errors.ts';
import { sql, type Sql } from '../core/sql.ts';
import { many, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { knownMigrations } from './known-migrations.ts';

const UNDEFINED_TABLE = '42P01';

/**
 * Asked before a load is claimed: between a deployment and its migration the ledger is older than this code, for a moment.
 * A ledger that is newer is no matter: a migration leaves room for the version before it (functions/migrate/README.md).
 * @throws TryAgain where a migration is missing: the load waits, and is not failed, until the ledger is up to date.
 */
export async function requireCurrentLedger(db: Db, known: readonly string[] = knownMigrations): Promise<void> {
  const missing = await missingMigrations(db, known);
  if (missing.length === 0) return;
  throw new TryAgain(
    `the ledger is older than this version of Landfall: it lacks ${missing.join(', ')}. Loads wait until its owner has ` +
      'migrated it: `landfall migrate`, or for a stack the call of its migrate function (docs/deploy.md, "6. The ledger")',
  );
}

/** Names of what has yet to be applied, in their order; empty where the ledger is as new as this code, or newer. */
export async function missingMigrations(
  db: Db,
  known: readonly string[] = knownMigrations,
): Promise<readonly string[]> {
  try {
    return (await many<{ name: string }>(db, selectMissingMigrations(known))).map(({ name }) => name);
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return known;
    throw error;
  }
}

/** Those of these migrations that were not applied, in their order. */
function selectMissingMigrations(known: readonly string[]): Sql {
  return sql`
    select known.name
    from pg_catalog.unnest(${known}::pg_catalog.text[]) as known (name)
    where not exists (
      select
      from landfall.migrations as applied
      where (applied.name operator(pg_catalog.=) known.name)
    )
    order by known.name`;
}
