import {
  cutWords,
  DatabaseAway,
  DeadlinePassed,
  LeaseLost,
  LedgerUntrusted,
  LoadRejected,
  NotWritten,
  OthersFirst,
  ReconciliationMismatch,
  ServerUnfit,
  StagingLost,
  TryAgain,
} from '../protocol/errors.ts';
import { wordsInLedger, wordsMayBeTold } from '../words/told-words.ts';
import type { Contract } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import { isAboutData } from '../core/sql-state.ts';
import { assertTargetUnchanged } from '../contract/target-unchanged.ts';
import { execute } from '../db/client.ts';
import { databaseErrorFields, isReadOnly, isTransient, namesNoValue, sqlState } from '../db/errors.ts';
import { isOfOwnCode, placeInOwnCode } from '../db/own-code.ts';
import { TooSlow } from '../db/time-bound.ts';
import { readLoad } from '../ledger/loads/load.ts';
import { HIDDEN } from '../ledger/rejects/shown-text.ts';
import { updateFailureWords, updateRefusal } from '../ledger/loads/loads-sql.ts';
import type { WithDb } from './database.ts';
import { redacted } from './redacted.ts';
import { refusalOfTooSlow } from './too-slow.ts';
import { bareError, withoutWords } from './told-error.ts';

/** Whose state failed; loadId 0: no load was claimed yet, and no byte of a file was read. */
export interface FailedCall {
  readonly loadId: number;
  readonly attempt: number;
  /** What `--stack` is given, in the command that is told; null: nothing. */
  readonly stack: string | null;
}

/**
 * What a state has to throw, so that retriers and catchers of the state machine know it: TryAgain or
 * DatabaseAway for what may pass, and LoadRejected only once the ledger knows of it. Lambda logs all that an error carries, and
 * the execution's history and the next state get its message: where that may quote a file, it goes to the ledger alone.
 */
export async function toldFailure(error: unknown, call: FailedCall, withDb: WithDb): Promise<unknown> {
  const cause = ofOwnCode(await withoutTarget(await tooSlow(error, call, withDb), call, withDb));
  if (cause instanceof LoadRejected) return await recorded(await withoutHidden(cause, call, withDb), call, withDb);
  // no cause: whoever prints an error prints that with it
  if (isReadOnly(cause)) return new DatabaseAway(noWrites);
  if (isTransient(cause)) return new TryAgain(describe(cause));
  if (call.loadId === 0 || isOurs(cause) || namesNoValue(cause)) return bareError(cause);
  await keepWords(cause, call, withDb);
  return withoutWords(cause, wordsInLedger(call.loadId, call.stack));
}

/** Errors of ours, whose words hold ids, places and counts. */
function isOurs(error: unknown): boolean {
  return [
    TryAgain,
    DatabaseAway,
    OthersFirst,
    DeadlinePassed,
    StagingLost,
    LeaseLost,
    ReconciliationMismatch,
    NotWritten,
    LedgerUntrusted,
    ServerUnfit,
  ].some((ours) => error instanceof ours);
}

/** What the statement may have evaluated stands in the load's contract. */
async function tooSlow(error: unknown, { loadId }: FailedCall, withDb: WithDb): Promise<unknown> {
  if (!(error instanceof TooSlow)) return error;
  try {
    const { contract } = await withDb((db) => readLoad(db, loadId));
    return contract === null ? error.cause : refusalOfTooSlow(error, contract);
  } catch (failure) {
    return isTransient(failure) ? failure : error.cause;
  }
}

/** A name or a type that the server does not find (class 42): somebody may have changed the target under the load. */
async function withoutTarget(error: unknown, { loadId }: FailedCall, withDb: WithDb): Promise<unknown> {
  if (loadId === 0 || sqlState(error)?.startsWith('42') !== true) return error;
  try {
    await withDb(async (db) => {
      const { contract, ...load } = await readLoad(db, loadId);
      if (contract !== null) await assertTargetUnchanged(db, { ...load, contract });
    });
    return error;
  } catch (found) {
    return found instanceof LoadRejected ? found : error;
  }
}

/** The target's own code cannot run: the same command would meet the same again. */
function ofOwnCode(error: unknown): unknown {
  const state = sqlState(error) ?? '';
  if (isTransient(error) || isAboutData(state) || !isOfOwnCode(error)) return error;
  return new LoadRejected(
    'TARGET_CODE',
    `code of the target could not run, so nothing more of the file can be stored: ${printable((error as Error).message)} (SQLSTATE ${state}, ${printable(placeInOwnCode(error) ?? '')}). It ran with the search_path and the rights of the role that Landfall connects as, as under psql: mend the function, or grant what it misses, then load the file again`,
    { cause: error },
  );
}

/** The words of code that is not ours may quote a value that is shown to nobody; where it failed holds none. */
async function withoutHidden(refusal: LoadRejected, { loadId }: FailedCall, withDb: WithDb): Promise<LoadRejected> {
  if (refusal.code !== 'TARGET_CODE' || loadId === 0) return refusal;
  const isHidden = await withDb(async (db) => hidesValues((await readLoad(db, loadId)).contract)).catch(() => true);
  if (!isHidden) return refusal;
  const { message, cause } = refusal;
  const [said = ''] = message.split(': ', 1);
  const after = message.lastIndexOf(` (SQLSTATE ${sqlState(cause) ?? ''}`);
  return new LoadRejected('TARGET_CODE', `${said}: ${HIDDEN}${after === -1 ? '' : message.slice(after)}`, { cause });
}

function hidesValues(contract: Contract | null): boolean {
  return contract?.columns.some(({ sensitive }) => sensitive === true) === true;
}

/** Answers the refusal as it may be told, or, where the ledger could not be told of it, why. */
async function recorded(
  refusal: LoadRejected,
  { loadId, attempt, stack }: FailedCall,
  withDb: WithDb,
): Promise<unknown> {
  if (loadId === 0) return bareError(refusal);
  const { code, message } = refusal;
  try {
    await withDb((db) => execute(db, updateRefusal(loadId, attempt, code, redacted(message))));
  } catch (error) {
    return isTransient(error) ? new TryAgain(describe(error)) : bareError(error);
  }
  if (wordsMayBeTold(code)) return bareError(refusal);
  return new LoadRejected(code, `${code}. ${wordsInLedger(loadId, stack)}`);
}

/** The execution fails whether or not they could be kept. */
async function keepWords(error: unknown, { loadId, attempt }: FailedCall, withDb: WithDb): Promise<void> {
  const words = cutWords(redacted(error instanceof Error ? error.message : String(error)));
  try {
    await withDb(async (db) => {
      const { contract } = await readLoad(db, loadId);
      // they may quote a value that is shown to nobody
      const told = hidesValues(contract) ? `${HIDDEN} (SQLSTATE ${sqlState(error) ?? 'none'})` : words;
      await execute(db, updateFailureWords(loadId, attempt, told));
    });
  } catch {
    // the database is away: where it failed is told all the same
  }
}

/** Of a failover it passes by itself, of a setting it does not. */
const noWrites =
  'the server takes no writes (SQLSTATE 25006): it is a standby, or default_transaction_read_only is on for the server, the database or the role. `landfall doctor` says which';

function describe(error: unknown): string {
  const fields = databaseErrorFields(error);
  return fields['code'] === undefined
    ? `the other end could not be reached: ${printable(redacted((error as Error).message))}`
    : `the database asks to try again (SQLSTATE ${fields['code']})`;
}
