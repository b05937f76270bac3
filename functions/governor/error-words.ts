import { printable } from '../core/printable.ts';
import { sqlState } from '../db/errors.ts';

/** What the server said, on one line. */
export function wordsOfError(error: unknown): string {
  const state = sqlState(error);
  const words = error instanceof Error ? error.message : String(error);
  return printable(state === null ? words : `${words} (SQLSTATE ${state})`, 300);
}
