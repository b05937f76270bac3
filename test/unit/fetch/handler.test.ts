import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from '../../../functions/fetch/handler.ts';
import { readFetchEnv } from '../../../functions/runtime/fetch-env.ts';
import { foldersToRemove } from '../../support/folders.ts';
import { datasetsFileIn } from '../../support/sample-datasets.ts';

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 900_000 };
const folder = mkdtempSync(join(tmpdir(), 'landfall-fetch-'));
foldersToRemove.push(folder);
const event = { dataset: 'zipcodes', scheduledTime: '2024-07-01T02:00:00Z' };

beforeEach(() => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('LANDFALL_DATASETS', datasetsFileIn(folder));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('the function says what its environment lacks', async () => {
  vi.stubEnv('LANDFALL_LANDING', '');
  await expect(handler(event, context)).rejects.toThrow('LANDFALL_LANDING: the name of the bucket that files land in');
});

test('the function fails by the name FetchRefused for a dataset that is not fetched, and needs no database', async () => {
  vi.stubEnv('LANDFALL_LANDING', 'landing-bucket');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  await expect(handler(event, context)).rejects.toMatchObject({
    name: 'FetchRefused',
    message: expect.stringContaining('dataset "zipcodes" has no fetch in its declaration'),
  });
});

test.each([
  ['without a time', { dataset: 'zipcodes' }],
  ['with a time that is none', { dataset: 'zipcodes', scheduledTime: 'tomorrow' }],
  ['with something else', { ...event, url: 'https://example.com' }],
])('an event %s is not taken', async (_, wrong) => {
  vi.stubEnv('LANDFALL_LANDING', 'landing-bucket');
  await expect(handler(wrong, context)).rejects.toMatchObject({ name: 'ZodError' });
});

test('it is measured where Lambda runs it, unless its environment says otherwise', () => {
  const lambda = { LANDFALL_LANDING: 'b', AWS_LAMBDA_FUNCTION_NAME: 'fetch' };
  expect(readFetchEnv({ ...lambda, LANDFALL_STACK: 'Landfall' })).toMatchObject({ metrics: true, stack: 'Landfall' });
  expect(readFetchEnv({ ...lambda, LANDFALL_METRICS: 'off' }).metrics).toBe(false);
});

test('only its own environment lets it reach other addresses, and never by default', () => {
  expect(readFetchEnv({ LANDFALL_LANDING: 'b' })).toEqual({
    landing: 'b',
    datasets: [],
    datasetMetrics: true,
    testCertificate: null,
    metrics: false,
    stack: null,
  });
  vi.stubEnv('LANDFALL_TEST_CERTIFICATE', '');
  expect(readFetchEnv({ LANDFALL_LANDING: 'b' }).testCertificate).toBeNull();
  vi.stubEnv('LANDFALL_TEST_CERTIFICATE', 'PEM');
  expect(readFetchEnv({ LANDFALL_LANDING: 'b' }).testCertificate).toBe('PEM');
});
