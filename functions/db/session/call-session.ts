import type pg from 'pg';
import { TryAgain } from '../../protocol/errors.ts';
import { asNew, begunAgain, flushed, keepNew } from './kept-sessions.ts';
import { ended, isLost } from './open.ts';

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
  /** Nothing of a state is left in it. */
  isNew: boolean;
  /** Earlier calls of this attempt were ended in it; null: of none yet. */
  endedBefore: number | null;
}

/** Before the first state. */
export function callSession(): CallSession {
  return { db: null, connectionString: '', isUnflushed: false, isNew: false, endedBefore: null };
}

/** For the next state; null: there is none yet. @throws TryAgain where it is gone, and with it perhaps what was committed. */
export async function takeOfCall(session: CallSession, applicationName: string): Promise<pg.Client | null> {
  const { db } = session;
  session.db = null;
  if (db !== null && !isLost(db) && (await begunAgain(db, applicationName))) {
    session.isUnflushed = true;
    return db;
  }
  if (session.isUnflushed)
    throw new TryAgain('the session of this call was lost, and perhaps with it what was not on disk yet');
  if (db !== null) await ended(db);
  return null;
}

/** A state has done with it, well or not; answers false where it is the caller's to end. What the state left in it, the next one takes away. */
export function giveToCall(session: CallSession, connectionString: string, db: pg.Client): boolean {
  if (isLost(db) || db.getTransactionStatus() !== 'I') return false;
  session.db = db;
  session.connectionString = connectionString;
  return true;
}

/** All that the call committed is on disk when this has ended. @throws TryAgain where that is not known. */
export async function flushCall(session: CallSession): Promise<void> {
  const { db } = session;
  if (!session.isUnflushed) return;
  if (db === null || !(await flushed(db)))
    throw new TryAgain('the session of this call was lost before its commits were on disk');
  session.isUnflushed = false;
  session.isNew = true;
}

/** The call is over: its session waits for the next one, or is ended. */
export async function endCall(session: CallSession): Promise<void> {
  const { db, connectionString, isNew } = session;
  session.db = null;
  if (db === null) return;
  const isKept = (isNew || (await asNew(db))) && keepNew(connectionString, db);
  if (!isKept) await ended(db);
}
