import { ident, sql } from '../../../functions/core/sql.ts';
import { execute, many, one, withClient, transaction } from '../../../functions/db/client.ts';
import { until } from './until.ts';

/** The ledger's table that a load writes after it has seen the object and before it reads its rows. */
export const slices = { schema: 'landfall', name: 'slices' };

/** A table that is locked: whatever a load does next with it waits. */
export interface Held {
  /** Once a function's connection waits for it in this state; answers the backend's pid and the client's port. */
  waits(state: string): Promise<{ readonly pid: number; readonly clientPort: number }>;
  /** Ends the waiting connection at the server, as a restart or a failover does. */
  cut(state: string): Promise<void>;
}

/** Locks the table while `during` runs; loads go on where they waited as soon as it returns. */
export async function holding<T>(
  databaseUrl: string,
  table: { readonly schema: string; readonly name: string },
  during: (held: Held) => Promise<T>,
): Promise<T> {
  return await withClient({ connectionString: databaseUrl, applicationName: 'test:holder' }, async (db) => {
    return await transaction(db, { idleTimeoutMs: 0 }, async () => {
      // readers may pass: the test's own questions to the ledger must not wait
      await execute(db, sql`lock table ${ident(table.schema, table.name)} in exclusive mode`);
      return await during({
        waits: (state) => waiting(databaseUrl, state),
        async cut(state) {
          const { pid } = await waiting(databaseUrl, state);
          await one(db, sql`select pg_catalog.pg_terminate_backend(${pid}) as ended`);
        },
      });
    });
  });
}

/** A transaction sees one snapshot of the activity: each question comes from outside the one that holds the lock. */
async function waiting(connectionString: string, state: string): Promise<{ pid: number; clientPort: number }> {
  return await withClient({ connectionString, applicationName: 'test:watcher' }, (db) =>
    until(`${state} waits for the table`, 60_000, async () => {
      const [row] = await many<{ pid: number; client_port: number }>(
        db,
        sql`
          select pid, client_port
          from pg_catalog.pg_stat_activity
          where (application_name like 'landfall:%')
            and (split_part(application_name, ':', 4) = ${state})
            and (wait_event_type = 'Lock')
          limit 1`,
      );
      return row === undefined ? null : { pid: row.pid, clientPort: row.client_port };
    }),
  );
}
