import type pg from 'pg';

/** What is known of a session that is this process's alone: the server itself answered it, no pooler (docs/adr/0074). */
interface Alone {
  /** Its settings are Landfall's own: nothing of the target's or the user's has run since they were set. */
  isSettled: boolean;
  /** Statement -> the name that it is prepared under; null: it came once. */
  readonly statements: Map<string, string | null>;
}

const alone = new WeakMap<pg.Client, Alone>();

/** The server answers it, and nobody else. */
export function noteAlone(db: pg.Client): void {
  if (!alone.has(db)) alone.set(db, { isSettled: false, statements: new Map() });
}

/** Whether it was found to be this process's alone. */
export function isAlone(db: pg.Client): boolean {
  return alone.has(db);
}

/** What it has prepared; null where nothing may be. */
export function statementsOf(db: pg.Client): Alone['statements'] | null {
  return alone.get(db)?.statements ?? null;
}

/** Landfall's settings hold in it until the end of this call. */
export function settle(db: pg.Client): void {
  const known = alone.get(db);
  if (known !== undefined) known.isSettled = true;
}

/** From now on each transaction sets all that it needs: code that is not Landfall's may set something for the session. */
export function unsettle(db: pg.Client): void {
  const known = alone.get(db);
  if (known !== undefined) known.isSettled = false;
}

/** Whether a statement by itself has the settings that it needs. */
export function isSettled(db: pg.Client): boolean {
  return alone.get(db)?.isSettled === true;
}
