import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import { type Db, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { databaseName } from '../support/database-url.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { forTestedServer } from '../support/postgres-package.ts';
import { codeBlocks } from '../unit/docs/documents.ts';
import { grantIam, sentBy } from './data-api.ts';

// Roles are the whole server's, so each run has its own names for those of the document.
const mark = `aurora_${process.pid}`;
const password = 'of-this-test-only';
const renamed = (text: string): string =>
  text.replaceAll(/\b(?:landfall_(?=owner|loader|reader|admin)|(?=rds_iam))/gu, `${mark}_`);

const [roles = '', onLedger = '', onTarget = ''] = codeBlocks('docs/deploy.md', 'sql');

let pipeline: Pipeline;
let database: string;
/** Roles of one's own names, of one's own server: the administrator is what RDS makes its master, and no superuser. */
beforeAll(async () => {
  pipeline = await testPipeline('drop schema landfall, landfall_staging cascade', {
    url: (url) => urlOf('loader', url),
    environment: { LANDFALL_LEDGER_OWNER: `${mark}_owner` },
  });
  database = databaseName(pipeline.url);
  await pipeline.run(`create role ${mark}_rds_iam`);
  await pipeline.run(`create role ${mark}_admin login createrole createdb password '${password}'`);
  await pipeline.run(`grant ${mark}_rds_iam to ${mark}_admin with admin true, inherit false, set false`);
  await pipeline.run(`alter database ${database} owner to ${mark}_admin`);
  await typed('sql', `${roles}${grantIam}`);
  // what IAM stands for in an account
  await pipeline.run(
    `alter role ${mark}_owner password '${password}'; alter role ${mark}_loader password '${password}'`,
  );
  await as('owner', migrate);
  await typed('sql_as_owner', onLedger);
  await typed('sql', readFileSync('localstack/demo/tables.sql', 'utf8'));
  await typed('sql', forTestedServer(onTarget));
});
afterAll(async () => {
  for (const role of ['loader', 'reader', 'owner', 'admin', 'rds_iam']) {
    await pipeline.run(`reassign owned by ${mark}_${role} to current_user; drop owned by ${mark}_${role} cascade`);
  }
  await pipeline.run(
    `drop role ${['loader', 'reader', 'owner', 'admin', 'rds_iam'].map((role) => `${mark}_${role}`).join(', ')}`,
  );
  await pipeline.end();
});

test('the roles that the Data API made load a file', async () => {
  const head = 'zip_code,latitude,longitude,city,state,county\n';
  const file = await pipeline.file('zipcodes.csv', `${head}00501,40.9,-72.6,Holtsville,NY,Suffolk\n`);
  expect(await pipeline.load(file, { dataset: 'zipcodes' })).toMatchObject({
    outcome: 'LOADED',
    counts: { inserted: 1, rejected: 0 },
  });
});

test('owner and loader log in by IAM, and the administrator is a member of neither, or its password would be refused', async () => {
  const membersOf = async (role: string): Promise<readonly string[]> =>
    await pipeline.connect(async (db) => {
      const { rows } = await db.query<{ name: string }>(
        `select m.rolname as name from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
          where g.rolname = $1 and (a.inherit_option or a.set_option) order by 1`,
        [`${mark}_${role}`],
      );
      return rows.map(({ name }) => name.slice(mark.length + 1));
    });
  expect(await membersOf('rds_iam')).toEqual(['loader', 'owner']);
  expect([await membersOf('owner'), await membersOf('loader')]).toEqual([[], []]);
});

test('the loader may no more than in a database of one’s own, and reads tables of later migrations', async () => {
  for (const statement of ['delete from public.zipcodes', 'create table landfall.mine (a int)', 'create schema mine']) {
    await expect(as('loader', (db) => db.query(statement))).rejects.toMatchObject({ code: '42501' });
  }
  await as('owner', (db) => db.query('create table landfall.of_a_later_version (a int)'));
  await as('loader', (db) => db.query('insert into landfall.of_a_later_version values (1)'));
});

test('what fails leaves nothing behind', async () => {
  await expect(typed('sql', 'create role landfall_owner_twice; create role landfall_owner;')).rejects.toMatchObject({
    code: '42710',
  });
  const [left] = await pipeline.rows<{ left: number }>(
    trustedSql(`select count(*)::int as left from pg_roles where rolname = '${mark}_owner_twice'`),
  );
  expect(left).toEqual({ left: 0 });
});

/** What a function of the document sends for this text, run as the administrator: one statement, as the Data API takes it. */
async function typed(command: 'sql' | 'sql_as_owner', text: string): Promise<void> {
  const statement = renamed(sentBy(command, text).replaceAll('on database app', `on database ${database}`));
  // the protocol that takes one statement and no second one; types do not know the option
  const alone = { text: statement, queryMode: 'extended' };
  await as('admin', async (db) => await db.query(alone));
}

async function as<T>(role: string, use: (db: Db) => Promise<T>): Promise<T> {
  return await withClient({ connectionString: urlOf(role, pipeline.url), applicationName: 'test' }, use);
}

function urlOf(role: string, url: string): string {
  const own = new URL(url);
  own.username = `${mark}_${role}`;
  own.password = password;
  return own.href;
}
