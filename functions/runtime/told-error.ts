import { printable, printableLines } from '../core/printable.ts';
import { holdsSecret, redacted } from './redacted.ts';
import { databaseErrorFields, namesNoValue, sqlState } from '../db/errors.ts';

/**
 * The error as a function outside the path may throw and log it. An error of the database keeps its message only where that
 * quotes no value. Other errors keep theirs, for none of these functions reads a file.
 */
export function toldError(error: unknown): unknown {
  if (sqlState(error) === null) return withoutSecrets(error);
  return namesNoValue(error) ? bareError(error) : withoutWords(error, "The server's own log has its words");
}

/**
 * The error with its name, words and frames and nothing else: Lambda logs every field of an error, and PostgreSQL's DETAIL
 * and CONTEXT hold rows.
 */
export function bareError(error: unknown): unknown {
  if (sqlState(error) === null) return withoutSecrets(error);
  return copyOf(error as Error, printableLines((error as Error).message));
}

/** The error itself where it holds none. */
function withoutSecrets(error: unknown): unknown {
  if (!holdsSecret(error)) return error;
  return error instanceof Error ? copyOf(error, error.message) : redacted(String(error));
}

/** The error with another message, which quotes no value: what kind of error it was, where in the database, and `hint`. */
export function withoutWords(error: unknown, hint: string): Error {
  if (!(error instanceof Error)) return new Error(`what was thrown is no error but a ${typeof error}. ${hint}`);
  const place = Object.entries(databaseErrorFields(error)).map(([name, value]) => `${name} ${printable(value)}`);
  const what = place.length === 0 ? 'an error that nobody foresaw' : `the database refused it (${place.join(', ')})`;
  return copyOf(error, `${what}. ${hint}`);
}

function copyOf(error: Error, words: string): Error {
  const told = redacted(words);
  const copy = new Error(told);
  copy.name = error.name;
  copy.stack = [`${error.name}: ${told}`, ...framesOf(error)].join('\n');
  return copy;
}

/** A stack begins with the error's message, which is cut off; where it is not found, no frame is told. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const at = stack.indexOf(message);
  if (at === -1) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '));
}
