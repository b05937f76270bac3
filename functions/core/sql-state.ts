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
 * disk has met what any statement would.
 */
export const serverClasses: readonly string[] = ['08', '25', '28', '40', '53', '57', '58', 'F0', 'HV', 'XX'];

/**
 * Whether an error of PostgreSQL is about the row at hand: a data exception, a constraint, an index entry that is too large,
 * what triggers and functions of the target raise, under an SQLSTATE of their own as well.
 */
export function isAboutData(sqlState: string | null): boolean {
  return sqlState !== null && !systemErrorClasses.includes(sqlState.slice(0, 2));
}
