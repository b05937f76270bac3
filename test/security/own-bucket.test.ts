import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { datasets } from '../support/sample-datasets.ts';
import { storeAmong } from '../../functions/objects/store-for.ts';
import { operate } from '../../functions/operate/operate.ts';
import { retryFailed } from '../../functions/sweep/retry-failed.ts';
import { objectCreated } from '../support/object-created.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { landing, reports, type S3Buckets, startBuckets, versioned } from '../support/s3-bucket.ts';

// Whoever may start an execution, or write into the ledger, names what is read. The functions of a stack read their own.

let s3: S3Buckets;
let pipeline: Pipeline;
const environment: Record<string, string> = {};
beforeAll(async () => {
  s3 = await startBuckets();
  Object.assign(environment, s3.environment);
});
afterAll(() => s3.close());
beforeEach(async () => {
  Object.assign(environment, { LANDFALL_LANDING: landing, LANDFALL_SOURCES: '', AWS_LAMBDA_FUNCTION_NAME: '' });
  pipeline = await testPipeline(
    'create table public.zipcodes (zip_code text primary key, city text not null, state char(2))',
    { environment: () => environment },
  );
});
afterEach(() => pipeline.end());

const content = 'zip_code,city,state\n00501,Holtsville,NY\n';

async function expectRefused(request: object): Promise<void> {
  s3.asked.length = 0;
  const result = await pipeline.execute(request);
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      loadId: null,
      outcome: 'REJECTED',
      code: 'FOREIGN_BUCKET',
      message: expect.stringContaining('is not loaded here'),
    },
  });
  expect(s3.asked).toEqual([]);
  expect(await pipeline.rows(sql`select load_id from landfall.loads`)).toEqual([]);
}

test('a stack loads what lies in its landing bucket', async () => {
  await s3.upload('zipcodes/a.csv', content);
  expect(await pipeline.execute({ bucket: landing, key: 'zipcodes/a.csv', dataset: 'zipcodes' })).toMatchObject({
    output: { outcome: 'LOADED' },
  });
});

test('a request for a file of the machine is refused before anything is claimed', async () => {
  const path = await pipeline.file('secret.csv', content);
  await expectRefused({ bucket: 'file://', key: path, dataset: 'zipcodes' });
  await expectRefused({
    bucket: 'file://',
    key: '/proc/self/environ',
    into: 'public.zipcodes',
    businessKey: ['zip_code'],
  });
});

test.each([
  versioned,
  reports,
  landing.toUpperCase(),
  `${landing}/`,
  `${landing}/zipcodes`,
  ` ${landing}`,
  `s3://${landing}`,
  `arn:aws:s3:::${landing}`,
  `arn:aws:s3:eu-central-1:1:accesspoint/mine`,
  'FILE://',
  'file:///',
  '__proto__',
  '*',
])('so is one for an object of %j, and an event that names it', async (bucket) => {
  await s3.upload('zipcodes/a.csv', content, versioned);
  await expectRefused({ bucket, key: 'zipcodes/a.csv', dataset: 'zipcodes' });
  await expectRefused(objectCreated({ bucket, key: 'zipcodes/a.csv', etag: 'e', size: 40, versionId: null }, '01'));
});

test('a bucket that is declared is loaded from, by its exact name', async () => {
  environment['LANDFALL_SOURCES'] = `other-bucket,${versioned}`;
  await s3.upload('zipcodes/a.csv', content, versioned);
  expect(await pipeline.execute({ bucket: versioned, key: 'zipcodes/a.csv', dataset: 'zipcodes' })).toMatchObject({
    output: { outcome: 'LOADED' },
  });
});

test('in Lambda a function that was told of no bucket loads nothing', async () => {
  Object.assign(environment, { LANDFALL_LANDING: '', AWS_LAMBDA_FUNCTION_NAME: 'extract' });
  await expectRefused({ bucket: landing, key: 'zipcodes/a.csv', dataset: 'zipcodes' });
});

test('a step opens no other store, also where somebody wrote another bucket into the ledger', async () => {
  const storeFor = storeAmong([landing]);
  for (const bucket of ['file://', versioned, ''])
    await expect(storeFor(bucket)).rejects.toMatchObject({ name: 'LoadRejected', code: 'FOREIGN_BUCKET' });
  await expect(storeFor(landing)).resolves.toBeDefined();
});

test('a stack over a ledger of others retries none of theirs: not by hand, not all at once, not by the sweep', async () => {
  environment['LANDFALL_LANDING'] = '';
  const path = await pipeline.file('local.csv', content);
  expect(await pipeline.load(path, { dataset: 'zipcodes' })).toMatchObject({ outcome: 'LOADED' });
  await pipeline.run(
    `update landfall.loads set outcome = 'FAILED', code = 'DatabaseAway', execution = 'arn:other', ended_at = now() - interval '30 minutes'`,
  );
  const started: unknown[] = [];
  const start = async (request: unknown): Promise<string> => `arn:${started.push(request)}`;
  const ask = async (verb: string, input: object): Promise<unknown> =>
    await pipeline.connect((db) =>
      operate(
        { verb, input, by: 'ana@laptop', why: null },
        {
          db,
          ledgerOwner: null,
          place: 'test',
          executions: {
            start,
            stop: async () => undefined,
            lookAt: async () => ({ isRunning: false, endedAt: null }) as const,
          },
          objects: { bucket: landing, sources: [landing], list: async function* () {} },
          datasets,
          ownerIsAlive: () => false,
          now: () => new Date(),
          millisecondsLeft: () => Infinity,
          recordBytes: 1_000,
        },
      ),
    );
  const [load] = await pipeline.rows<{ load_id: number }>(trustedSql('select load_id from landfall.loads'));
  await expect(ask('retry', { loadId: load?.load_id })).rejects.toThrow('was not loaded by this stack');
  expect(await ask('retry-failed', { since: '24h' })).toMatchObject({
    started: [],
    passedOver: [{ loadId: load?.load_id, code: 'FOREIGN_BUCKET' }],
  });
  const lookAt = async () => ({ isRunning: false, endedAt: null });
  const sweeping = (sources: readonly string[]): Promise<number[]> =>
    pipeline.connect((db) => retryFailed({ db, sources, executions: { start, lookAt } }));
  expect(await sweeping([landing])).toEqual([]);
  expect(started).toEqual([]);
  // the same load, of a stack that takes it
  expect(await sweeping([landing, 'file://'])).toEqual([load?.load_id]);
});
