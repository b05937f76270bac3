import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoadReport, loadReportSchema } from '../../functions/protocol/outcomes.ts';
import { trustedSql } from '../../functions/core/sql.ts';
import { execute, withClient } from '../../functions/db/client.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { landing, type S3Buckets, startBuckets } from '../support/s3-bucket.ts';

// The real command, its functions in processes of their own, with the environment that AWS tools have.

const folder = mkdtempSync(join(tmpdir(), 'landfall-s3-command-'));
let database: TestDatabase;
let s3: S3Buckets;
beforeAll(async () => {
  s3 = await startBuckets();
  database = await testDatabase();
  await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    execute(db, trustedSql('create table public.item (id int primary key, name text not null)')),
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
  await s3.close();
});

test('landfall load s3://bucket/key loads it, once, and puts the report where LANDFALL_REPORTS says', async () => {
  const key = 'drop/items of +100%2B.csv';
  await s3.upload(key, 'id,name\n1,Nut\n2,\n');
  const first = await load(`s3://${landing}/${key}`);
  expect(first).toMatchObject({
    code: 0,
    report: { outcome: 'LOADED', object: { bucket: landing, key }, counts: { inserted: 1, rejected: 1 } },
  });
  const written: unknown = JSON.parse(await s3.read(first.report?.reportPath ?? ''));
  expect(written).toEqual({ ...first.report, madeBy: expect.any(Object), mends: expect.any(Array) });
  const again = await load(`s3://${landing}/${key}`);
  expect(again).toMatchObject({ code: 0, report: { outcome: 'ALREADY_LOADED', loadId: first.report?.loadId } });
});

test('a missing object, a missing bucket: refused, with what to look at', async () => {
  const object = await load(`s3://${landing}/nothing.csv`);
  expect(object).toMatchObject({ code: 3, report: { outcome: 'REJECTED', code: 'OBJECT_GONE' } });
  expect(object.report?.message).toMatch(/check the name, or put the file there again/);
  const bucket = await load('s3://no-such-bucket/a.csv');
  expect(bucket).toMatchObject({ code: 3, report: { outcome: 'REJECTED', code: 'OBJECT_GONE' } });
  expect(bucket.report?.message).toMatch(/its bucket does not; check the name, the account and AWS_ENDPOINT_URL/);
});

test('no credentials, no region: a technical failure that says what to set', async () => {
  const nobody = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true', HOME: folder };
  const credentials = await load(`s3://${landing}/a.csv`, nobody);
  expect(credentials).toMatchObject({ code: 1, report: { outcome: 'FAILED', loadId: null } });
  expect(credentials.report?.message).toMatch(/No AWS credentials were found: set AWS_PROFILE/);
  const region = await load(`s3://${landing}/a.csv`, { AWS_REGION: '', HOME: folder });
  expect(region).toMatchObject({ code: 1, report: { outcome: 'FAILED', loadId: null } });
  expect(region.report?.message).toMatch(/Set AWS_REGION to the region of the bucket/);
});

async function load(
  url: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; report: LoadReport | null }> {
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  const words = [main, 'load', url, '--into', 'public.item', '--key', 'id', '--json'];
  const home = { LANDFALL_HOME: join(folder, '.landfall'), INIT_CWD: folder, DATABASE_URL: database.url };
  return await new Promise((resolve) => {
    execFile(process.execPath, words, { env: { ...process.env, ...home, ...s3.environment, ...env } }, (error, out) => {
      const report = out === '' ? null : loadReportSchema.parse(JSON.parse(out));
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, report });
    });
  });
}
