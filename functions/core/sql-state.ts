/**
 * Classes of SQLSTATE that say something of the server, the connection, the statement or the schema: what any row would
 * have met. Class 42 is here although a trigger may raise it: a missing right or function is no statement about a row.
 */
export const systemErrorClasses: readonly string[] = [
  '08',
  '0A',
  '0B',
  '0L',
  '0P',
  '21',
  '25',
  '26',
  '28',
  '2B',
  '2D',
  '3B',
  '3D',
  '3F',
  '40',
  '42',
  '53',
  '55',
  '57',
  '58',
  'F0',
  'HV',
  'XX',
];

/**
 * Of these, what is said of the server, the connection or the transaction wherever it is raised: a trigger that meets a full
 * disk has met what any statement would. An internal error (XX000) is not among them: a cell may be what the server trips over.
 */
export const serverClasses: readonly string[] = ['08', '25', '28', '40', '53', '57', '58', 'F0', 'HV'];

/** The same, where the class holds other things too: lock_not_available, data_corrupted, index_corrupted. */
export const serverStates: readonly string[] = ['55P03', 'XX001', 'XX002'];

/** Whether an error is the server's, the connection's or the transaction's, whatever row was in work. */
export function isOfServer(sqlState: string): boolean {
  return serverClasses.includes(sqlState.slice(0, 2)) || serverStates.includes(sqlState);
}

/**
 * Whether an error of PostgreSQL is about the row at hand: a data exception, a constraint, an index entry that is too large,
 * what triggers and functions of the target raise, under an SQLSTATE of their own as well.
 */
export function isAboutData(sqlState: string | null): boolean {
  return sqlState !== null && !systemErrorClasses.includes(sqlState.slice(0, 2));
}

/** A function of the target's own in CONTEXT, as a regular expression of JavaScript and of PostgreSQL; CHECKs become functions of Landfall's. */
export const ownCodeLine = '(PL/[A-Za-z0-9_]+|SQL) function (?!inline_code_block|"?l[0-9]+_s[0-9]+_check[0-9])';

/** program_limit_exceeded: of an INSERT or COPY, a row that fits on no page of 8 kB although its large values are stored outside of it. */
export const rowTooBig = '54000';
