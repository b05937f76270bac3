import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { sqlState } from './errors.ts';
import { selectHolders, type Holder } from './holders-sql.ts';
import { hurry } from './hurry.ts';
import { noAnswer } from './no-answer.ts';
import { connectByScram } from './require-auth.ts';

/** How the connection was made; another one is made so to look at it. */
interface Watchable {
  readonly config: pg.ClientConfig;
  readonly byScram: boolean;
  readonly applicationName: string;
}

interface Watch extends Watchable {
  holders: readonly Holder[];
  silent: boolean;
}

const watches = new WeakMap<pg.Client, Watch>();

/** A person waits at this connection from now on. Its application_name is nobody else's. */
export function watchFor(db: pg.Client, made: Watchable): void {
  watches.set(db, { ...made, holders: [], silent: false });
}

/** Whether a person waits at this connection. */
export function isWatched(db: pg.Client): boolean {
  return watches.has(db);
}

/** Whether its end was ours, because the server was silent. */
export function wasSilent(db: pg.Client): boolean {
  return watches.get(db)?.silent === true;
}

/**
 * Runs a transaction; where a person waits at its connection, what keeps it waiting is looked up meanwhile over a connection
 * of its own. `isLong`: its statements may take minutes, and only a server that is gone ends them.
 * @throws NoAnswer in words, where it waited too long for a lock or for a server that is silent.
 */
export async function watched<T>(db: pg.Client, isLong: boolean, run: () => Promise<T>): Promise<T> {
  const watch = watches.get(db);
  if (watch === undefined) return await run();
  watch.holders = [];
  const over = new AbortController();
  const socket = socketOf(db);
  const end = (): void => {
    watch.silent = true;
    socket.destroy(new Error('the server is silent'));
  };
  const timer = setTimeout(end, hurry.silentMs);
  const heard = (): void => void timer.refresh();
  if (isLong) clearTimeout(timer);
  else socket.on('data', heard);
  void lookAgainAndAgain(watch, over.signal, isLong ? end : () => undefined);
  try {
    return await run();
  } catch (error) {
    throw noAnswer(error, watch) ?? error;
  } finally {
    over.abort();
    clearTimeout(timer);
    socket.off('data', heard);
  }
}

export function socketOf(db: pg.Client): Socket {
  return (db as unknown as { connection: { stream: Socket } }).connection.stream;
}

/** `gone` is called where the server lets nobody in any more; that all its connections are taken says nothing. */
async function lookAgainAndAgain(watch: Watch, over: AbortSignal, gone: () => void): Promise<void> {
  for (;;) {
    await sleep(hurry.lookAfterMs, undefined, { signal: over, ref: false }).catch(() => undefined);
    if (over.aborted) return;
    try {
      const holders = await look(watch);
      // who is second in line for a row waits anew when the first gives up, and for the same
      if (holders.length > 0) watch.holders = holders;
    } catch (error) {
      if (sqlState(error) === null && !over.aborted) gone();
    }
  }
}

async function look({ config, byScram, applicationName }: Watch): Promise<readonly Holder[]> {
  const client = new pg.Client({
    ...config,
    application_name: 'landfall:look',
    connectionTimeoutMillis: hurry.lookMs,
    query_timeout: hurry.lookMs,
  });
  client.on('error', () => undefined);
  try {
    await (byScram ? connectByScram(client) : client.connect());
    const { text, values } = selectHolders([applicationName], hurry.lookAfterMs / 2);
    return (await client.query<Holder>(text, [...values])).rows;
  } finally {
    socketOf(client).destroy();
  }
}
