import type pg from 'pg';
import { socketOf } from '../watched.ts';
import { isAlone, isSettled, noteAlone, settle, unsettle } from './settled.ts';
import { beginningCall, endingCall, flushing, naming } from './settings-of-calls.ts';
import { isServedBy } from './served.ts';

/**
 * Connections that a call has done with, for the next one of the same process: on one machine a call that begins anew pays
 * for a login, for a process of the server's, and for that one's empty caches of the catalogue, a third of what a small load
 * takes. In Lambda none is kept (docs/adr/0060).
 */

/** How many, and for how long each waits for its next call. */
interface Keeping {
  readonly most: number;
  readonly milliseconds: number;
}

interface Kept {
  readonly connectionString: string;
  readonly db: pg.Client;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/** 60 s: plans are as old as their session at most, and what was found of a ledger's owner; and settings of a database or a role count from a login on. */
const oldestMs = 60_000;

/** When each was first kept, which is as its first call ended. */
const opened = new WeakMap<pg.Client, number>();

let keeping: Keeping = { most: 0, milliseconds: 0 };
const kept: Kept[] = [];

/** From now on this process keeps them. Their sockets do not keep the process alive, and end with it. */
export function keepSessions(asked: Keeping): void {
  keeping = asked;
  keepAtMost(asked.most);
}

/** One that is alive, with the name that a new one would have; null: there is none. */
export async function takeSession(
  connectionString: string,
  applicationName: string,
  how: { readonly isUnflushed: boolean } = { isUnflushed: false },
): Promise<pg.Client | null> {
  for (;;) {
    const found = kept.findLast((each) => each.connectionString === connectionString);
    if (found === undefined) return null;
    const { db, since } = found;
    forgetSession(db);
    socketOf(db).ref();
    // after a sleep of the machine timers are late
    if (Date.now() - since <= keeping.milliseconds && (await begun(db, applicationName, how))) return db;
    end(db);
  }
}

/** Begins a call in a session that was put away, or the next state of one; answers whether it is alive. `isUnflushed`: its commits do not wait for the disk. */
export async function begun(
  db: pg.Client,
  applicationName: string,
  { isUnflushed }: { readonly isUnflushed: boolean },
): Promise<boolean> {
  const begins = isSettled(db) ? naming(applicationName) : beginningCall(applicationName, isUnflushed);
  return await db.query(begins).then(
    () => {
      settle(db);
      return true;
    },
    () => false,
  );
}

/**
 * Begins the next state of a call in its session, in one message with what takes away what the state before left; where nothing but
 * Landfall's own has run in it, it is as it is to be. False: it is not, and has to be ended.
 */
export async function begunAgain(db: pg.Client, applicationName: string): Promise<boolean> {
  if (isSettled(db)) return await begun(db, applicationName, { isUnflushed: true });
  if (!isAlone(db)) return (await asNew(db)) && (await begun(db, applicationName, { isUnflushed: true }));
  const isBegun = await clearedWith(db, beginningCall(applicationName, true));
  if (isBegun) settle(db);
  return isBegun;
}

/** In one message with what takes away what the call left: its commits are on disk when this has ended. False: that is not known. */
export async function flushed(db: pg.Client): Promise<boolean> {
  return await clearedWith(db, flushing);
}

async function clearedWith(db: pg.Client, statements: string): Promise<boolean> {
  return await clearedAlone(db, statements).then(
    () => true,
    () => false,
  );
}

/**
 * Keeps a session whose call has ended well, as a new one would be: settings, locks and temporary tables that the code of a
 * target's owner may have left in it are gone, and the server's statistics know what it did, as they do of one that has ended: a load
 * tells by them who else uses its table. False: none is kept, it is broken, or a pooler's; it is the caller's to end.
 */
export async function keepSession(connectionString: string, db: pg.Client): Promise<boolean> {
  return keeping.most > 0 && (await asNew(db)) && keepNew(connectionString, db);
}

/** Keeps one that is as new; false: none is kept, or it is too old. */
export function keepNew(connectionString: string, db: pg.Client): boolean {
  const openedAt = opened.get(db) ?? Date.now();
  if (keeping.most === 0 || Date.now() - openedAt > oldestMs) return false;
  keepAtMost(keeping.most - 1);
  socketOf(db).unref();
  const timer = setTimeout(() => {
    forgetSession(db);
    end(db);
  }, keeping.milliseconds).unref();
  opened.set(db, openedAt);
  kept.push({ connectionString, db, since: Date.now(), timer });
  return true;
}

/** Makes it as a new one would be; false: it cannot be, and has to be ended. */
export async function asNew(db: pg.Client): Promise<boolean> {
  return await cleared(db).then(
    () => true,
    () => false,
  );
}

/**
 * Statistics are written as the server turns to wait for the next statement; else up to 10 s later.
 * @throws where it is broken or in a transaction, where somebody's code left more in it than is taken away, or where it is a
 *   pooler's: that one's session is somebody else's by now.
 */
async function cleared(db: pg.Client): Promise<void> {
  unsettle(db);
  if (isAlone(db)) {
    await clearedAlone(db);
    return;
  }
  const { rows } = await db.query<{ pid: number }>(
    'select pg_catalog.pg_backend_pid() as pid, pg_catalog.pg_stat_force_next_flush()',
  );
  if (!isServedBy(db, rows[0]?.pid ?? 0)) throw new Error('a pooler answers');
  await db.query('discard all');
  noteAlone(db);
}

/** The same of one that is this process's alone, and behind it more in the same message. */
async function clearedAlone(db: pg.Client, more: string | null = null): Promise<void> {
  unsettle(db);
  if (db.getTransactionStatus() !== 'I') throw new Error('a transaction was left open');
  const message = more === null ? endingCall : `${endingCall}; ${more}`;
  const [first] = (await db.query(message)) as unknown as readonly pg.QueryResult<{ leftPrepared: boolean }>[];
  if (first?.rows[0]?.leftPrepared !== false) throw new Error('statements were prepared in it');
}

/** The oldest of them are ended. */
function keepAtMost(most: number): void {
  for (const { db } of kept.slice(0, Math.max(0, kept.length - most))) {
    forgetSession(db);
    end(db);
  }
}

/** Of a session that was ended by somebody else, too. */
export function forgetSession(db: pg.Client): void {
  const at = kept.findIndex((each) => each.db === db);
  if (at >= 0) clearTimeout(kept.splice(at, 1)[0]?.timer);
}

function end(db: pg.Client): void {
  void db.end().catch(() => undefined);
}
