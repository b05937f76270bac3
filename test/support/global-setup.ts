import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { throwawaySettings } from '../../localstack/embedded/server/settings.ts';
import { startTemporaryServer, type TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { databaseUrl } from './database-url.ts';
import { outside } from './outside.ts';
import { postgresPackage } from './postgres-package.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the run's server. */
    testServerUrl: string;
    /** The database with the ledger's migrations applied, to be cloned. */
    testLedgerTemplate: string;
  }
}

/**
 * One PostgreSQL 17, or the one of LANDFALL_TEST_POSTGRES, for the whole run: a temporary cluster that ends with it however it ends, or the server that
 * LANDFALL_TEST_DATABASE_URL names. Without a server the run fails here.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['LANDFALL_TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startOwn();
  const template = `landfall_template_${randomBytes(6).toString('hex')}`;
  try {
    await makeLedgerTemplate(server.url, template);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('testServerUrl', server.url);
  project.provide('testLedgerTemplate', template);
  return async () => {
    await asAdministrator(server.url, sql`drop database if exists ${ident(template)} with (force)`);
    await server.stop();
  };
}

/** 4 GB: the databases that exist at once take some 200 MB, their WAL up to 1 GB. */
const roomBytes = 4_000_000_000;

/**
 * Where the system has room in memory, there: a tenth of the run's CPU time went into a file system's search for the number
 * of a new file, which takes longer the more were removed in the last seconds (ext4), and each database has 300 of them.
 */
async function quickFolder(): Promise<string> {
  const memory = '/dev/shm';
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const options = mounts
    .split('\n')
    .find((line) => line.split(' ')[1] === memory)
    ?.split(' ')[3]
    ?.split(',');
  // the server's programs lie there too
  if (options === undefined || options.includes('noexec')) return tmpdir();
  const { bavail, bsize } = await statfs(memory);
  return bavail * bsize > roomBytes ? memory : tmpdir();
}

async function startOwn(): Promise<{ url: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(await quickFolder(), 'landfall-test-'));
  // many test files at once, each with several connections, each with a login: one round of hashing in place of 4,096
  // what comes in its own time would change plans that a test expects, and take the processor from all
  const more = { max_connections: '200', scram_iterations: '1', autovacuum: 'off' };
  const from = await postgresPackage();
  const server = await startTemporaryServer({ directory, settings: { ...throwawaySettings, ...more }, from });
  const { username, password } = new URL(server.url);
  await asAdministrator(server.url, trustedSql(`alter role ${username} password '${password}'`));
  await letInUnasked(server, username);
  return server;
}

/**
 * The server's own role is taken at its word in the databases that tests copy: a load opens a dozen connections, and the
 * exchange of SCRAM is two fifths of what each costs here. Whatever else, a database made for it among them, shows its password.
 */
async function letInUnasked({ url, dataDirectory }: TemporaryServer, role: string): Promise<void> {
  const file = join(dataDirectory, 'pg_hba.conf');
  const rule = `host "/^landfall_test_" ${role} 127.0.0.1/32 trust`;
  await writeFile(file, `${rule}\n${await readFile(file, 'utf8')}`);
  await asAdministrator(url, sql`select pg_reload_conf()`);
}

async function makeLedgerTemplate(url: string, template: string): Promise<void> {
  await asAdministrator(url, sql`create database ${ident(template)} template template0 encoding 'UTF8'`);
  await withClient(settings(databaseUrl(url, template)), migrate);
}

async function asAdministrator(url: string, statement: ReturnType<typeof sql>): Promise<void> {
  await withClient(settings(url), (db) => outside(db, statement));
}

function settings(connectionString: string): { connectionString: string; applicationName: string } {
  return { connectionString, applicationName: 'landfall:test' };
}
