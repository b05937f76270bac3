import { noTypedSql } from '../../functions/contract/typed-sql.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TryAgain } from '../../functions/protocol/errors.ts';
import { sql } from '../../functions/core/sql.ts';
import { execute, withClient } from '../../functions/db/client.ts';
import { register } from '../../functions/extract/register.ts';
import { requireCurrentLedger } from '../../functions/ledger/trust/current-ledger.ts';
import { knownMigrations } from '../../functions/ledger/trust/known-migrations.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

describe('between a deployment and its migration', () => {
  let none: TestDatabase;
  let migrated: TestDatabase;
  beforeAll(async () => {
    [none, migrated] = await Promise.all([testDatabase(), testDatabase({ ledger: true })]);
  });
  afterAll(() => Promise.all([none.drop(), migrated.drop()]));
  const inDatabase = <T>({ url }: TestDatabase, use: Parameters<typeof withClient<T>>[1]): Promise<T> =>
    withClient({ connectionString: url, applicationName: 'test' }, use);
  /** Of a version that has one migration more than this ledger. */
  const newer = [...knownMigrations, '9999_next.sql'];

  it('a load waits for the ledger, and the error says what is missing and who mends it', async () => {
    const waiting = inDatabase(migrated, (db) => requireCurrentLedger(db, null, newer));
    await expect(waiting).rejects.toThrow(TryAgain);
    await expect(waiting).rejects.toThrow(/it lacks 9999_next\.sql\. .*landfall migrate/u);
  });

  it('a load waits where there is no ledger yet', async () => {
    await expect(inDatabase(none, (db) => requireCurrentLedger(db, null))).rejects.toThrow(
      /it lacks 0001_ledger\.sql/u,
    );
  });

  it('Register asks before it claims anything, so that the load that waits is nobody’s yet', async () => {
    const request = { bucket: 'file://', key: '/nowhere.csv', dataset: 'zipcodes', dryRun: false, force: false };
    const registering = inDatabase(migrated, async (db) => {
      await execute(db, sql`delete from landfall.migrations where (name = ${knownMigrations.at(-1)})`);
      return await register(
        { state: 'Register', execution: 'local:1', request: { ...request, versionId: null } },
        {
          db,
          ledgerOwner: null,
          sources: null,
          typedSql: noTypedSql,
          onOneMachine: false,
          datasets: [],
          storeFor: () => Promise.reject(new Error('Register looked at the object')),
        },
      );
    });
    await expect(registering).rejects.toThrow(TryAgain);
  });

  it('a ledger that is newer than the code is used as it is', async () => {
    await expect(
      inDatabase(migrated, (db) => requireCurrentLedger(db, null, knownMigrations.slice(0, -1))),
    ).resolves.toBeUndefined();
  });
});
