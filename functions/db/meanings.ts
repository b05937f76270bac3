import type pg from 'pg';
import { literal } from '../core/sql.ts';
import { UTC } from '../core/time-zone.ts';

/** What a cell, a name and a printed value mean to Landfall, whatever the database or the role have set. */
const meanings: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog, pg_temp',
  datestyle: `'ISO, YMD'`,
  intervalstyle: `'postgres'`,
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  xmloption: 'content',
  array_nulls: 'on',
};

/** The statements that a transaction begins with, moments being read and printed in this zone. */
export function meaningsOf(timeZone: string = UTC): string {
  const all = { ...meanings, timezone: literal(timeZone).text };
  return Object.entries(all)
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
 */
export async function withOwnSettings<T>(db: pg.Client, run: () => Promise<T>): Promise<T> {
  const own = [...Object.keys(meanings), 'timezone'].map((name) => `set local ${name} to default`);
  await db.query(own.join('; '));
  const result = await run();
  // not where `run` failed: then the transaction is aborted, or goes back to a savepoint, and so do the settings
  await db.query(`set constraints all immediate; ${heldBy(db)}`);
  return result;
}
