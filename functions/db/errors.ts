import { DatabaseAway } from '../protocol/errors.ts';

/** SQLSTATEs after which the same work may succeed a moment later. Nothing is retried by message text. */
const transientStates = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected: the loader is the loser by design
  '55P03', // lock_not_available
  '57014', // query_canceled: our own statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '53300', // too_many_connections
  '25006', // read_only_sql_transaction: a failover has not reached this client yet
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
]);
const transientClasses = new Set(['08']); // connection exceptions
const socketErrors = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

/** Of those the ones that a connection ends in, or is refused with, while the server restarts or another takes over. */
const awayStates = new Set(['57P01', '57P02', '57P03', '53300', '25006']);
/** Of logins: invalid_authorization_specification, invalid_password. */
const loginStates = new Set(['28000', '28P01']);

/** The five-character SQLSTATE of an error that PostgreSQL raised, else null. */
export function sqlState(error: unknown): string | null {
  const code = codeOf(error);
  // EPIPE, EPERM and the like are errors of the operating system
  return code !== null && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : null;
}

/** Whether the same work may succeed a moment later: a lost connection, a restart, a lock, a deadlock. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (code === null) return false;
  return transientStates.has(code) || transientClasses.has(code.slice(0, 2)) || socketErrors.has(code);
}

/** Whether no connection can be had for now, of an error of connecting. */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  if (code === null) return error instanceof DatabaseAway;
  return awayStates.has(code) || transientClasses.has(code.slice(0, 2)) || socketErrors.has(code);
}

/** Whether the server takes no writes: of a failover that has not reached this client yet. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '25006';
}

/** Whether the server refused role or password. */
export function isRefusedLogin(error: unknown): boolean {
  return loginStates.has(codeOf(error) ?? '');
}

/** Locks and deadlocks alone: another transaction was in the way. */
export function isLockConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01' || code === '55P03';
}

/**
 * What a log may say of a database error: DETAIL, CONTEXT and words hold row values, so only these fields. A RAISE of the
 * target's own code writes what it likes into all of them but the code.
 */
export function databaseErrorFields(error: unknown): Record<string, string> {
  const code = sqlState(error);
  if (code === null) return {};
  const fields = error as Record<string, unknown>;
  if (fields['routine'] === RAISE) return { code };
  return Object.fromEntries(
    ['code', 'schema', 'table', 'column', 'constraint', 'dataType'].flatMap((name) =>
      typeof fields[name] === 'string' ? [[name, fields[name]]] : [],
    ),
  );
}

/** PostgreSQL's function that runs a RAISE of PL/pgSQL, as an error names it. */
const RAISE = 'exec_stmt_raise';

/**
 * Whether the words of an error of the database are about names, privileges and the server alone: of a class that speaks of
 * nothing else, and not out of code of the target (a trigger, a CHECK's function), whose place is CONTEXT (`where`). A cell
 * that is cast to a name, a query or a path is quoted in classes that speak of objects (42, 3F, 0A, 54, 58): there only the
 * analysis of a statement names nothing else, and it says the position.
 */
export function namesNoValue(error: unknown): boolean {
  const state = sqlState(error);
  const { where, position } = error as { where?: unknown; position?: unknown };
  if (state === null || where !== undefined) return false;
  return position !== undefined || state === INSUFFICIENT_PRIVILEGE || classesOfNames.has(state.slice(0, 2));
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** Connection, transactions, logins, constraints (their names; values are in DETAIL), limits and states of the server. */
const classesOfNames = new Set(['08', '23', '25', '28', '40', '53', '55', '57']);

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
