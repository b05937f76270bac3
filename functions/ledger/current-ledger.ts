import { TryAgain } from '../contract/errors.ts';
import { many, transaction, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { knownMigrations } from './known-migrations.ts';
import type { LedgerOwner } from './ledger-roles-sql.ts';
import { selectAppliedMigrations } from './ledger-shape-sql.ts';
import { requireNone, requireTrustedLedger } from './trusted-ledger.ts';

const UNDEFINED_TABLE = '42P01';

/**
 * Asked before a load is claimed: whether the ledger is its owner's and nobody's code is in it, and whether it is of this version. Between a
 * deployment and its migration it is older than this code, for a moment. One that is newer is no matter: a migration leaves
 * room for the version before it (functions/migrate/README.md).
 * @throws LedgerUntrusted where it is not as its owner makes it; TryAgain where a migration is missing: the load waits, and is not
 *   failed, until the ledger is up to date.
 */
export async function requireCurrentLedger(
  db: Db,
  owner: LedgerOwner,
  known: readonly string[] = knownMigrations,
): Promise<void> {
  await transaction(db, {}, async () => {
    const { shape } = await requireTrustedLedger(db, owner);
    const { missing, isNewer } = await compareMigrations(db, known);
    if (missing.length > 0) throw older(missing);
    if (!isNewer) requireNone(shape);
  });
}

function older(missing: readonly string[]): TryAgain {
  return new TryAgain(
    `the ledger is older than this version of Landfall: it lacks ${missing.join(', ')}. Loads wait until its owner has ` +
      'migrated it: `landfall migrate`, or for a stack the call of its migrate function (docs/deploy.md, "6. The ledger")',
  );
}

/** Names of what has yet to be applied, in their order; empty where the ledger is as new as this code, or newer. */
export async function missingMigrations(
  db: Db,
  known: readonly string[] = knownMigrations,
): Promise<readonly string[]> {
  return (await compareMigrations(db, known)).missing;
}

/** After a look whether the ledger may be read. Where there is none, a transaction around this one cannot go on. */
async function compareMigrations(
  db: Db,
  known: readonly string[],
): Promise<{ readonly missing: readonly string[]; readonly isNewer: boolean }> {
  try {
    const applied = (await many<{ name: string }>(db, selectAppliedMigrations())).map(({ name }) => name);
    const missing = known.filter((name) => !applied.includes(name));
    return { missing, isNewer: applied.some((name) => !known.includes(name)) };
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return { missing: known, isNewer: false };
    throw error;
  }
}
