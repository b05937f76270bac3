import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { transportsOf } from '../../../cli/telemetry/lineage-transports.ts';
import { createMetrics } from '../../../cli/telemetry/metrics.ts';
import { serveMetrics } from '../../../cli/telemetry/metrics-server.ts';
import { telemetryOf, toldBy } from '../../../cli/telemetry/telemetry.ts';
import { longestWaitMs } from '../../../cli/telemetry/teller.ts';
import { traceTeller } from '../../../cli/telemetry/traces.ts';
import { nothingCounted } from '../../../functions/core/dispositions.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import { bareReport } from '../../../cli/loading/bare-report.ts';

const asked: { path: string; headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    asked.push({ path: request.url ?? '', headers: request.headers, body });
    if (request.url?.startsWith('/silent') === true) return;
    response.writeHead(request.url?.startsWith('/broken') === true ? 503 : 200).end();
  });
});
let collector = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  collector = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const object = { bucket: 's3-bucket', key: 'orders/a.csv' };
const request = { ...object, versionId: null, dataset: 'orders', dryRun: false, force: false };

function report(of: Partial<LoadReport>): LoadReport {
  const bare = bareReport({ object, dataset: 'orders', outcome: 'LOADED', code: null, message: null });
  return { ...bare, loadId: 7, counts: { ...nothingCounted, records: 3, inserted: 2, rejected: 1 }, bytes: 42, ...of };
}

const target = { url: 'postgres://app@db.example.org/shop', embedded: false, by: 'DATABASE_URL' };

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: { stringValue?: string; intValue?: string } }[];
  readonly status: { code: number; message?: string };
}

test('a load is a trace of its caller: a span for it, and one for each step', async () => {
  const parent = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    TRACEPARENT: `00-${parent.trace}-${parent.span}-01`,
  };
  const said: string[] = [];
  const telemetry = await telemetryOf(env, target, (text) => said.push(text), '/');
  const load = telemetry.begin(request);
  load.end(report({}), [
    { functionName: 'extract', startedAt: 1_000, endedAt: 1_010, isWell: true },
    { functionName: 'stage', startedAt: 1_010, endedAt: 1_050, isWell: false },
    { functionName: 'stage', startedAt: 1_020, endedAt: 1_080, isWell: true },
  ]);
  await telemetry.flush();
  expect(said).toEqual([]);
  const [sent] = asked.splice(0);
  expect(sent).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'a b', 'content-type': 'application/json' } });
  const { resourceSpans } = JSON.parse(sent?.body ?? '') as {
    resourceSpans: { resource: object; scopeSpans: { spans: Span[] }[] }[];
  };
  expect(JSON.stringify(resourceSpans[0]?.resource)).toContain(
    '"deployment.environment","value":{"stringValue":"test"}',
  );
  const spans = resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  const [whole] = spans;
  expect(spans.map(({ name, traceId, parentSpanId }) => [name, traceId, parentSpanId])).toEqual([
    ['landfall.load', parent.trace, parent.span],
    ['landfall.extract', parent.trace, whole?.spanId],
    ['landfall.stage', parent.trace, whole?.spanId],
  ]);
  const of = (i: number): object =>
    Object.fromEntries(
      (spans[i]?.attributes ?? []).map(({ key, value }) => [key, value.intValue ?? value.stringValue]),
    );
  expect(of(0)).toMatchObject({
    'landfall.load.id': '7',
    'landfall.dataset': 'orders',
    'landfall.object': 's3://s3-bucket/orders/a.csv',
    'landfall.outcome': 'LOADED',
    'landfall.rows.inserted': '2',
    'landfall.rows.rejected': '1',
    'landfall.bytes': '42',
  });
  expect(of(2)).toMatchObject({ 'landfall.load.id': '7', 'landfall.calls': '2', 'landfall.calls.failed': '1' });
  expect(spans[2]).toMatchObject({
    startTimeUnixNano: '1010000000',
    endTimeUnixNano: '1080000000',
    status: { code: 0 },
  });
});

test('a failure is told by its code, without its words', async () => {
  const telemetry = await telemetryOf(
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector}/own` },
    target,
    () => undefined,
    '/',
  );
  telemetry.begin(request).end(report({ outcome: 'FAILED', code: 'LeaseLost', message: 'cell 4711' }), []);
  await telemetry.flush();
  const [sent] = asked.splice(0);
  expect(sent?.path).toBe('/own');
  expect(sent?.body).toContain('"status":{"code":2,"message":"LeaseLost"}');
  expect(sent?.body).not.toContain('4711');
});

test.each([
  ['the SDK is turned off', { OTEL_SDK_DISABLED: 'true' }],
  ['traces go nowhere', { OTEL_TRACES_EXPORTER: 'none' }],
  ['the caller is not sampled', { TRACEPARENT: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' }],
])('nothing is sent where %s', (_, env) => {
  expect(traceTeller({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, ...env })).toEqual([]);
});

test('a collector that is broken, silent or away is said once, and keeps nobody', async () => {
  const said: string[] = [];
  const err = (text: string): void => void said.push(text);
  const broken = await telemetryOf({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector}/broken` }, target, err, '/');
  broken.begin(request).end(report({}), []);
  broken.begin(request).end(report({}), []);
  await broken.flush();
  const away = await telemetryOf({ OPENLINEAGE_URL: 'http://127.0.0.1:40999' }, target, err, '/');
  away.begin(request).end(report({ loadId: null }), []);
  await away.flush();
  const startedAt = performance.now();
  const silent = await telemetryOf({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector}/silent` }, target, err, '/');
  silent.begin(request).end(report({}), []);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await silent.flush();
  expect(performance.now() - startedAt).toBeLessThan(longestWaitMs + 1_500);
  asked.splice(0);
  const port = new URL(collector).port;
  expect(said.map((text) => text.replaceAll(port, 'PORT'))).toEqual([
    'the collector of traces at 127.0.0.1:PORT cannot be told, and loads go on without it: 127.0.0.1:PORT answered 503\n',
    'the server of lineage at 127.0.0.1:40999 cannot be told, and loads go on without it: connect ECONNREFUSED 127.0.0.1:40999\n',
    expect.stringContaining('the collector of traces at 127.0.0.1:PORT cannot be told'),
  ]);
});

test("OpenLineage's config file, as its clients read it", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-lineage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = async (text: string): Promise<unknown> => {
    writeFileSync(join(folder, 'openlineage.yml'), text);
    const env = { OPENLINEAGE_CONFIG: 'openlineage.yml', OPENLINEAGE_URL: 'http://not.this' };
    return await transportsOf(env, folder).catch((error: Error) => error.message.replaceAll(folder, 'FOLDER'));
  };
  const http = 'transport:\n  type: http\n  url: https://backend:5000/\n';
  const url = 'https://backend:5000/api/v1/lineage';
  expect(await config(http)).toEqual([{ kind: 'http', url, headers: {} }]);
  expect(
    await config(
      `${http}  endpoint: /own\n  auth: { type: api_key, apiKey: k3y }\n  custom_headers: { x-team: 7 }\n  timeout: 5\n`,
    ),
  ).toEqual([
    { kind: 'http', url: 'https://backend:5000/own', headers: { authorization: 'Bearer k3y', 'x-team': '7' } },
  ]);
  expect(await config('transport: { type: console }')).toEqual([{ kind: 'console' }]);
  expect(await config('transport: { type: noop }')).toEqual([]);
  const path = join(folder, 'e.log');
  expect(await config('transport: { type: file, log_file_path: e.log, append: true }')).toEqual([
    { kind: 'file', path, eachAlone: false },
  ]);
  expect(await config('transport: { type: file, log_file_path: e.log }')).toEqual([
    { kind: 'file', path, eachAlone: true },
  ]);
  expect(await config('transport: { type: file, location: e.log }')).toEqual([
    { kind: 'file', path, eachAlone: false },
  ]);
  for (const transports of ['[{ type: console }, { type: noop }]', '{ a: { type: console } }'])
    expect(await config(`transport: { type: composite, transports: ${transports} }`)).toEqual([{ kind: 'console' }]);

  const said = 'OPENLINEAGE_CONFIG, FOLDER/openlineage.yml: ';
  expect(await config('transport: { type: kafka }')).toBe(
    `${said}transport kafka is not known here: http, file, console, composite and noop are`,
  );
  expect(await config('a: [')).toBe(`${said}it is no YAML`);
  expect(await config('url: x')).toContain(`${said}it has no transport`);
  expect(await config('transport: { type: http, url: "ftp://x" }')).toContain('transport.url is no URL');
  expect(await config(`${http}  auth: { type: jwt }`)).toContain('transport.auth is not known here');
  expect(await config('transport: { type: file }')).toContain('needs log_file_path');
  await expect(transportsOf({ OPENLINEAGE_CONFIG: 'absent.yml' }, folder)).rejects.toThrow(
    /absent\.yml: it cannot be read \(ENOENT\)/u,
  );
});

test('events go where the config says: to the terminal, and to a file each', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-lineage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'o.yml'),
    'transport: { type: composite, transports: [{ type: console }, { type: file, log_file_path: out/event }] }',
  );
  mkdirSync(join(folder, 'out'));
  const said: string[] = [];
  const telemetry = await telemetryOf({ OPENLINEAGE_CONFIG: 'o.yml' }, target, (text) => said.push(text), folder);
  telemetry.begin(request).end(report({ outcome: 'FAILED', code: 'X', loadId: null }), []);
  await telemetry.flush();
  const types = (events: readonly string[]): unknown[] =>
    events.map((event) => (JSON.parse(event) as { eventType: string }).eventType).toSorted();
  expect(types(said)).toEqual(['FAIL', 'START']);
  const files = readdirSync(join(folder, 'out'));
  expect(files.filter((name) => !/^event-\d{8}-\d{6}\.\d{6}\.json$/u.test(name))).toEqual([]);
  expect(types(files.map((name) => readFileSync(join(folder, 'out', name), 'utf8')))).toEqual(['FAIL', 'START']);
});

test('what variables ask for wrongly is said, and nothing else happens', async () => {
  const said: string[] = [];
  for (const env of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OPENLINEAGE_URL: 'kafka://broker' },
  ]) {
    const telemetry = await telemetryOf(env, target, (text) => said.push(text), '/');
    telemetry.begin(request).end(report({}), []);
    await telemetry.flush();
  }
  expect(said).toEqual([
    'telemetry is off: OTEL_EXPORTER_OTLP_ENDPOINT is no URL: http://localhost:4318\n',
    'telemetry is off: OTLP is spoken over HTTP here, not over gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json, and the port to 4318\n',
    'telemetry is off: OPENLINEAGE_URL is no URL: http://localhost:5000, or file:///path/of/events.ndjson\n',
  ]);
});

test('the end of a load is told behind its beginning', async () => {
  const order: string[] = [];
  const slow = {
    name: 'slow',
    began: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push('began');
    },
    ended: async () => await Promise.resolve(void order.push('ended')),
  };
  const telemetry = toldBy([slow], () => undefined);
  telemetry.begin(request).end(report({}), []);
  await telemetry.flush();
  expect(order).toEqual(['began', 'ended']);
});

test('metrics count durable rows, each load once, and say when the last one was', () => {
  let now = 1_000;
  const metrics = createMetrics(new Map([['old "quoted"', 500]]), () => now);
  now = 2_000;
  metrics.count(report({}), 1.5);
  metrics.count(report({}), 1.5);
  metrics.count(report({ loadId: 8, outcome: 'FAILED' }), 9);
  metrics.count(report({ loadId: 9, outcome: 'HELD' }), 9);
  metrics.count(report({ loadId: 7, outcome: 'ALREADY_LOADED' }), 0.1);
  expect(metrics.text()).toMatchSnapshot();
});

test('metrics are served to this machine alone', async () => {
  const ending = new AbortController();
  const { url } = await serveMetrics(createMetrics(new Map()), 0, ending.signal);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  expect(await answer.text()).toContain('# TYPE landfall_rows_total counter');
  expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  await expect(serveMetrics(createMetrics(new Map()), Number(new URL(url).port), ending.signal)).rejects.toThrow(
    /EADDRINUSE.*--metrics-port 0/,
  );
  ending.abort();
});
