import type pg from 'pg';
import { literal } from '../core/sql.ts';
import { UTC } from '../core/time-zone.ts';
import { unsettle } from './session/settled.ts';
import { endedByBound, expressionTimeoutMs, timed } from './time-bound.ts';

/** What a cell, a name and a printed value mean to Landfall, whatever the database or the role have set. */
const meanings: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog, pg_temp',
  datestyle: `'ISO, YMD'`,
  intervalstyle: `'postgres'`,
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  xmloption: 'content',
  array_nulls: 'on',
  quote_all_identifiers: 'off',
};

/** The statements that a transaction begins with: moments are read and printed in this zone, no statement takes longer (0: any time). */
export function settingMeanings(timeZone: string = UTC, statementTimeoutMs = 0): string {
  return settingLocally(meaningsOf(timeZone, statementTimeoutMs));
}

/** The same as names and values. */
export function meaningsOf(timeZone: string = UTC, statementTimeoutMs = 0): Readonly<Record<string, string>> {
  return {
    ...meanings,
    timezone: literal(timeZone).text,
    statement_timeout: String(Math.trunc(statementTimeoutMs)),
  };
}

/** Statements that set these for the transaction. */
export function settingLocally(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set local ${name} = ${value}`)
    .join('; ');
}

const held = new WeakMap<pg.Client, string>();

/** The statements that this connection's transaction began with; null outside of one. */
export function meaningsHeld(db: pg.Client): string | null {
  return held.get(db) ?? null;
}

/** Notes them as a transaction begins; null as it ends. */
export function holdMeanings(db: pg.Client, statements: string | null): void {
  if (statements === null) held.delete(db);
  else held.set(db, statements);
}

function heldBy(db: pg.Client): string {
  const statements = meaningsHeld(db);
  if (statements === null) throw new Error('settings were changed outside of a transaction');
  return statements;
}

/**
 * Runs statements that print times and intervals as text with one reading: moments with the offset of this zone, intervals as
 * ISO 8601 has them. Inside a transaction; then Landfall's own settings again.
 */
export async function withReadings<T>(db: pg.Client, timeZone: string, run: () => Promise<T>): Promise<T> {
  await db.query(`set local timezone = ${literal(timeZone).text}; set local intervalstyle = 'iso_8601'`);
  const result = await run();
  await db.query(heldBy(db));
  return result;
}

/**
 * Runs statements that call code of the target's owner (triggers, defaults, CHECKs, generated columns, domains) with the
 * settings that the role and the database have for everybody, as COPY or psql would run them; then Landfall's own again.
 * Inside a transaction. Each such statement has every name, operator and type qualified, since the search_path is the
 * owner's. Deferred constraints and triggers are run before the settings change back: what they raise is raised here.
 * @throws TooSlow where a statement of these took all the time that its call had for it (time-bound.ts)
 */
export async function withOwnSettings<T>(db: pg.Client, run: () => Promise<T>): Promise<T> {
  unsettle(db);
  const timeoutMs = expressionTimeoutMs(db);
  await db.query(ownSettings(timeoutMs));
  try {
    const result = await run();
    // not where `run` failed: then the transaction is aborted, or goes back to a savepoint, and so do the settings
    await timed(() => db.query(`set constraints all immediate; ${heldBy(db)}`));
    return result;
  } catch (error) {
    throw endedByBound(db, error, timeoutMs);
  }
}

function ownSettings(timeoutMs: number): string {
  const own = [...Object.keys(meanings), 'timezone'].map((name) => `set local ${name} to default`);
  if (timeoutMs > 0) own.push(`set local statement_timeout = ${timeoutMs}`);
  return own.join('; ');
}

/** Inside of `withOwnSettings`: runs statements that call no code of the owner's with Landfall's own settings, then those of the owner's again. */
export async function withoutOwnSettings<T>(db: pg.Client, run: () => Promise<T>): Promise<T> {
  await db.query(heldBy(db));
  const result = await run();
  await db.query(ownSettings(expressionTimeoutMs(db)));
  return result;
}

/** The same as withOwnSettings, but with moments in this zone. */
export async function withOwnSettingsIn<T>(db: pg.Client, timeZone: string, run: () => Promise<T>): Promise<T> {
  return await withOwnSettings(db, async () => {
    await db.query(`set local timezone = ${literal(timeZone).text}`);
    return await run();
  });
}

/** Runs statements that may take so long, of which all have to end; inside a transaction. @throws query_canceled, 57014 */
export async function withTimeout<T>(db: pg.Client, milliseconds: number, run: () => Promise<T>): Promise<T> {
  await db.query(`set local statement_timeout = ${Math.trunc(milliseconds)}`);
  const result = await run();
  await db.query(heldBy(db));
  return result;
}
