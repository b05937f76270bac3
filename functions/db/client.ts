import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { TryAgain } from '../protocol/errors.ts';
import { literal, type Sql } from '../core/sql.ts';
import type { Memory } from '../core/traffic/memory.ts';
import { hurry, within } from './hurry.ts';
import { type CallSession, giveToCall, takeOfCall } from './session/call-session.ts';
import { keepSession, takeSession } from './session/kept-sessions.ts';
import { ended, isLost, opened } from './session/open.ts';
import { asQuery, isOfOldPlan } from './session/prepared.ts';
import { isSettled } from './session/settled.ts';
import { settingsToSet } from './session/settings-of-calls.ts';
import { holdMeanings, meaningsHeld, meaningsOf, settingLocally } from './meanings.ts';
import { timed } from './time-bound.ts';
import { isWatched, wasSilent, watched } from './watched.ts';

/** A connection; one an invocation. */
export type Db = pg.Client;

/** Where to connect, and under which name the server shows it. */
export interface DbSettings {
  readonly connectionString: string;
  /**
   * landfall:<load>:<attempt>:<state>:<n>, and of states that are told their execution its tail; a takeover ends the backends of
   * older attempts by it. At most 63 bytes.
   */
  readonly applicationName: string;
  /** A person waits for the answer: every wait is bounded, and ends in words that say for whom it was (NoAnswer). */
  readonly forPerson?: boolean;
  /** Of a call that several states share. */
  readonly session?: CallSession | undefined;
}

/** 12 characters of an execution's id, which ends in a UUID: until a load is claimed nothing else tells sessions of two apart. */
export const executionTail = 12;

/**
 * Takes a connection, gives it to `use`, and ends it whatever happens; one machine's workers keep it for their next call.
 * @throws TryAgain when the connection was lost underneath: what was in flight may or may not have committed, receipts tell.
 */
export async function withClient<T>(settings: DbSettings, use: (db: Db) => Promise<T>): Promise<T> {
  const { connectionString, forPerson = false, session } = settings;
  const unique = forPerson ? `:${randomBytes(4).toString('hex')}` : '';
  const name = `${settings.applicationName}${unique}`.slice(0, 63);
  const db = (await keptSession(settings, name)) ?? (await opened(settings, name));
  names.set(db, name);
  let isWhole = false;
  try {
    const result = await use(db);
    isWhole = !forPerson && !isLost(db);
    return result;
  } catch (error) {
    if (isLost(db) && !wasSilent(db)) throw new TryAgain('the connection to the database was lost', { cause: error });
    throw error;
  } finally {
    const isKept =
      session === undefined
        ? isWhole && (await keepSession(connectionString, db))
        : giveToCall(session, connectionString, db);
    if (!isKept) await ended(db);
  }
}

async function keptSession({ connectionString, forPerson, session }: DbSettings, name: string): Promise<Db | null> {
  if (forPerson === true) return null;
  if (session === undefined) return await takeSession(connectionString, name);
  const own = await takeOfCall(session, name);
  if (own !== null) return own;
  const kept = await takeSession(connectionString, name, { isUnflushed: true });
  session.isUnflushed = kept !== null;
  return kept;
}

/** What one transaction may take and how long it may wait; 0 ms is no limit. */
export interface TransactionLimits {
  /** Milliseconds to wait for a lock; short where live traffic shares the table, so that the loader is the deadlock's loser. */
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  /** Its statements may take minutes (an index is built): a person is kept waiting by a lock alone no longer than by others. */
  readonly isLong?: boolean;
  /** Milliseconds between two statements before the server ends it: how long a frozen or vanished worker keeps its locks. */
  readonly idleTimeoutMs?: number;
  readonly workMemMb?: number;
  /** In which moments without an offset are read, and moments are printed; else UTC. */
  readonly timeZone?: string;
  /**
   * For one statement over a whole load: memory as the server has it, and parallel workers without the planner's price for
   * handing rows over.
   */
  readonly wholeLoad?: Memory;
  /** Its statements run on one core of the server: others have the rest. */
  readonly onOneCore?: boolean;
}

/** The name that a connection asked for: behind a pooler the session may have another. */
const names = new WeakMap<Db, string>();

/**
 * One transaction: commits what `run` did, or rolls it back. Every setting that changes what a value means is set here, in
 * the transaction and for no longer: behind a pooler the session is somebody else's a moment later. search_path holds
 * pg_catalog alone (a function in `public` did capture an unqualified call).
 */
export async function transaction<T>(db: Db, limits: TransactionLimits, run: () => Promise<T>): Promise<T> {
  if (meaningsHeld(db) !== null) throw new Error('a transaction was begun inside another one');
  const meanings = meaningsOf(limits.timeZone, statementMsOf(db, limits));
  const settings = settingsToSet(db, { ...meanings, ...settingLimits(db, limits) });
  holdMeanings(db, settingLocally(meanings));
  try {
    return await watched(db, limits.isLong === true, async () => {
      return await begunAndEnded(db, settingLocally(settings), run);
    });
  } finally {
    holdMeanings(db, null);
  }
}

async function begunAndEnded<T>(db: Db, settings: string, run: () => Promise<T>): Promise<T> {
  await db.query(settings === '' ? 'begin' : `begin; ${settings}`);
  try {
    const result = await run();
    const { command } = await db.query('commit');
    // the server's answer to COMMIT where a statement had failed and nobody noticed
    if (command !== 'COMMIT')
      throw new Error(`the transaction ended in ${command}: an error inside it was passed over`);
    return result;
  } catch (error) {
    await db.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** 30 s: a worker that is frozen, or cut off without the server's knowledge, keeps its locks no longer. */
const idleMs = 30_000;

/** 5 min: for transactions that read a slice of the object between two statements, 32 MiB at 110 kB/s. */
export const idleWhileReadingMs = 300_000;

/** 0 is no limit. */
function statementMsOf(db: Db, { statementTimeoutMs = 0, isLong = false }: TransactionLimits): number {
  return isWatched(db) && !isLong ? within(hurry.statementMs, statementTimeoutMs) : statementTimeoutMs;
}

function settingLimits(db: Db, limits: TransactionLimits): Readonly<Record<string, string>> {
  const { lockTimeoutMs = 10_000, idleTimeoutMs = idleMs, workMemMb, wholeLoad, onOneCore = false } = limits;
  const lockMs = isWatched(db) ? within(hurry.lockMs, lockTimeoutMs) : lockTimeoutMs;
  const name = names.get(db);
  return {
    ...(name === undefined ? {} : { application_name: literal(name).text }),
    client_encoding: `'UTF8'`,
    jit: 'off',
    lock_timeout: String(Math.trunc(lockMs)),
    idle_in_transaction_session_timeout: String(Math.trunc(idleTimeoutMs)),
    ...(workMemMb === undefined ? {} : { work_mem: `'${Math.trunc(workMemMb)}MB'` }),
    ...(wholeLoad === undefined ? {} : wholeLoadSettings(wholeLoad)),
    ...(onOneCore ? { max_parallel_workers_per_gather: '0' } : {}),
  };
}

function wholeLoadSettings({ workMemKb, hashMemMultiplier, workers }: Memory): Readonly<Record<string, string>> {
  return {
    work_mem: `'${Math.trunc(workMemKb)}kB'`,
    hash_mem_multiplier: hashMemMultiplier.toFixed(2),
    max_parallel_workers_per_gather: String(Math.trunc(workers)),
    parallel_tuple_cost: '0',
    parallel_setup_cost: '0',
  };
}

/** Runs a statement, outside of a transaction in one of its own; answers its rows. */
export async function many<Row extends object>(db: Db, statement: Sql): Promise<Row[]> {
  return (await queried<Row & pg.QueryResultRow>(db, statement)).rows;
}

async function queried<Row extends pg.QueryResultRow>(db: Db, statement: Sql): Promise<pg.QueryResult<Row>> {
  const query = (): Promise<pg.QueryResult<Row>> => timed(() => db.query<Row>(...asQuery(db, statement)));
  try {
    if (meaningsHeld(db) !== null || isSettled(db)) return await query();
    return await transaction(db, alone, query);
  } catch (error) {
    if (isOfOldPlan(error)) throw new TryAgain('a plan that this session kept is of no use any more', { cause: error });
    throw error;
  }
}

/**
 * 30 s for a lock, as a lease is waited for: a statement by itself then fails as one that is tried again, and the state
 * machine does so for minutes. Endlessly would be a function that is ended by its time, four times over.
 */
const alone: TransactionLimits = { lockTimeoutMs: 30_000, idleTimeoutMs: 0 };

/** Runs a statement that returns at most one row. */
export async function maybeOne<Row extends object>(db: Db, statement: Sql): Promise<Row | null> {
  const rows = await many<Row>(db, statement);
  if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}: ${statement.text.slice(0, 200)}`);
  return rows[0] ?? null;
}

/** Runs a statement that returns exactly one row. */
export async function one<Row extends object>(db: Db, statement: Sql): Promise<Row> {
  const row = await maybeOne<Row>(db, statement);
  if (row === null) throw new Error(`expected one row, got none: ${statement.text.slice(0, 200)}`);
  return row;
}

/** Runs a statement; answers how many rows it touched. */
export async function execute(db: Db, statement: Sql): Promise<number> {
  return (await queried(db, statement)).rowCount ?? 0;
}
