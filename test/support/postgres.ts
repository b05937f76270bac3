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
 * A fresh database on the run's PostgreSQL 17 (about 0.1 s): empty, or with `ledger` all migrations applied, or a
 * copy of the database `template`, which nobody is connected to. Take it in
 * beforeAll or beforeEach, drop it in afterAll or afterEach:
 *
 *   const database = await testDatabase({ ledger: true });
 *   await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => { ... });
 *   await database.drop();
 */
export async function testDatabase(options: { ledger?: boolean; template?: string } = {}): Promise<TestDatabase> {
  const server = inject('testServerUrl');
  if (typeof server !== 'string') {
    throw new Error('there is no test server: vitest.config.ts must name test/support/global-setup.ts as globalSetup');
  }
  const name = `landfall_test_${randomBytes(6).toString('hex')}`;
  const template = options.template ?? (options.ledger === true ? inject('testLedgerTemplate') : 'template0');
  const administrate = (statement: ReturnType<typeof sql>): Promise<void> =>
    withClient({ connectionString: server, applicationName: 'landfall:test' }, (db) => outside(db, statement));
  await administrate(sql`create database ${ident(name)} template ${ident(template)}`);
  const url = databaseUrl(server, name);
  const connected = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: url, applicationName: 'test' }, use);
  return {
    url,
    run: (statement) => connected((db) => outside(db, statement)),
    rows: <Row extends object>(statement: Sql) => connected((db) => many<Row>(db, statement)),
    async drop() {
      await administrate(sql`drop database if exists ${ident(name)} with (force)`);
    },
  };
}
