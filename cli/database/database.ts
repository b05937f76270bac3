import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from '../../functions/protocol/errors.ts';
import { sql } from '../../functions/core/sql.ts';
import { printable } from '../../functions/core/printable.ts';
import { shownDatabaseUrl } from '../../functions/core/redact.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { type Db, one, withClient } from '../../functions/db/client.ts';
import { sqlState } from '../../functions/db/errors.ts';
import { type ServerKind, UNTRIED, whyUnfit } from '../../functions/db/server/fit-server.ts';
import { letWrite } from '../../functions/db/server/read-only.ts';
import { type Context, commandLine } from '../context.ts';
import { connectionTrouble } from './database-trouble.ts';
import {
  type DatabaseChoice,
  chooseDatabase,
  holdsPassword,
  serverOf,
  withoutProof,
  withProof,
} from '../typed/database-url.ts';
import { CommandError, HeldUp, UsageError } from '../typed/usage.ts';

/** A database that can be connected to, and how a person names it in a command. */
export interface Target {
  readonly url: string;
  readonly embedded: boolean;
  /** What named it: an option, a variable, the config. */
  readonly by: string;
}

const shownByPs =
  'warning: every user of this machine can read the password in --database-url (ps). Put the URL into the variable DATABASE_URL, or leave the password out and put it into PGPASSWORD or a password file (PGPASSFILE, else ~/.pgpass, mode 0600).\n';

/** The database that the options name; throws UsageError where the URL is none. The embedded server is not started here. */
export function namedDatabase(
  option: string | undefined,
  context: Context,
): Exclude<DatabaseChoice, { kind: 'wrong' }> {
  const choice = chooseDatabase(option, context.env, context.project.database);
  if (choice.kind === 'wrong') throw new UsageError([choice.problem]);
  if (option !== undefined && holdsPassword(option)) context.err(shownByPs);
  return choice;
}

/**
 * The database to work on. `start`: an embedded server that does not run is started (and made, at the first time);
 * otherwise it answers null for one that does not run.
 */
export async function openTarget(
  choice: Exclude<DatabaseChoice, { kind: 'wrong' }>,
  context: Context,
  options: { start: boolean },
): Promise<Target | null> {
  const target = choice.kind === 'named' ? { ...choice, embedded: false } : await openEmbedded(context, options);
  if (target !== null)
    context.verbose(`database ${shownDatabaseUrl(withoutProof(target.url))}, named by ${target.by}\n`);
  return target;
}

async function openEmbedded(context: Context, options: { start: boolean }): Promise<Target | null> {
  const { findServer, startServer } = await import('../../localstack/embedded/server/server.ts');
  const { home, signal } = context;
  const onNotice = (line: string): void => context.err(`${line}\n`);
  const server = await (options.start ? startServer : findServer)({ home, signal, onNotice });
  const by = `nothing else, so it is the embedded server of ${printable(home)}`;
  return server === null ? null : { url: withProof(server.url), embedded: true, by };
}

/** One connection for the command itself; a failure to connect, or a server that cannot be loaded into, is told in words. */
export async function withDatabase<T>(target: Target, use: (db: Db) => Promise<T>): Promise<T> {
  let connected = false;
  try {
    const settings = { connectionString: target.url, applicationName: 'landfall:command', forPerson: true };
    return await withClient(settings, async (db) => {
      connected = true;
      return await use(db);
    });
  } catch (error) {
    if (error instanceof NoAnswer) throw new HeldUp(error.message, { cause: error });
    if (connected) throw error;
    throw new CommandError(connectionTrouble(error, target.url), { cause: error });
  }
}

/** 30 minutes: as long as a load waits for a database that is away, or so. */
const patienceMs = 1_800_000;

/**
 * The same for who loads: a server that has no connection left is waited for, and that is said, once. What is done with the
 * connection is never done twice.
 */
export async function withDatabasePatiently<T>(
  target: Target,
  { signal, err }: Pick<Context, 'signal' | 'err'>,
  use: (db: Db) => Promise<T>,
): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await withDatabase(target, use);
    } catch (error) {
      const isFull = error instanceof CommandError && sqlState(error.cause) === '53300';
      if (!isFull || performance.now() > until) throw error;
      if (tries === 1) err(`${error.message}\nwaiting for a connection, for half an hour at most ...\n`);
      // 1 to 2 s: those who wait do not knock at the same moment
      await sleep(1_000 * (1 + Math.random()), undefined, { signal });
    }
  }
}

/** A server that can be loaded into, and takes writes. Throws CommandError with what to do. */
export async function requireLoadable(db: Db, url: string, { env }: Pick<Context, 'env'>): Promise<void> {
  const { recovering, readonly, role, database, ...kind } = await one<
    ServerKind & { recovering: boolean; readonly: boolean; role: string; database: string }
  >(
    db,
    sql`
      select pg_catalog.current_setting('server_version') as version,
             pg_catalog.current_setting('server_encoding') as encoding,
             pg_catalog.pg_is_in_recovery() as recovering,
             current_user::pg_catalog.text as role,
             pg_catalog.current_database()::pg_catalog.text as database,
             pg_catalog.current_setting('transaction_read_only')::bool as readonly
    `,
  );
  const server = serverOf(url);
  const unfit = whyUnfit(kind, env[UNTRIED]?.trim() || null);
  if (unfit !== null) {
    throw new CommandError(
      `${server} cannot be loaded into: ${unfit.what}. ${unfit.remedy}. Without --database-url (and DATABASE_URL) the embedded PostgreSQL is used.`,
    );
  }
  if (recovering) {
    throw new CommandError(
      `${server} is a standby (it replays another server's changes) and takes no writes. Name the primary server in the database URL.`,
    );
  }
  if (readonly) {
    throw new CommandError(
      `transactions are read-only at ${server} (default_transaction_read_only is on for this server, database or role), and nothing was written. Name a role or server that may write, or run, where this one is to: ${letWrite(role, database)}`,
    );
  }
}

/** Creates or upgrades the ledger where the role may; one line on stderr when it did. */
export async function ensureLedger(db: Db, target: Target, context: Context): Promise<readonly string[]> {
  const { migrate } = await import('../../functions/migrate/migrate.ts');
  try {
    const { applied } = await migrate(db, ledgerOwnerOf(context));
    if (applied.length > 0)
      context.err(`the ledger (schema landfall) is up to date now: applied ${applied.join(', ')}\n`);
    return applied;
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    throw new CommandError(ledgerTrouble(error, target), { cause: error });
  }
}

/** The role that LANDFALL_LEDGER_OWNER names; null: none. */
export function ledgerOwnerOf({ env }: Pick<Context, 'env'>): string | null {
  return env['LANDFALL_LEDGER_OWNER']?.trim() || null;
}

function ledgerTrouble(error: unknown, target: Target): string {
  const { name, code, message } = error as { name?: string; code?: string; message: string };
  if (name === 'LEDGER_UNTRUSTED') return `${name}: ${printable(message)}`;
  if (code !== '42501') return `the ledger could not be brought up to date: ${printable(message)}`;
  const own = `${commandLine('migrate')} --database-url ${shellWord(ownersUrl(target.url))}`;
  return `the ledger (schema landfall) is missing or older than this version, and this role may not create it (${printable(message)}). Let the owner of the database run, once:\n  ${own}`;
}

/** Without a password, which would be read by others where it is typed: it comes from PGPASSWORD or a password file. */
function ownersUrl(url: string): string {
  const shown = new URL(shownDatabaseUrl(url));
  shown.username = 'OWNER';
  shown.password = '';
  return shown.href;
}
