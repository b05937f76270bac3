import { userInfo, hostname } from 'node:os';
import { printable } from '../../functions/core/printable.ts';
import { shownDatabaseUrl } from '../../functions/core/redact.ts';
import type { TypedSql } from '../../functions/contract/typed-sql.ts';
import type { Db } from '../../functions/db/client.ts';
import type { OperateDeps } from '../../functions/operate/deps.ts';
import type { Executions } from '../../functions/protocol/executions.ts';
import type { View } from '../../functions/words/view.ts';
import type { OperateVerb } from '../../functions/operate/verb.ts';
import { commandLine, type Context } from '../context.ts';
import { ledgerOwnerOf, type Target } from '../database/database.ts';
import { withoutProof } from '../typed/database-url.ts';
import { landedObjects } from '../loading/landed-objects.ts';
import { commandAt, type TypedPlace } from '../typed/command-at.ts';
import { CommandError, HeldUp, UsageError } from '../typed/usage.ts';

/** What an operator asks for. */
export interface Question {
  readonly verb: string;
  readonly input: object;
  readonly why: string | null;
}

/** Where a verb is asked, and what it may do there. */
interface Asked {
  readonly db: Db;
  readonly target: Target;
  readonly executions?: Executions;
  readonly startUndo?: OperateDeps['startUndo'];
  /** Of the landing folder. */
  readonly followLinks?: boolean;
}

/** Asks in this process, over the database that is connected. Throws UsageError and CommandError. */
export async function askHere(question: Question, at: Asked, context: Context): Promise<unknown> {
  const { operate } = await import('../../functions/operate/operate.ts');
  try {
    const typed = ['approve', 'replay'].includes(question.verb) ? { typedSql: await typedSqlOf(context) } : {};
    return await operate({ ...question, by: whoAsks() }, { ...(await depsHere(at, context)), ...typed });
  } catch (error) {
    throw toldError(error);
  }
}

async function typedSqlOf(context: Context): Promise<TypedSql> {
  const { typedSqlHere } = await import('../loading/keep-sql.ts');
  return typedSqlHere(context);
}

/** user@host. */
export function whoAsks(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** How an answer is shown to whoever typed the command; the next one looks at the same place. */
export function viewOf(context: Context, typed: TypedPlace): View {
  return { folder: context.typedIn, command: commandAt(typed) };
}

/** The verb itself, for what it shows. */
export async function operateVerbOf(name: string): Promise<OperateVerb> {
  const { operateVerbs } = await import('../../functions/operate/verbs/all.ts');
  const verb = operateVerbs.find((one) => one.name === name);
  if (verb === undefined) throw new Error(`functions/operate has no verb ${name}`);
  return verb;
}

async function depsHere(
  { db, target, executions = noneHere, startUndo, followLinks = false }: Asked,
  context: Context,
): Promise<OperateDeps> {
  const { ownerIsAlive } = await import('../../functions/runtime/owner.ts');
  const { datasets } = await context.project.declared();

  return {
    db,
    place: shownDatabaseUrl(withoutProof(target.url)),
    ledgerOwner: ledgerOwnerOf(context),
    executions,
    ...(startUndo !== undefined && { startUndo }),
    objects: landedObjects(context, { followLinks }),
    datasets,
    ownerIsAlive,
    now: () => new Date(),
    millisecondsLeft: () => Infinity,
    recordBytes: Number.MAX_SAFE_INTEGER,
  };
}

/** Loads of this machine run inside commands: who runs one is in its lease, and nothing else is known of it. */
const noneHere: Executions = {
  start: () => Promise.reject(new Error('this command starts no load')),
  stop: () => Promise.reject(new Error('this command stops no load')),
  lookAt: () => Promise.resolve(null),
};

/** Errors of the function by their literal names, whether they come from this process or from the stack. */
export function toldError(error: unknown): unknown {
  const { name, message, code, problems } = error as {
    name?: string;
    message?: string;
    code?: string;
    problems?: readonly string[];
  };
  if (name === 'UsageError') return new UsageError(problems ?? (message ?? '').split('\n'));
  if (name === 'NoAnswer') return new HeldUp(message ?? '', { cause: error });
  if (name === 'OperationRefused') return new CommandError(message ?? '', { cause: error });
  if (name === 'TryAgain') return new CommandError(message ?? '', { cause: error });
  if (name === 'LEDGER_UNTRUSTED') return new CommandError(`${name}: ${message}`, { cause: error });
  // undefined_table, undefined_column
  if (code === '42P01' || code === '42703') {
    return new CommandError(
      `the ledger of this database is older than this version (${printable(message ?? '')}). Bring it up to date: ${commandLine('migrate')}`,
      { cause: error },
    );
  }
  // read_only_sql_transaction
  if (code === '25006') {
    return new CommandError(
      `this server takes no writes, so nothing was changed (${printable(message ?? '')}): it is a standby, or default_transaction_read_only is on. ${commandLine('doctor')} says which, and what to do`,
      { cause: error },
    );
  }
  // insufficient_privilege
  if (code === '42501') {
    return new CommandError(
      `this role may not do that (${printable(message ?? '')}). ${commandLine('doctor')} names every right that is missing, and the statements that grant it`,
      { cause: error },
    );
  }
  return error;
}
