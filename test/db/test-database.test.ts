import { expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { many, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { testedMajor } from '../support/postgres-package.ts';
import { testDatabase } from '../support/postgres.ts';

const ledgerTables = sql`select count(*) as tables from pg_tables where schemaname = 'landfall' and tablename = 'loads'`;

test('a test database is empty, or carries the ledger, on the PostgreSQL that the run is of', async () => {
  for (const ledger of [false, true]) {
    const database = await testDatabase({ ledger });
    try {
      await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
        const [found] = await many<{ tables: number }>(db, ledgerTables);
        expect(found?.tables ?? 0).toBe(ledger ? 1 : 0);
        const [server] = await many<{ version: string }>(db, sql`select version()`);
        expect(server?.version).toContain(`PostgreSQL ${testedMajor}.`);
      });
    } finally {
      await database.drop();
    }
  }
});

test('its ledger is up to date by its own account, so that a command applies nothing again', async () => {
  const database = await testDatabase({ ledger: true });
  try {
    const settings = { connectionString: database.url, applicationName: 'test' };
    expect(await withClient(settings, migrate)).toEqual({ applied: [] });
  } finally {
    await database.drop();
  }
});
