import type pg from 'pg';
import { literal } from '../../core/sql.ts';
import { socketOf } from '../watched.ts';
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

let keeping: Keeping = { most: 0, milliseconds: 0 };
const kept: Kept[] = [];

/** From now on this process keeps them. Their sockets do not keep the process alive, and end with it. */
export function keepSessions(asked: Keeping): void {
  keeping = asked;
  keepAtMost(asked.most);
}

/** One that is alive, with the name that a new one would have; null: there is none. */
export async function takeSession(connectionString: string, applicationName: string): Promise<pg.Client | null> {
  for (;;) {
    const found = kept.findLast((each) => each.connectionString === connectionString);
    if (found === undefined) return null;
    const { db, since } = found;
    forgetSession(db);
    // after a sleep of the machine timers are late
    if (Date.now() - since <= keeping.milliseconds && (await isAlive(db, applicationName))) {
      socketOf(db).ref();
      return db;
    }
    end(db);
  }
}

async function isAlive(db: pg.Client, applicationName: string): Promise<boolean> {
  const { text } = literal(applicationName);
  return await db.query(`set application_name = ${text}`).then(
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
  if (keeping.most === 0) return false;
  const isAsNew = await asNew(db).then(
    () => true,
    () => false,
  );
  if (!isAsNew) return false;
  keepAtMost(keeping.most - 1);
  socketOf(db).unref();
  const timer = setTimeout(() => {
    forgetSession(db);
    end(db);
  }, keeping.milliseconds).unref();
  kept.push({ connectionString, db, since: Date.now(), timer });
  return true;
}

/** @throws where it is broken, or a pooler's: that one's session is somebody else's by now. */
async function asNew(db: pg.Client): Promise<void> {
  // statistics are written as the server turns to wait for the next statement; else up to 10 s later
  const { rows } = await db.query<{ pid: number }>(
    'select pg_catalog.pg_backend_pid() as pid, pg_catalog.pg_stat_force_next_flush()',
  );
  if (!isServedBy(db, rows[0]?.pid ?? 0)) throw new Error('a pooler answers');
  await db.query('discard all');
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
