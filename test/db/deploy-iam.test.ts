import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Db, withClient } from '../../functions/db/client.ts';
import { requireCurrentLedger } from '../../functions/ledger/trust/current-ledger.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { throwawaySettings } from '../../localstack/embedded/server/settings.ts';
import { startTemporaryServer, type TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { databaseUrl } from '../support/database-url.ts';
import { codeBlocks } from '../unit/docs/documents.ts';
import { grantIam, sentBy } from './data-api.ts';

// A server that sends members of rds_iam to IAM, by the line that RDS is known to have. It has no IAM: there such a login is
// refused by the line, and let in by another one where the test needs it. Roles are the document's own: the server is the test's.

const [roles = '', onLedger = ''] = codeBlocks('docs/deploy.md', 'sql');
const wayBack = codeBlocks('docs/deploy.md', 'pgsql').find((text) => text.includes('landfall_maker')) ?? '';
const password = 'of-this-test-only';
const iamLine = 'host all +rds_iam all reject';

let server: TemporaryServer;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-iam-'));
  server = await startTemporaryServer({ directory, settings: throwawaySettings });
  await asSuperuser(`create role rds_iam`, `create role landfall_admin login createrole password '${password}'`);
  await asSuperuser('create database app owner landfall_admin');
}, 60_000);
afterAll(() => server.stop());

test('a server with the line +rds_iam refuses the administrator after step 1, so its password is tried there', async () => {
  await letIn(iamLine);
  await typed(roles);
  await as('landfall_admin', (db) => db.query('select 1'));
  await typed(grantIam);
  await expect(as('landfall_admin', (db) => db.query('select 1'))).rejects.toMatchObject({ code: '28000' });
});

test('the way back lets it in again, with IAM for the loader and a password for the owner', async () => {
  await letIn();
  await typed(wayBack);
  await typed(`alter role landfall_owner password '${password}';`);
  await letIn(iamLine);
  await as('landfall_admin', (db) => db.query('select 1'));
  await expect(as('landfall_loader', (db) => db.query('select 1'))).rejects.toMatchObject({ code: '28000' });

  await as('landfall_owner', migrate);
  await as('landfall_admin', (db) => db.query(sentBy('sql_as_owner', onLedger)));
  await as('landfall_admin', (db) => db.query('select 1'));
  await letIn('host all landfall_loader all trust', iamLine);
  await as('landfall_loader', async (db) => {
    await requireCurrentLedger(db, null);
    await db.query(`insert into landfall.listings (dataset, bucket, prefix) values ('d', 'b', 'p')`);
    const { rows } = await db.query('show client_connection_check_interval');
    expect(rows).toEqual([{ client_connection_check_interval: '10s' }]);
  });
});

/** As the administrator, all or none; what names rds_iam is RDS's own to allow, so there the superuser stands for it. */
async function typed(text: string): Promise<void> {
  const lines = text.split('\n').map((line) => line.trim());
  const isOfRds = (line: string): boolean => line.includes('rds_iam');
  const ofRds = (word: string): readonly string[] => lines.filter((line) => isOfRds(line) && line.startsWith(word));
  const others = lines.filter((line) => !isOfRds(line)).join('\n');
  await asSuperuser(...ofRds('revoke'));
  if (others.trim() !== '') await as('landfall_admin', (db) => db.query(sentBy('sql', others)));
  await asSuperuser(...ofRds('grant'));
}

/** Which lines come before those that the server began with. */
async function letIn(...lines: readonly string[]): Promise<void> {
  const file = join(server.dataDirectory, 'pg_hba.conf');
  const mark = '# above: of the test';
  const own = (await readFile(file, 'utf8')).split(`${mark}\n`).at(-1) ?? '';
  await writeFile(file, `${lines.join('\n')}\n${mark}\n${own}`);
  const before = await loadedAt();
  await asSuperuser('select pg_reload_conf()');
  await expect.poll(loadedAt).not.toBe(before);
}

/** When the postmaster read its files last, as a new session of it knows. */
async function loadedAt(): Promise<string | undefined> {
  return await inPostgres(async (db) => {
    const { rows } = await db.query<{ at: string }>('select pg_conf_load_time()::text as at');
    return rows[0]?.at;
  });
}

async function asSuperuser(...statements: readonly string[]): Promise<void> {
  await inPostgres(async (db) => {
    for (const statement of statements) await db.query(statement);
  });
}

async function inPostgres<T>(use: (db: Db) => Promise<T>): Promise<T> {
  return await withClient({ connectionString: databaseUrl(server.url, 'postgres'), applicationName: 'test' }, use);
}

async function as<T>(role: string, use: (db: Db) => Promise<T>): Promise<T> {
  const url = new URL(databaseUrl(server.url, 'app'));
  url.username = role;
  url.password = password;
  return await withClient({ connectionString: url.href, applicationName: 'test' }, use);
}
