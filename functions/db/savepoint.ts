import type { Db } from './client.ts';

/**
 * Runs `run` so that nothing of it stays where it throws, and the transaction can go on; the error is thrown on. Inside a
 * transaction; one inside another is allowed.
 */
export async function withSavepoint<T>(db: Db, run: () => Promise<T>): Promise<T> {
  await db.query('savepoint part');
  try {
    const result = await run();
    await db.query('release savepoint part');
    return result;
  } catch (error) {
    // over a connection that is lost it fails as well, which says less than the error
    await db.query('rollback to savepoint part; release savepoint part').catch(() => undefined);
    throw error;
  }
}

/** Runs `run` and undoes what it did, whether it throws or not. Inside a transaction. */
export async function undone<T>(db: Db, run: () => Promise<T>): Promise<T> {
  await db.query('savepoint part');
  try {
    return await run();
  } finally {
    await db.query('rollback to savepoint part; release savepoint part');
  }
}

/** The same, and `run` may write nothing: no row, no sequence, and no setting outlives it. Inside a transaction. */
export async function readAndUndone<T>(db: Db, run: () => Promise<T>): Promise<T> {
  return await undone(db, async () => {
    await db.query('set transaction read only');
    return await run();
  });
}
