import type { Sql } from '../core/sql.ts';
import { maybeOne, one, type Db } from '../db/client.ts';
import { isServedBy } from '../db/session/served.ts';
import { runBySession } from '../db/one-message.ts';
import { lockSession, selectBackend } from './missing-sql.ts';

/** A connection of its own, which the server shows under this name: what runs there goes on when the call that began it has ended. */
export type ConnectAs = <T>(name: string, use: (db: Db) => Promise<T>) => Promise<T>;

/** Whether the server's process is this connection's alone; behind a pooler a session is everybody's. */
export async function isOwnSession(own: Db): Promise<boolean> {
  const { backend } = await one<{ backend: number }>(own, selectBackend);
  return isServedBy(own, backend);
}

/**
 * Runs statements that can be in no transaction, one after another, in a session that nothing else uses. It holds the index by a lock
 * of the session, so that no second one works on it; false where another does. Never behind a pooler, whose sessions are
 * everybody's.
 */
export async function runBeside(own: Db, indexId: number, statements: readonly Sql[]): Promise<boolean> {
  const held = await maybeOne<{ held: boolean }>(own, lockSession(indexId));
  if (held?.held !== true) return false;
  for (const statement of statements) await runBySession(own, statement);
  return true;
}
