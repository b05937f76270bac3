import type { Sql } from '../core/sql.ts';
import type { Db } from './client.ts';
import { settingMeanings } from './meanings.ts';

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
