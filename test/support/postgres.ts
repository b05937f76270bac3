import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { ident, sql, type Sql } from '../../functions/core/sql.ts';
import { type Db, many, withClient } from '../../functions/db/client.ts';
import { databaseUrl } from './database-url.ts';
import { outside } from './outside.ts';

export interface TestDatabase {
  /** A superuser's; roles are shared by all databases of the run, so a test that makes one names it uniquely. */
  readonly url: string;
  /** One statement, or several of DDL, with the session's own settings. */
  run(statement: Sql): Promise<void>;
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  /** Also ends whatever is still connected. */
  drop(): Promise<void>;
}

/**
 * A fresh database on the run's PostgreSQL 17 (about 40 ms): empty, or with `ledger` all migrations applied, or a
 * copy of the database `template`, which nobody is connected to. Take it in
 * beforeAll or beforeEach, drop it in afterAll or afterEach:
 *
 *   const database = await testDatabase({ ledger: true });
 *   await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => { ... });
 *   await database.drop();
 *
 * With `password` the server asks the superuser for it there as well (global-setup.ts), which is for tests of the login.
 */
export async function testDatabase(
  options: { ledger?: boolean; template?: string; password?: boolean } = {},
): Promise<TestDatabase> {
  const server = inject('testServerUrl');
  if (typeof server !== 'string') {
    throw new Error('there is no test server: vitest.config.ts must name test/support/global-setup.ts as globalSetup');
  }
  const name = `landfall_${options.password === true ? 'asked' : 'test'}_${randomBytes(6).toString('hex')}`;
  const template = options.template ?? (options.ledger === true ? inject('testLedgerTemplate') : 'template0');
  // its files are copied: by way of WAL, page by page, it takes twice the time
  await administrate(server, sql`create database ${ident(name)} template ${ident(template)} strategy file_copy`);
  const url = databaseUrl(server, name);
  const connected = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: url, applicationName: 'test' }, use);
  return {
    url,
    run: (statement) => connected((db) => outside(db, statement)),
    rows: <Row extends object>(statement: Sql) => connected((db) => many<Row>(db, statement)),
    async drop() {
      await administrate(server, sql`drop database if exists ${ident(name)} with (force)`);
    },
  };
}

/** What was asked last of the one connection by which the tests of this process make and drop databases. */
let administrated: Promise<Db> | null = null;

async function administrate(server: string, statement: Sql): Promise<void> {
  const before = (administrated ??= kept(server));
  const asked = before.then(async (db) => {
    await outside(db, statement);
    return db;
  });
  // one after another; the next one does not mind that this one failed
  administrated = asked.catch(() => before);
  await asked;
}

/** A connection that ends with the process. */
async function kept(server: string): Promise<Db> {
  return await new Promise((resolve, reject) => {
    const forEver = (db: Db): Promise<never> => {
      resolve(db);
      return new Promise(() => undefined);
    };
    withClient({ connectionString: server, applicationName: 'landfall:test' }, forEver).catch(reject);
  });
}
