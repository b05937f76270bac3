import type pg from 'pg';
import { TryAgain } from '../../protocol/errors.ts';
import { asNew, begun, keepNew } from './kept-sessions.ts';
import { ended, isLost } from './open.ts';
import { isSettled } from './settled.ts';

/**
 * The one session that the states of one call share. Where it is this process's alone, a commit does not wait for the disk, since
 * the call's end does: WAL is written in its order, so what is on disk then holds all before it. Where the session breaks, the
 * server may have lost what this call committed: no state of it goes on.
 */
export interface CallSession {
  db: pg.Client | null;
  /** By which it was opened. */
  connectionString: string;
  /** Commits of this call may not be on disk. */
  isUnflushed: boolean;
}

/** Before the first state. */
export function callSession(): CallSession {
  return { db: null, connectionString: '', isUnflushed: false };
}

/** For the next state; null: there is none yet. @throws TryAgain where it is gone, and with it perhaps what was committed. */
export async function takeOfCall(session: CallSession, applicationName: string): Promise<pg.Client | null> {
  const { db } = session;
  session.db = null;
  if (db === null && !session.isUnflushed) return null;
  if (db === null || isLost(db) || !(await begun(db, applicationName, { isUnflushed: true })))
    throw new TryAgain('the session of this call was lost, and perhaps with it what was not on disk yet');
  session.isUnflushed = true;
  return db;
}

/** A state has done with it, well or not; answers false where it is the caller's to end. */
export async function giveToCall(session: CallSession, connectionString: string, db: pg.Client): Promise<boolean> {
  if (isLost(db) || db.getTransactionStatus() !== 'I') return false;
  // where nothing but Landfall's own has run in it, the next state finds it as it is to be
  if (!isSettled(db) && !(await asNew(db))) return false;
  session.db = db;
  session.connectionString = connectionString;
  return true;
}

/** In one message: a record of the transaction's own, so that its commit is waited for, and with it all before. */
const flushing = `begin; set local synchronous_commit to default;
  select pg_catalog.pg_logical_emit_message(true, 'landfall', 'flush'); commit`;

/** All that the call committed is on disk when this has ended. @throws TryAgain where that is not known. */
export async function flushCall(session: CallSession): Promise<void> {
  const { db } = session;
  if (!session.isUnflushed) return;
  const isFlushed =
    db !== null &&
    (await db
      .query(flushing)
      .then(() => true)
      .catch(() => false));
  if (!isFlushed) throw new TryAgain('the session of this call was lost before its commits were on disk');
  session.isUnflushed = false;
}

/** The call is over: its session waits for the next one, or is ended. */
export async function endCall(session: CallSession): Promise<void> {
  const { db, connectionString } = session;
  session.db = null;
  if (db === null) return;
  const isNew = !isSettled(db) || (await asNew(db));
  if (!isNew || !keepNew(connectionString, db)) await ended(db);
}
