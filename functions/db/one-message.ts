import type { Sql } from '../core/sql.ts';
import type { Db } from './client.ts';
import { settingMeanings } from './meanings.ts';
import { unsettle } from './session/settled.ts';

/**
 * One transaction in one message: once the server has read it, it does all of it or nothing, whatever becomes of this process.
 * Statements have no parameters, since a message with several of them can have none. Not inside a transaction.
 */
export async function runInOneMessage(
  db: Db,
  { lockTimeoutMs }: { readonly lockTimeoutMs: number },
  statements: readonly Sql[],
): Promise<void> {
  const withValues = statements.find(({ values }) => values.length > 0);
  if (withValues !== undefined) throw new Error(`a statement of one message has a parameter: ${withValues.text}`);
  const settings = [settingMeanings(), `set local lock_timeout = ${Math.trunc(lockTimeoutMs)}`];
  const texts = ['begin', ...settings, ...statements.map(({ text }) => text), 'commit'];
  try {
    await db.query(texts.join(';\n'));
  } catch (error) {
    await db.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * One statement that the server runs in no transaction (CONCURRENTLY), with Landfall's meanings in the session: of a connection that
 * is ended behind it, and never of one that a pooler gave.
 */
export async function runBySession(db: Db, { text, values }: Sql): Promise<void> {
  if (values.length > 0) throw new Error(`a statement by itself has a parameter: ${text}`);
  unsettle(db);
  const settings = settingMeanings().replaceAll('set local ', 'set ');
  await db.query(`${settings}; set lock_timeout = 0; set client_connection_check_interval = 0`);
  await db.query(text);
}
