import type { Db } from './client.ts';

// What was just written has no statistics: left alone the planner takes a few rows for granted. Each inside a transaction.

/** Runs statements whose joins are hashed or merged: a row is never looked up by itself. */
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
