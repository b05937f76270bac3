import { literal } from '../core/sql.ts';
import { idleWhileReadingMs, type Db } from './client.ts';
import { timed } from './time-bound.ts';

// Settings of one line, each inside a transaction. What was just written has no statistics: left alone the planner takes it
// for a few rows.

/** Runs statements whose joins are hashed or merged: no row is looked up by itself. */
export async function withoutNestedLoops<T>(db: Db, run: () => Promise<T>): Promise<T> {
  await db.query('set local enable_nestloop = off');
  const result = await run();
  await db.query('set local enable_nestloop = on');
  return result;
}

/** Until the transaction ends an order comes from an index that has it. */
export async function preferIndexOrder(db: Db): Promise<void> {
  await db.query('set local enable_sort = off');
}

/** Until the transaction ends a slice of an object may be read between two statements, from a store that may be slow. */
export async function waitWhileReading(db: Db): Promise<void> {
  await db.query(`set local idle_in_transaction_session_timeout = ${idleWhileReadingMs}`);
}

/** What is deferred until COMMIT is judged here, where it says which rows it refuses. */
export async function checkDeferred(db: Db): Promise<void> {
  await timed(() => db.query('set constraints all immediate'));
}

/** Until the settings change again times and intervals are printed as ISO 8601 has them, moments in this zone. */
export async function printPlainly(db: Db, timeZone: string): Promise<void> {
  await db.query(
    `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601'; set local timezone = ${literal(timeZone).text}`,
  );
}
