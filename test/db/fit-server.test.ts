import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ident, sql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import { serverKind } from '../../functions/db/server/fit-server.ts';
import { databaseName, databaseUrl } from '../support/database-url.ts';
import { testedMajor } from '../support/postgres-package.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

// a database whose encoding is not UTF-8, as the functions of a stack meet it: the command asks by itself (bad-input.test.ts)

let database: TestDatabase;
let latin: string;
beforeAll(async () => {
  database = await testDatabase();
  const name = `${databaseName(database.url)}_latin`;
  await database.run(
    sql`create database ${ident(name)} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`,
  );
  latin = databaseUrl(database.url, name);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.run(sql`drop database ${ident(databaseName(latin))} with (force)`);
  await database.drop();
});

const words =
  /^the server cannot be loaded into: the database's encoding is LATIN1, .* create database NAME template template0 encoding 'UTF8'/u;

test('the server tells of itself as the connection begins', async () => {
  const kinds = [database.url, latin].map((connectionString) =>
    withClient({ connectionString, applicationName: 'test' }, async (db) => serverKind(db)),
  );
  expect(await Promise.all(kinds)).toEqual([
    { version: expect.stringMatching(new RegExp(`^${testedMajor}\\.`, 'u')), encoding: 'UTF8' },
    { version: expect.stringMatching(new RegExp(`^${testedMajor}\\.`, 'u')), encoding: 'LATIN1' },
  ]);
});

const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 };

test.each([
  ['a state', 'extract', { state: 'Register', request: {} }],
  ['the migration', 'migrate', {}],
])('%s refuses it under a name that is neither retried nor caught', async (_, name, event) => {
  vi.stubEnv('DATABASE_URL', latin);
  const { handler } = (await import(`../../functions/${name}/handler.ts`)) as {
    handler: (event: unknown, context: object) => Promise<unknown>;
  };
  await expect(handler(event, context)).rejects.toMatchObject({
    name: 'SERVER_UNFIT',
    message: expect.stringMatching(words),
  });
});
