import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { objectUrl } from '../../functions/core/object-url.ts';
import { steps } from '../../functions/protocol/pipeline.ts';
import { type Call, type EndedLoad, post, type Teller } from './teller.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/**
 * A load as a trace of OpenTelemetry: one span for the load, and below it one a step, from its first call to the end of its last one.
 * Sent as OTLP over HTTP in JSON. None where the SDK's own variables turn it off, or the caller's trace is not sampled.
 * @throws where the variables ask for what is not spoken here
 */
export function traceTeller(env: Env): readonly Teller[] {
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'];
  const parent = parentOf(env['TRACEPARENT']);
  if (env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none' || parent?.isSampled === false)
    return [];
  if (protocol === 'grpc')
    throw new Error(
      'OTLP is spoken over HTTP here, not over gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json, and the port to 4318',
    );
  const url = endpointOf(env);
  const headers = pairsOf(env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] || env['OTEL_EXPORTER_OTLP_HEADERS']);
  const ended = (load: EndedLoad): Promise<void> => post(url, headers, tracesOf(load, parent, env));
  return [{ name: `the collector of traces at ${new URL(url).host}`, ended }];
}

/** The one of traces as it stands, else the common one with the path that the specification adds. */
function endpointOf(env: Env): string {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const url = own || `${(env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '').replace(/\/$/, '')}/v1/traces`;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new Error('OTEL_EXPORTER_OTLP_ENDPOINT is no URL: http://localhost:4318');
  return url;
}

/** `key=value,key=value`, percent-encoded as W3C Baggage is. */
function pairsOf(text = ''): Readonly<Record<string, string>> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at <= 0 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Parent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** W3C Trace Context; null for none, or one that is none. */
function parentOf(text: string | undefined): Parent | null {
  const [, version, traceId = '', spanId = '', flags = '0'] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(text?.trim() ?? '') ?? [];
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: Number.parseInt(flags, 16) % 2 === 1 };
}

function tracesOf(load: EndedLoad, parent: Parent | null, env: Env): object {
  const { report, request, calls } = load;
  const traceId = parent?.traceId ?? randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  const common = {
    'landfall.load.id': report.loadId,
    'landfall.dataset': report.dataset ?? request.dataset ?? request.into ?? null,
  };
  const isWell = report.outcome !== 'FAILED';
  const whole = {
    traceId,
    spanId,
    ...(parent !== null && { parentSpanId: parent.spanId }),
    name: 'landfall.load',
    // SPAN_KIND_INTERNAL
    kind: 1,
    ...timesOf(load),
    attributes: attributesOf({
      ...common,
      'landfall.object': objectUrl(report.object),
      'landfall.outcome': report.outcome,
      'landfall.code': report.code ?? null,
      'landfall.bytes': report.bytes,
      'landfall.slices': report.slices,
      'landfall.batches': report.batches,
      ...Object.fromEntries(Object.entries(report.counts).map(([name, rows]) => [`landfall.rows.${name}`, rows])),
    }),
    status: statusOf(isWell, report.code),
  };
  const ofSteps = steps.flatMap((step) => {
    const own = calls.filter(({ functionName }) => functionName === step);
    return own.length === 0 ? [] : [{ ...stepSpan(step, own, common), traceId, parentSpanId: spanId }];
  });
  const resource = {
    'service.name': 'landfall',
    'host.name': hostname(),
    'process.pid': process.pid,
    ...pairsOf(env['OTEL_RESOURCE_ATTRIBUTES']),
    ...(env['OTEL_SERVICE_NAME'] && { 'service.name': env['OTEL_SERVICE_NAME'] }),
  };
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'landfall' }, spans: [whole, ...ofSteps] }],
      },
    ],
  };
}

function stepSpan(step: string, calls: readonly Call[], common: Readonly<Record<string, unknown>>): object {
  const isWell = calls.at(-1)?.isWell !== false;
  return {
    spanId: randomBytes(8).toString('hex'),
    name: `landfall.${step}`,
    kind: 1,
    ...timesOf({
      startedAt: Math.min(...calls.map(({ startedAt }) => startedAt)),
      endedAt: Math.max(...calls.map(({ endedAt }) => endedAt)),
    }),
    attributes: attributesOf({
      ...common,
      'landfall.calls': calls.length,
      'landfall.calls.failed': calls.filter((call) => !call.isWell).length,
    }),
    status: statusOf(isWell),
  };
}

/** Nanoseconds as JSON of protobuf has 64 bits: as text. */
function timesOf({ startedAt, endedAt }: { readonly startedAt: number; readonly endedAt: number }): object {
  const nanoseconds = (ms: number): string => `${Math.trunc(ms)}000000`;
  return { startTimeUnixNano: nanoseconds(startedAt), endTimeUnixNano: nanoseconds(endedAt) };
}

/** STATUS_CODE_UNSET, STATUS_CODE_ERROR; the code of a failure alone: its words may hold a cell. */
function statusOf(isWell: boolean, code?: string): object {
  return isWell ? { code: 0 } : { code: 2, ...(code !== undefined && { message: code }) };
}

function attributesOf(values: Readonly<Record<string, unknown>>): readonly object[] {
  return Object.entries(values).flatMap(([key, value]): readonly object[] => {
    if (typeof value === 'number') return [{ key, value: { intValue: String(value) } }];
    return typeof value === 'string' ? [{ key, value: { stringValue: value } }] : [];
  });
}
