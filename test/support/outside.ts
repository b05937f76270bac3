import type { Sql } from '../../functions/core/sql.ts';
import type { Db } from '../../functions/db/client.ts';
import { isSettled, unsettle } from '../../functions/db/session/settled.ts';

/** What PostgreSQL runs in no transaction block (CREATE DATABASE, VACUUM), or several statements of DDL, with the session's own settings. */
export async function outside(db: Db, statement: Sql): Promise<void> {
  // a session that a call kept has the settings of calls
  if (isSettled(db)) {
    await db.query('reset all');
    unsettle(db);
  }
  await db.query(statement.text, [...statement.values]);
}
