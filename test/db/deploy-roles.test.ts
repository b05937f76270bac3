import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import { type Db, many, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { databaseName } from '../support/database-url.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { forTestedServer, testedMajor } from '../support/postgres-package.ts';
import { codeBlocks } from '../unit/docs/documents.ts';

// Roles are the whole server's, so each run has its own names for those of the document.
const mark = `deploy_${process.pid}`;
const password = 'of-this-test-only';

/** What docs/deploy.md has people type, in its order: roles, grants on the ledger, grants on a target. */
const blocks = codeBlocks('docs/deploy.md', 'sql').map((text) =>
  text
    .replaceAll('landfall_owner', `${mark}_owner`)
    .replaceAll('landfall_loader', `${mark}_loader`)
    .replaceAll('landfall_reader', `${mark}_reader`),
);
const [roles = '', onLedger = '', onTarget = ''] = blocks;

let pipeline: Pipeline;
const as = async <T>(role: 'owner' | 'loader' | 'reader', use: (db: Db) => Promise<T>): Promise<T> => {
  const url = urlOf(role, pipeline.url);
  return await withClient({ connectionString: url, applicationName: 'test' }, use);
};
const run = async (db: Db, text: string): Promise<void> => void (await many(db, trustedSql(text)));

beforeAll(async () => {
  const table = `create table public.zipcodes (zip_code text primary key, city text not null)`;
  pipeline = await testPipeline(`drop schema landfall, landfall_staging cascade; ${table}`, {
    url: (database) => urlOf('loader', database),
    environment: { LANDFALL_LEDGER_OWNER: `${mark}_owner` },
  });
  const database = databaseName(pipeline.url);
  await pipeline.run(roles.replaceAll('on database app', `on database ${database}`));
  for (const role of ['owner', 'loader', 'reader']) {
    await pipeline.run(`alter role ${mark}_${role} login password '${password}'`);
  }
  await as('owner', migrate);
  await as('owner', (db) => run(db, onLedger));
  await pipeline.run(forTestedServer(onTarget));
});
afterAll(async () => {
  for (const role of ['loader', 'reader', 'owner']) {
    await pipeline.run(`drop owned by ${mark}_${role} cascade; drop role ${mark}_${role}`);
  }
  await pipeline.end();
});

test('the document has the three blocks', () => {
  expect(blocks).toHaveLength(3);
});

test('the loader loads: clean rows, changed rows, rejects, statistics', async () => {
  const first = await pipeline.file('first.csv', 'zip_code,city\n00501,Holtsville\n90210,Beverly Hills\n');
  expect(await pipeline.load(first, { dataset: 'zipcodes' })).toMatchObject({
    outcome: 'LOADED',
    counts: { inserted: 2 },
  });
  const second = await pipeline.file('second.csv', 'zip_code,city\n00501,New\n90210,Beverly Hills\n12345,\n');
  expect(await pipeline.load(second, { dataset: 'zipcodes' })).toMatchObject({
    outcome: 'LOADED',
    counts: { updated: 1, unchanged: 1, rejected: 1 },
  });
  const [analyzed] = await pipeline.rows<{ known: boolean }>(
    trustedSql(`select reltuples >= 0 as known from pg_class where oid = 'public.zipcodes'::regclass`),
  );
  // before 17 that is the table's owner's
  expect(analyzed).toEqual({ known: testedMajor >= 17 });
});

describe.each([
  ['the loader', 'loader', 'create table landfall.mine (a int)'],
  ['the loader', 'loader', 'drop table landfall.loads'],
  ['the loader', 'loader', `insert into landfall.migrations (name, sha256) values ('x', 'y')`],
  ['the loader', 'loader', 'delete from public.zipcodes'],
  ['the loader', 'loader', 'create schema mine'],
  ['the reader', 'reader', 'delete from landfall.loads'],
  ['the reader', 'reader', 'select * from public.zipcodes'],
  ['the reader', 'reader', 'select * from landfall_staging.epochs'],
  ['the reader', 'reader', 'select images from landfall.journal'],
  ['the owner', 'owner', 'select * from public.zipcodes'],
] as const)('%s', (_who, role, statement) => {
  test(`may not ${statement}`, async () => {
    await expect(as(role, (db) => run(db, statement))).rejects.toMatchObject({ code: '42501' });
  });
});

test('the reader reads the ledger, and tables of later migrations too', async () => {
  await as('owner', (db) => run(db, 'create table landfall.of_a_later_version (a int)'));
  await as('loader', (db) => run(db, 'insert into landfall.of_a_later_version values (1)'));
  const read = await as('reader', (db) =>
    many(db, trustedSql('select a from landfall.of_a_later_version where exists (select from landfall.loads)')),
  );
  expect(read).toEqual([{ a: 1 }]);
});

test('the reader sees of the quarantine what happened and no bytes, as docs/operations.md has it too', async () => {
  const rights = codeBlocks('docs/operations.md', 'pgsql').filter((text) =>
    text.startsWith('revoke select on landfall.rejects'),
  );
  expect(rights).toHaveLength(1);
  expect(onLedger).toContain((rights[0] ?? '').replaceAll('landfall_reader', `${mark}_reader`).trim());
  for (const columns of ['raw', '*', 'pg_catalog.length(raw)', 'rejects']) {
    await expect(as('reader', (db) => run(db, `select ${columns} from landfall.rejects`))).rejects.toMatchObject({
      code: '42501',
    });
  }
  const read = "select line, reasons -> 0 ->> 'code' as code, closed_by from landfall.rejects";
  expect(await as('reader', (db) => many(db, trustedSql(read)))).toEqual([
    { line: 4, code: 'NOT_NULL', closed_by: null },
  ]);
});

function urlOf(role: string, database: string): string {
  const url = new URL(database);
  url.username = `${mark}_${role}`;
  url.password = password;
  return url.href;
}
