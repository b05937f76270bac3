import { TryAgain } from '../../protocol/errors.ts';
import { many, transaction, type Db } from '../../db/client.ts';
import { comparedMigrations, knownMigrations } from './known-migrations.ts';
import type { LedgerOwner } from './ledger-roles-sql.ts';
import { selectAppliedMigrations } from './ledger-shape-sql.ts';
import { type LedgerFault, requireNoForeign, requireNone } from './trusted-ledger.ts';

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
  const question = JSON.stringify([owner, known]);
  if (answered.get(db) === question) return;
  await transaction(db, {}, async () => {
    const { shape, missing, isNewer } = await compareMigrations(db, owner, known);
    if (missing.length > 0) throw older(missing);
    if (!isNewer) requireNone(shape);
  });
  answered.set(db, question);
}

/**
 * Sessions in which all was well. What passes can be changed by its owner and by superusers only, so that the loads of one session
 * ask once: on one machine those of a minute (db/session/kept-sessions.ts), else each load.
 */
const answered = new WeakMap<Db, string>();

function older(missing: readonly string[]): TryAgain {
  return new TryAgain(
    `the ledger is older than this version of Landfall: it lacks ${missing.join(', ')}. Loads wait until its owner has ` +
      'migrated it: `landfall migrate`, or for a stack the call of its migrate function (docs/deploy.md, "6. The ledger")',
  );
}

/**
 * Names of what has yet to be applied, in their order; empty where the ledger is as new as this code, or newer.
 * @throws LedgerUntrusted
 */
export async function missingMigrations(
  db: Db,
  owner: LedgerOwner,
  known: readonly string[] = knownMigrations,
): Promise<readonly string[]> {
  return (await compareMigrations(db, owner, known)).missing;
}

interface Compared {
  readonly shape: readonly LedgerFault[];
  readonly missing: readonly string[];
  readonly isNewer: boolean;
}

/** Reads a ledger only where one was found that may be trusted. */
async function compareMigrations(db: Db, owner: LedgerOwner, known: readonly string[]): Promise<Compared> {
  const { isThere, shape } = await requireNoForeign(db, owner);
  if (!isThere) return { shape, missing: known, isNewer: false };
  const applied = (await many<{ name: string }>(db, selectAppliedMigrations())).map(({ name }) => name);
  const { missing, unknown } = comparedMigrations(applied, known);
  return { shape, missing, isNewer: unknown.length > 0 };
}
