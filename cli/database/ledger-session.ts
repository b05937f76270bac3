import { printable } from '../../functions/core/printable.ts';
import type { Db } from '../../functions/db/client.ts';
import { commandLine, type Context } from '../context.ts';
import { namedDatabase, openTarget, type Target, withDatabase } from './database.ts';
import { hasLedger } from './ledger-reads.ts';
import { CommandError, UsageError } from '../typed/usage.ts';

/**
 * For verbs that only look: never starts a server and never makes a ledger. Answers null, having said so, where there is
 * nothing to look at yet.
 */
export async function lookIntoLedger<T>(
  databaseUrl: string | undefined,
  context: Context,
  look: (db: Db, target: Target) => Promise<T>,
): Promise<T | null> {
  const target = await openTarget(namedDatabase(databaseUrl, context), context, { start: false });
  if (target === null) {
    context.err(
      `no embedded server is running in ${printable(context.home)}; a load starts it: ${commandLine('load FILE... --help')}\n`,
    );
    return null;
  }
  return await withDatabase(target, async (db) => {
    if (await hasLedger(db)) return await look(db, target);
    context.err(`nothing was ever loaded into this database (it has no ledger yet)\n`);
    return null;
  });
}

/** LOAD as typed: a whole number; throws UsageError. */
export function readLoadId(positionals: readonly string[]): number {
  const [typed, ...more] = positionals;
  if (typed === undefined)
    throw new UsageError(['say which load: its number is in the summary, and `landfall status` lists the last ones']);
  if (more.length > 0) throw new UsageError([`one load at a time, not "${positionals.join(' ')}"`]);
  if (!/^[1-9]\d{0,14}$/.test(typed)) throw new UsageError([`"${typed}" is not the number of a load, such as 7`]);
  return Number(typed);
}

/** For a load that the ledger does not hold. */
export function noSuchLoad(loadId: number): CommandError {
  return new CommandError(`the ledger has no load ${loadId}; ${commandLine('status')} lists the last ones`);
}
