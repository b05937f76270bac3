import { LoadRejected } from '../protocol/errors.ts';
import type { Sql } from '../core/sql.ts';
import { execute, one, type Db } from './client.ts';
import { sqlState } from './errors.ts';
import { placeInOwnCode } from './own-code.ts';
import { withSavepoint } from './savepoint.ts';
import { unsettle } from './session/settled.ts';
import { createFound, dropFound, insertFound, selectFound, selectTemporaryRight } from './sheltered-sql.ts';

/** It wants to write, or to turn the shelter off. */
const breaksShelter: readonly (string | null)[] = ['25006', '25001'];
const NO_RIGHT = '42501';

/**
 * Runs statements in which code of the target's owner may read and write nothing: what a dry run finds is committed, and what
 * such code did beside it would be too. PostgreSQL holds it: in a part of a transaction that is read only nobody can turn that
 * off, and sequences are not drawn either. Inside a transaction, which goes on as before.
 * @throws LoadRejected TARGET_CODE where it wants to write
 */
export async function readingOnly<T>(db: Db, isSheltered: boolean, run: () => Promise<T>): Promise<T> {
  unsettle(db);
  if (!isSheltered) return await run();
  await db.query('savepoint sheltered; set transaction read only');
  try {
    const answer = await run();
    await db.query('release savepoint sheltered');
    return answer;
  } catch (error) {
    if (!breaksShelter.includes(sqlState(error))) throw error;
    throw new LoadRejected(
      'TARGET_CODE',
      `code of the target, or SQL of the dataset, wants to write while records are judged, where a dry run leaves nothing behind and a dataset only reads: ${(error as Error).message} (SQLSTATE ${sqlState(error)}, ${placeInOwnCode(error) ?? 'outside of a function'}). Have its owner take that out of the CHECK, domain, cast, index or rule that calls it; what is the target's own may write in a load without --dry-run and without rules in SQL`,
      { cause: error },
    );
  }
}

/**
 * Writes what a query finds that may call code of the target's owner; answers how many rows that wrote. Sheltered: the query fills a
 * temporary table, which is all that may be written there, and `write` is given that.
 */
export async function writeFound(
  db: Db,
  isSheltered: boolean,
  { query, write }: { readonly query: Sql; readonly write: (found: Sql) => Sql },
): Promise<number> {
  if (!isSheltered) return await execute(db, write(query));
  await makeTemporary(db, createFound(query));
  await readingOnly(db, true, () => execute(db, insertFound(query)));
  const written = await execute(db, write(selectFound));
  await execute(db, dropFound);
  return written;
}

/**
 * Makes a temporary table, inside a transaction.
 * @throws LoadRejected NO_PRIVILEGE with the grant, where the role may make none
 */
export async function makeTemporary(db: Db, create: Sql): Promise<void> {
  try {
    await withSavepoint(db, () => execute(db, create));
  } catch (error) {
    throw sqlState(error) === NO_RIGHT ? await withoutRight(db, error) : error;
  }
}

/** The right to make temporary tables, where it is that which is lacking. */
async function withoutRight(db: Db, error: unknown): Promise<unknown> {
  const { may, grant } = await one<{ may: boolean; grant: string }>(db, selectTemporaryRight);
  if (may) return error;
  return new LoadRejected(
    'NO_PRIVILEGE',
    `a dry run into a table with code of its owner, or a load with rules or columns in SQL, keeps what it finds in temporary tables, which the role may not make: let the owner of the database run: ${grant};`,
    { cause: error },
  );
}
