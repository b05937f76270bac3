import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { literal, trustedSql } from '../../functions/core/sql.ts';
import { many, withClient } from '../../functions/db/client.ts';
import { fileVersion } from '../../functions/objects/directory/file-version.ts';
import { outside } from '../support/outside.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

// Whoever loads may write the ledger, from anywhere. A person who retries has files that a role of the database has not.

const loader = `forger_${randomBytes(4).toString('hex')}`;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await run(`create role ${loader}; grant usage on schema landfall, landfall_staging to ${loader};
    grant create on schema landfall_staging to ${loader};
    create table public.orders (id bigint primary key, note text)`);
});
afterAll(async () => {
  await run(`drop owned by ${loader}; drop role ${loader}`);
  await database.drop();
});

test('a path that another role could have written into the ledger is not read by retry, and is by its name', async () => {
  const world = standIn({ DATABASE_URL: database.url, PATH: process.env['PATH'] ?? '' });
  const [asked, secret] = ['asked.csv', 'secret.csv'].map((name) => join(world.folder, name)) as [string, string];
  writeFileSync(asked, 'id,note\nx,a\n');
  writeFileSync(secret, 'id,note\nhidden,a\n');
  const words = ['--into', 'public.orders', '--key', 'id', '--max-rejects', '0'];
  await type(['load', asked, ...words], world);
  const version = literal(fileVersion(statSync(secret, { bigint: true }))).text;
  const forged = `update landfall.loads set key = ${literal(secret).text}, version_id = ${version},
    request = request || jsonb_build_object('key', ${literal(secret).text}::text)`;
  await run(`grant select, update on landfall.loads to ${loader}; set role ${loader}; ${forged}; reset role`);
  for (const retry of [['1'], ['1', '--force']]) {
    const { code, err } = await type(['retry', ...retry], world);
    expect(code).not.toBe(0);
    expect(err).toContain('load FOLDER/secret.csv --into public.orders --key id');
    expect(err).toContain(loader);
  }
  await run(`update landfall.loads set outcome = 'FAILED', code = 'EXECUTION_LOST'`);
  expect((await type(['retry', '--failed', '--since', '1h'], world)).err).toContain(loader);
  expect(await rejected()).toEqual(['x,a']);
  await run(`revoke update on landfall.loads from ${loader}; update landfall.loads set outcome = 'REJECTED'`);
  await type(['retry', '1', '--force'], world);
  expect(await rejected()).toEqual(['x,a', 'hidden,a']);
});

async function run(text: string): Promise<void> {
  await withClient({ connectionString: database.url, applicationName: 'test' }, (db) => outside(db, trustedSql(text)));
}

async function rejected(): Promise<readonly string[]> {
  const rows = await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    many<{ raw: Buffer }>(db, trustedSql('select raw from landfall.rejects order by load_id')),
  );
  return rows.map(({ raw }) => raw.toString().trim());
}
