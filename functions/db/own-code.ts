import { isOfServer, ownCodeLine } from '../core/sql-state.ts';
import { sqlState } from './errors.ts';

/**
 * Whether code of the target's owner (a trigger, a function of a CHECK, a default) could not run: a table or function that
 * it does not find, a right that it lacks. Landfall's own statements have no such context.
 */
export function isOfOwnCode(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && !isOfServer(state) && placeInOwnCode(error) !== null;
}

/**
 * Whether a row may be what raised this while the target's definitions ran over it. Class 42 too: `cell::tsquery` is a syntax
 * error, `cell::regclass` a missing table. What has a position and no context was raised by the analysis of a statement of
 * Landfall's own, before any row. Which of both it is, the rows themselves say: alone, one after the other.
 */
export function mayBeOfRow(error: unknown): boolean {
  const state = sqlState(error);
  if (state === null || isOfServer(state)) return false;
  const { position, where } = error as { position?: unknown; where?: unknown };
  return position === undefined || where !== undefined;
}

/** Whether both say the same. The context is not compared: a line of it may hold a cell. */
export function isSameError(some: unknown, other: unknown): boolean {
  return sqlState(some) === sqlState(other) && (some as Error).message === (other as Error).message;
}

/** Function and line where the target's own code raised an error, as PostgreSQL says it; null where none was running. Holds no cell. */
export function placeInOwnCode(error: unknown): string | null {
  const { where, detail } = error as { where?: unknown; detail?: unknown };
  const lines = [where, detail].flatMap((text) => (typeof text === 'string' ? text.split('\n') : []));
  return lines.find((line) => new RegExp(`^${ownCodeLine}`).test(line)) ?? null;
}
