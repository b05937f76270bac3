import { LoadRejected } from '../protocol/errors.ts';
import { ident, sql, type Sql } from '../core/sql.ts';
import { execute, one, type Db } from './client.ts';
import { sqlState } from './errors.ts';
import { placeInOwnCode } from './own-code.ts';

/** Of one statement, inside a transaction. */
const foundTable = ident('pg_temp', 'landfall found');

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
      `code of the target wants to write while records are judged, and a dry run leaves nothing behind: ${(error as Error).message} (SQLSTATE ${sqlState(error)}, ${placeInOwnCode(error) ?? 'outside of a function'}). Load without --dry-run to let it, or have its owner take that out of the CHECK, domain, cast or index that calls it`,
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
  await createFound(db, query);
  await readingOnly(db, true, () => execute(db, sql`insert into ${foundTable} ${query}`));
  const written = await execute(db, write(sql`select * from ${foundTable}`));
  await execute(db, sql`drop table ${foundTable}`);
  return written;
}

/** WITH NO DATA: the query is not even planned. */
async function createFound(db: Db, query: Sql): Promise<void> {
  await execute(db, sql`savepoint temporary`);
  try {
    await execute(db, sql`create temporary table ${foundTable} on commit drop as ${query} with no data`);
    await execute(db, sql`release savepoint temporary`);
  } catch (error) {
    if (sqlState(error) !== NO_RIGHT) throw error;
    await execute(db, sql`rollback to savepoint temporary`);
    throw await withoutRight(db, error);
  }
}

/** The right to make temporary tables, where it is that which is lacking. */
async function withoutRight(db: Db, error: unknown): Promise<unknown> {
  const { may, grant } = await one<{ may: boolean; grant: string }>(
    db,
    sql`
      select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'temporary') as may,
        pg_catalog.format('grant temporary on database %I to %I', pg_catalog.current_database(), current_user) as "grant"`,
  );
  if (may) return error;
  return new LoadRejected(
    'NO_PRIVILEGE',
    `a dry run into a table with code of its owner keeps what it finds in temporary tables, which the role may not make: let the owner of the database run: ${grant};`,
    { cause: error },
  );
}
