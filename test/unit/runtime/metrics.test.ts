import { afterEach, expect, test, vi } from 'vitest';
import { readEnv } from '../../../functions/runtime/env.ts';
import { openMetrics, type Measured } from '../../../functions/runtime/metrics.ts';
import { loadMetrics } from '../../../functions/report/load-metrics.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';

afterEach(() => vi.restoreAllMocks());

const report: LoadReport = {
  loadId: 7,
  dataset: 'orders',
  object: { bucket: 'landing', key: 'orders/a.csv', versionId: 'v1', etag: 'e', size: 100 },
  outcome: 'LOADED',
  counts: {
    records: 200,
    rejected: 5,
    duplicate: 3,
    inserted: 100,
    updated: 50,
    unchanged: 42,
    stale: 0,
    deleted: 0,
  },
  rejectsByCode: [],
  timeZone: null,
  bytes: 100,
  slices: 1,
  batches: 1,
  milliseconds: { extract: 1, stage: 2, validate: 3, transform: 4, merge: 5, report: 6 },
  reportPath: null,
  rejectsPath: null,
};

async function linesOf(measured: Measured, variables: Record<string, string>): Promise<readonly string[]> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  (await openMetrics(readEnv({ DATABASE_URL: 'postgres://x', ...variables })))(measured);
  vi.restoreAllMocks();
  return written.filter((line) => line.includes('CloudWatchMetrics'));
}

test('a load is measured for the whole alone where datasets cost too much, and the line still says of which it is', async () => {
  const [text = '', ...others] = await linesOf(
    { dataset: 'orders', loadId: 7, values: { LoadsLoaded: 1 } },
    { LANDFALL_METRICS: 'totals', LANDFALL_STACK: 'Nightly' },
  );
  expect(others).toEqual([]);
  const { _aws: embedded, ...line } = JSON.parse(text) as {
    _aws: { CloudWatchMetrics: readonly { Dimensions: unknown }[] };
  };
  expect(line).toMatchObject({ service: 'Nightly', dataset: 'orders', loadId: '7', LoadsLoaded: 1 });
  expect(embedded.CloudWatchMetrics.map(({ Dimensions }) => Dimensions)).toEqual([[['service']]]);
});

test('a load is measured for its dataset and for the whole, in one line that names it', async () => {
  const lines = await linesOf(
    { dataset: 'orders', loadId: 7, values: loadMetrics(report) },
    { LANDFALL_METRICS: 'on', LANDFALL_STACK: 'Nightly' },
  );
  expect(lines).toHaveLength(1);
  const line = JSON.parse(lines[0] ?? '') as Record<
    string,
    { CloudWatchMetrics: Record<string, unknown>[] } | undefined
  >;
  expect(line).toMatchObject({
    service: 'Nightly',
    dataset: 'orders',
    loadId: '7',
    LoadsLoaded: 1,
    RowsInserted: 100,
    RejectShare: 2.5,
    LoadMilliseconds: 21,
    MergeMilliseconds: 5,
  });
  const [directive] = line['_aws']?.CloudWatchMetrics ?? [];
  expect(directive?.['Namespace']).toBe('Landfall');
  expect(directive?.['Dimensions']).toEqual([['service', 'dataset'], ['service']]);
  expect(directive?.['Metrics']).toContainEqual({ Name: 'RejectShare', Unit: 'Percent' });
});

test('what belongs to no dataset counts for the whole alone', async () => {
  const [line] = await linesOf({ dataset: null, values: { RunningLoads: 0 } }, { AWS_LAMBDA_FUNCTION_NAME: 'sweep' });
  expect(line).toContain('"Dimensions":[["service"]]');
});

test.each([{}, { AWS_LAMBDA_FUNCTION_NAME: 'report', LANDFALL_METRICS: 'off' }])(
  'with %j nothing is written',
  async (variables: Record<string, string>) => {
    expect(await linesOf({ dataset: null, values: { RunningLoads: 1 } }, variables)).toEqual([]);
  },
);

test('of nothing no line is written', async () => {
  expect(await linesOf({ dataset: 'orders', values: {} }, { LANDFALL_METRICS: 'on' })).toEqual([]);
});

test('other outcomes are counted, and a dry run is not', () => {
  expect(loadMetrics({ ...report, outcome: 'REJECTED' })).toMatchObject({ LoadsRejected: 1, RejectShare: 2.5 });
  expect(loadMetrics({ ...report, outcome: 'HELD' })).toEqual({ LoadsHeld: 1 });
  expect(loadMetrics({ ...report, outcome: 'SUPERSEDED' })).toEqual({ LoadsSuperseded: 1 });
  expect(loadMetrics({ ...report, outcome: 'DRY_RUN' })).toEqual({});
  const none = { ...report.counts, records: 0 };
  expect(loadMetrics({ ...report, outcome: 'REJECTED', counts: none })).not.toHaveProperty('RejectShare');
});
