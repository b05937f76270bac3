import { serverClasses } from '../core/sql-state.ts';
import { sqlState } from './errors.ts';

/**
 * Whether code of the target's owner (a trigger, a function of a CHECK, a default) could not run: a table or function that
 * it does not find, a right that it lacks. Landfall's own statements have no such context.
 */
export function isOfOwnCode(error: unknown): boolean {
  const state = sqlState(error);
  if (state === null || state === '55P03' || serverClasses.includes(state.slice(0, 2))) return false;
  return placeInOwnCode(error) !== null;
}

/** Function and line where the target's own code raised an error, as PostgreSQL says it; null where none was running. Holds no cell. */
export function placeInOwnCode(error: unknown): string | null {
  const { where, detail } = error as { where?: unknown; detail?: unknown };
  const lines = [where, detail].flatMap((text) => (typeof text === 'string' ? text.split('\n') : []));
  return lines.find((line) => /^(PL\/\w+|SQL) function (?!inline_code_block)/.test(line)) ?? null;
}
