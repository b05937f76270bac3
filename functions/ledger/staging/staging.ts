import { LedgerUntrusted } from '../../protocol/errors.ts';
import { printable } from '../../core/printable.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import { execute, many, transaction, type Db } from '../../db/client.ts';
import { assertLastAttempt } from '../loads/attempts.ts';
import { endEpoch } from './epochs.ts';
import { type OthersStaging, selectOthersStaging } from './others-staging-sql.ts';
import { dropStagingTables, selectOlderWithStaging, selectStagingTables } from './staging-sql.ts';

/** At most so many tables a statement: each is a lock, and the server's lock table is shared. */
const tablesAtOnce = 100;

/**
 * Drops every staging table of a load; its epoch first, so that what is left of a drop that was broken off is never taken
 * for staging. Harmless when there are none.
 * @param attempt fences: once a newer attempt stages, this one drops nothing more. Null: the load is given up for good.
 */
export async function dropStagingOf(
  db: Db,
  { loadId, attempt }: { loadId: number; attempt: number | null },
): Promise<void> {
  const fenced = (run: () => Promise<unknown>): Promise<void> =>
    transaction(db, { lockTimeoutMs: 30_000 }, async () => {
      if (attempt !== null) await assertLastAttempt(db, { loadId, attempt });
      await run();
    });
  await fenced(() => endEpoch(db, loadId));
  const tables = await many<{ name: string }>(db, selectStagingTables(loadId));
  for (let i = 0; i < tables.length; i += tablesAtOnce) {
    const names = tables.slice(i, i + tablesAtOnce).map(({ name }) => name);
    await fenced(() => execute(db, dropStagingTables(names)));
  }
}

/**
 * Drops the staging of a load where another role made some of it: whoever goes on with the load stages it again, in tables of
 * its own, which nobody else can put code on.
 * @throws LedgerUntrusted where something else than a table has the name of one.
 */
export async function dropStagingOfOthers(db: Db, load: { loadId: number; attempt: number }): Promise<void> {
  const others = await many<OthersStaging>(db, selectOthersStaging(load.loadId));
  const odd = others.filter(({ is_table: isTable }) => !isTable).map(({ name }) => name);
  if (odd.length > 0)
    throw new LedgerUntrusted(
      `nothing of load ${load.loadId} was staged: in the schema ${STAGING_SCHEMA} ${odd.map((name) => printable(name)).join(', ')} has the name of a staging table and is none. Let a superuser see who made it, and drop it`,
    );
  if (others.length > 0) await dropStagingOf(db, load);
}

/** What older generations of the same object left: they are given up, and this one has the lease of their target. */
export async function dropStagingOfOlderGenerations(db: Db, loadId: number): Promise<void> {
  for (const { load_id: older } of await many<{ load_id: number }>(db, selectOlderWithStaging(loadId))) {
    await dropStagingOf(db, { loadId: older, attempt: null });
  }
}
