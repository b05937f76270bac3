import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ident, literal, sql, trustedSql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import { serverKind } from '../../functions/db/server/fit-server.ts';
import { databaseName, databaseUrl, loginUrl } from '../support/database-url.ts';
import { outside } from '../support/outside.ts';
import { testedMajor } from '../support/postgres-package.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { type } from '../unit/cli/terminal.ts';

// a database whose encoding is not UTF-8, as the functions of a stack meet it: the command asks by itself (bad-input.test.ts)

let database: TestDatabase;
let latin: string;
let ascii: string;
beforeAll(async () => {
  database = await testDatabase();
  const made = async (encoding: string): Promise<string> => {
    const name = `${databaseName(database.url)}_${encoding.toLowerCase()}`;
    await database.run(
      sql`create database ${ident(name)} template template0 encoding ${literal(encoding)} locale_provider libc locale 'C'`,
    );
    return databaseUrl(database.url, name);
  };
  [latin, ascii] = [await made('LATIN1'), await made('SQL_ASCII')];
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const url of [latin, ascii]) await database.run(sql`drop database ${ident(databaseName(url))} with (force)`);
  await database.drop();
});

const words = (encoding: string): RegExp =>
  new RegExp(
    `^the server cannot be loaded into: the database's encoding is ${encoding}, .* create database NAME template template0 encoding 'UTF8'`,
    'u',
  );

test('the server tells of itself as the connection begins', async () => {
  const kinds = [database.url, latin, ascii].map((connectionString) =>
    withClient({ connectionString, applicationName: 'test' }, async (db) => serverKind(db)),
  );
  expect(await Promise.all(kinds)).toEqual([
    { version: expect.stringMatching(new RegExp(`^${testedMajor}\\.`, 'u')), encoding: 'UTF8' },
    { version: expect.stringMatching(new RegExp(`^${testedMajor}\\.`, 'u')), encoding: 'LATIN1' },
    { version: expect.stringMatching(new RegExp(`^${testedMajor}\\.`, 'u')), encoding: 'SQL_ASCII' },
  ]);
});

const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 };

test.each([
  ['a state', 'extract', { state: 'Register', request: {} }],
  ['the migration', 'migrate', {}],
])('%s refuses it under a name that is neither retried nor caught', async (_, name, event) => {
  const { handler } = (await import(`../../functions/${name}/handler.ts`)) as {
    handler: (event: unknown, context: object) => Promise<unknown>;
  };
  for (const [encoding, url] of [
    ['LATIN1', latin],
    ['SQL_ASCII', ascii],
  ] as const) {
    vi.stubEnv('DATABASE_URL', url);
    await expect(handler(event, context)).rejects.toMatchObject({
      name: 'SERVER_UNFIT',
      message: expect.stringMatching(words(encoding)),
    });
  }
});

test.each([
  ['the role', (role: string) => `alter role ${role}`],
  ['the database', (_role: string, name: string) => `alter database ${name}`],
  ['the role in the database', (role: string, name: string) => `alter role ${role} in database ${name}`],
])('where %s may only read, the words of a command and of doctor let the role write', async (_, set) => {
  const own = await testDatabase();
  const [name, role] = [databaseName(own.url), `landfall_reader_${process.pid}`];
  try {
    await own.run(
      trustedSql(`create role ${role} login password 'secret'; grant create on database ${name} to ${role}`),
    );
    await own.run(trustedSql(`${set(role, name)} set default_transaction_read_only = on`));
    const url = loginUrl(own.url, role);
    const refused = await type(['migrate', '--database-url', url]);
    const mend = /run, where this one is to: (begin read write; .* commit;)\n$/u.exec(refused.err)?.[1] ?? '';
    expect([refused.code, mend]).toEqual([1, expect.stringContaining(`in database "${name}"`)]);
    const { out } = await type(['doctor', '--json', '--database-url', url]);
    const { checks } = JSON.parse(out) as { checks: readonly { check: string; fix: string }[] };
    expect(checks.find(({ check }) => check === 'read-only')?.fix).toBe(mend);
    await withClient({ connectionString: url, applicationName: 'test' }, (db) => outside(db, trustedSql(mend)));
    const { code, err } = await type(['migrate', '--database-url', url]);
    expect(err).not.toContain('read-only');
    expect(code).toBe(0);
  } finally {
    await own.drop();
    await database.run(trustedSql(`drop role if exists ${role}`));
  }
});
