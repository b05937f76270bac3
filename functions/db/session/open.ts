import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseAway } from '../../protocol/errors.ts';
import { hurry } from '../hurry.ts';
import { connectByScram, requiresScram, UnprovenServer } from '../require-auth.ts';
import { hearKind } from '../server/fit-server.ts';
import { type Connection, connectionOf, isRdsHost } from '../tls.ts';
import { watchFor } from '../watched.ts';
import { forgetSession } from './kept-sessions.ts';

const INT8_OID = 20;
/** Counts, offsets and ids are below 2^53; anything larger is a bug and must not be rounded silently. */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`a bigint beyond 2^53 came from the database: ${text}`);
  return value;
}
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? safeInteger
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Connections that broke. */
const lost = new WeakSet<pg.Client>();

/** Whether it broke, whoever ended it. */
export function isLost(db: pg.Client): boolean {
  return lost.has(db);
}

/** A connection to the server under this name; `forPerson`: every wait at it is bounded. */
export async function opened(
  { connectionString, forPerson = false }: { readonly connectionString: string; readonly forPerson?: boolean },
  name: string,
): Promise<pg.Client> {
  const config = {
    connectionTimeoutMillis: forPerson ? hurry.connectMs : 30_000,
    ...(await trusting(connectionOf(connectionString))),
    application_name: name,
    keepAlive: true,
    // a peer that vanished without a word is noticed within minutes, not after the operating system's two hours
    keepAliveInitialDelayMillis: 30_000,
    types,
  };
  const db = new pg.Client(config);
  // without a listener a lost connection or 25P03 ends the process; the pending query carries the error all the same
  db.on('error', () => {
    lost.add(db);
    forgetSession(db);
  });
  db.on('end', () => forgetSession(db));
  hearKind(db);
  const byScram = requiresScram(connectionString);
  await connect(db, byScram);
  if (forPerson) watchFor(db, { config, byScram, applicationName: name });
  return db;
}

/** Ends it. 1 s: a server that is stopped never closes its end of the connection, and nobody is to wait for that. */
export async function ended(db: pg.Client): Promise<void> {
  const waited = new AbortController();
  const late = sleep(1_000, undefined, { signal: waited.signal }).catch(() => undefined);
  await Promise.race([db.end().catch(() => undefined), late]);
  waited.abort();
}

/** Where a URL names no authority of its own. The list takes some 10 ms to load, which only those who need it pay. */
async function trusting(connection: Connection): Promise<Connection> {
  const { ssl } = connection;
  if (ssl === false || ssl.ca !== undefined || !isRdsHost(ssl.servername)) return connection;
  const { rdsAuthorities } = await import('../server/rds-authorities.ts');
  return { ...connection, ssl: { ...ssl, ca: [...rdsAuthorities] } };
}

/** @throws DatabaseAway where the connection broke off without a word; UnprovenServer; else what the server or the socket said. */
async function connect(db: pg.Client, byScram: boolean): Promise<void> {
  let brokeOff = false;
  db.once('end', () => {
    brokeOff = true;
  });
  await (byScram ? connectByScram(db) : db.connect()).catch(async (error: unknown) => {
    const wasCut = brokeOff && error instanceof Error && !('code' in error) && !(error instanceof UnprovenServer);
    // a refused login would otherwise keep its socket, and the server a backend that waits a minute for the password
    await ended(db);
    throw wasCut
      ? new DatabaseAway(`the database did not let the connection stand: ${error.message}`, { cause: error })
      : error;
  });
}
