import { sql, type Sql } from '../core/sql.ts';

/** Held by whoever migrates, to the end of the transaction; reading goes on. */
export const lockMigrations: Sql = sql`lock table landfall.migrations in exclusive mode`;

/** What was applied, in order. */
export const selectApplied: Sql = sql`select name, sha256 from landfall.migrations order by name`;

/** Writes down that one was applied, with the hash of its text. */
export function insertApplied(name: string, sha256: string): Sql {
  return sql`insert into landfall.migrations (name, sha256) values (${name}, ${sha256})`;
}
