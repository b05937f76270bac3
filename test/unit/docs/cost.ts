import { datasets } from '../../../functions/datasets/all.ts';
import { loadMetrics } from '../../../functions/report/load-metrics.ts';
import { functionSizes } from '../../../infra/functions/function-sizes.ts';
import { auroraIos, callSeconds, estimated, gbSeconds, logBytes } from '../../infra/support/estimates.ts';
import { calls, transitions } from '../../infra/support/history.ts';
import { prices } from '../../infra/support/prices.ts';
import { atOnce, lanes, loadOf } from '../../infra/support/scale.ts';
import { about, count, dollars } from './figures.ts';
import { unwantedDollars } from './cost-parts.ts';

const loaded: Parameters<typeof loadMetrics>[0] = {
  outcome: 'LOADED',
  counts: { records: 1, rejected: 0, duplicate: 0, inserted: 1, updated: 0, unchanged: 0, stale: 0, deleted: 0 },
  milliseconds: { extract: 1, stage: 1, validate: 1, transform: 1, merge: 1, report: 1 },
};

/**
 * What docs/cost.md takes for granted: the month that is paid for. What stands in the templates too is compared with them by
 * test/infra/cost.test.ts and test/infra/database-alarms.test.ts.
 */
export const month = {
  loads: 100,
  gigabytes: 1,
  hours: 730,
  /** The samples that are declared. */
  datasets: datasets.length,
  /** A load that failed or was refused, an alarm that went off. */
  emails: 10,
  /** Every quarter of an hour; one list of the bucket each. */
  sweeps: 2_920,
  sweepSeconds: 2,
  uploadPartMebibytes: 8,
  /** Metrics in alarms: one over an expression is paid for each metric in it. */
  alarmMetrics: 55,
  /** Of the buckets, and of the topic. */
  keys: 2,
  /** The owner's and the loader's. */
  secrets: 2,
  /** Names that a load sends, each once for its dataset and once for all. */
  metricsOfLoad: Object.keys(loadMetrics(loaded)).length,
  /** Names that sweep sends all the time (test/pipeline/sweep.test.ts). */
  metricsOfSweep: 6,
  endpoints: 3,
  /** With IAM none for secrets. */
  endpointsWithIam: 2,
  zones: 2,
  /** Between which the stack's own Aurora grows (infra/settings.ts). */
  databaseUnits: 0.5,
  databaseMostUnits: 8,
  /** Of the stack’s own Aurora; a database that is there has one more, of its disk. */
  databaseAlarms: 4,
  databaseGigabytes: 100,
  /** Of a larger set-up, each with a load an hour. */
  manyDatasets: 100,
  /** By which AWS raises the price of a key: its first and its second, a year apart. */
  rotations: 2,
} as const;

/** A line of the bill: so many units, at so much for `per` of them. */
export interface Line {
  readonly service: string;
  readonly quantity: number;
  readonly unit: string;
  readonly price: number;
  readonly per: number;
}

const load = loadOf(month.gigabytes * 1e9);
const total = (numbers: Readonly<Record<string, number>>): number =>
  Object.values(numbers).reduce((sum, each) => sum + each, 0);

/** GB-seconds of one load, by step. */
export const gbSecondsOfLoad = gbSeconds(month.gigabytes * 1e9, load.course);

/** Environments that start for one load where none is warm: as many of a step as run at once. */
export const coldStarts = {
  extract: 1,
  stage: Math.min(load.slices, atOnce('StageSlices')),
  validate: Math.min(load.slices, atOnce('ValidateSlices')),
  transform: 1,
  merge: lanes,
  report: 1,
} as const;

const coldGbSeconds = total(
  Object.fromEntries(
    Object.entries(coldStarts).map(([step, environments]) => [
      step,
      (environments * estimated.coldStartSeconds * functionSizes[step as keyof typeof coldStarts].memoryMb) / 1_024,
    ]),
  ),
);
const callsOfLoad = total(calls(load.course));
const sweepGbSeconds = (month.sweeps * (month.sweepSeconds + callSeconds) * functionSizes.sweep.memoryMb) / 1_024;
const partsOfUpload = Math.ceil((month.gigabytes * 1e9) / (month.uploadPartMebibytes * 1_024 ** 2));
const logGigabytes = (month.loads * logBytes(load.course) + month.sweeps * estimated.logBytesOfCall) / 1e9;
const metricMonths = (month.loads * month.metricsOfLoad * 2) / month.hours + month.metricsOfSweep;
const allCalls = month.loads * callsOfLoad + month.sweeps;

/** The month without the database and without a VPC. */
export const bill: readonly Line[] = [
  {
    service: 'Lambda: loading',
    quantity: month.loads * total(gbSecondsOfLoad),
    unit: 'GB-seconds',
    price: prices.lambdaGbSecond,
    per: 1e6,
  },
  {
    service: 'Lambda: cold starts',
    quantity: month.loads * coldGbSeconds,
    unit: 'GB-seconds',
    price: prices.lambdaGbSecond,
    per: 1e6,
  },
  { service: 'Lambda: sweep', quantity: sweepGbSeconds, unit: 'GB-seconds', price: prices.lambdaGbSecond, per: 1e6 },
  { service: 'Lambda: calls', quantity: allCalls, unit: 'calls', price: prices.lambdaRequest, per: 1e6 },
  {
    service: 'Step Functions',
    quantity: month.loads * transitions(load.course),
    unit: 'transitions',
    price: prices.stateTransition,
    per: 1e6,
  },
  {
    service: 'S3: uploads, reports, lists',
    quantity: month.loads * (partsOfUpload + 2 + 2) + month.sweeps,
    unit: 'requests',
    price: prices.s3Put,
    per: 1e3,
  },
  { service: 'S3: reads', quantity: month.loads * load.gets, unit: 'requests', price: prices.s3Get, per: 1e3 },
  {
    service: 'S3: storage',
    quantity: month.loads * month.gigabytes,
    unit: 'GB-months',
    price: prices.s3GbMonth,
    per: 1,
  },
  { service: 'EventBridge', quantity: month.loads, unit: 'events', price: prices.eventBridgeEvent, per: 1e6 },
  { service: 'EventBridge Scheduler', quantity: month.sweeps, unit: 'calls', price: prices.schedulerCall, per: 1e6 },
  { service: 'SQS', quantity: 0, unit: 'requests', price: prices.sqsRequest, per: 1e6 },
  { service: 'SNS', quantity: month.emails, unit: 'e-mails', price: prices.snsEmail, per: 1e5 },
  { service: 'CloudWatch: logs', quantity: logGigabytes, unit: 'GB', price: prices.logGb, per: 1 },
  { service: 'CloudWatch: metrics', quantity: metricMonths, unit: 'metric-months', price: prices.metricMonth, per: 1 },
  { service: 'CloudWatch: alarms', quantity: month.alarmMetrics, unit: 'metrics', price: prices.alarmMonth, per: 1 },
  { service: 'CloudWatch: dashboard', quantity: 1, unit: 'dashboard', price: prices.dashboardMonth, per: 1 },
  { service: 'X-Ray', quantity: month.loads + month.sweeps, unit: 'traces', price: prices.trace, per: 1e6 },
  { service: 'KMS: keys', quantity: month.keys, unit: 'key-months', price: prices.keyMonth, per: 1 },
  { service: 'KMS: requests', quantity: allCalls, unit: 'requests', price: prices.keyRequest, per: 1e4 },
  { service: 'Secrets Manager', quantity: month.secrets, unit: 'secret-months', price: prices.secretMonth, per: 1 },
  {
    service: 'Secrets Manager: reads',
    quantity: allCalls,
    unit: 'requests',
    price: prices.secretRequest,
    per: 1e4,
  },
];

/** Hours in which a load of the month runs: its steps one after the other, without the time between states. */
const loadHours =
  (month.loads * (load.stageSeconds + load.validateSeconds + load.transformSeconds + load.mergeSeconds)) / 3_600;

/** Beside it, where it is asked for or comes by itself. */
export const beside: readonly Line[] = [
  {
    service: `Metrics of ${month.manyDatasets} datasets with a load an hour`,
    quantity: month.metricsOfLoad * (month.manyDatasets + 1),
    unit: 'metric-months',
    price: prices.metricMonth,
    per: 1,
  },
  {
    service: 'The same where `landfall:datasetMetrics` is `false`',
    quantity: month.metricsOfLoad,
    unit: 'metric-months',
    price: prices.metricMonth,
    per: 1,
  },
  {
    service: 'KMS: keys that were rotated twice',
    quantity: month.keys * month.rotations,
    unit: 'key-months',
    price: prices.keyMonth,
    per: 1,
  },
  {
    service: 'Interface endpoints (`landfall:vpc` is `new`)',
    quantity: month.endpoints * month.zones * month.hours,
    unit: 'hours',
    price: prices.endpointHour,
    per: 1,
  },
  {
    service: 'The same with `landfall:aurora`',
    quantity: month.endpointsWithIam * month.zones * month.hours,
    unit: 'hours',
    price: prices.endpointHour,
    per: 1,
  },
  {
    service: 'Alarms of the database',
    quantity: month.databaseAlarms,
    unit: 'metrics',
    price: prices.alarmMonth,
    per: 1,
  },
  {
    service: 'Aurora Serverless v2, half a unit all month',
    quantity: month.databaseUnits * month.hours,
    unit: 'unit-hours',
    price: prices.auroraUnitHour,
    per: 1,
  },
  {
    service: 'Aurora Serverless v2, at its most while it loads',
    quantity: loadHours * (month.databaseMostUnits - month.databaseUnits),
    unit: 'unit-hours',
    price: prices.auroraUnitHour,
    per: 1,
  },
  {
    service: 'Aurora storage',
    quantity: month.databaseGigabytes,
    unit: 'GB-months',
    price: prices.auroraGbMonth,
    per: 1,
  },
  {
    service: 'Aurora reads and writes, at the least',
    quantity: auroraIos(month.loads * month.gigabytes * 1e9),
    unit: 'requests',
    price: prices.auroraIo,
    per: 1e6,
  },
];

/** What a line comes to. */
export function dollarsOf({ quantity, price }: Line): number {
  return quantity * price;
}

/** The sum of lines, from their unrounded dollars. */
export function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + dollarsOf(line), 0);
}

/** As a row of a table: service, quantity, price, dollars. */
export function rowOf(line: Line): readonly string[] {
  const { service, quantity, unit, price, per } = line;
  const at = `$${Number((price * per).toPrecision(6)).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`;
  const each = per === 1 ? 'each' : `for ${count(per)}`;
  const many = Number.isInteger(quantity) || quantity >= 1_000 ? count(quantity) : about(quantity);
  return [service, `${many} ${unit}`, `${at} ${each}`, dollars(dollarsOf(line))];
}

const growing = new Set([
  'Lambda: loading',
  'Lambda: cold starts',
  'Step Functions',
  'S3: reads',
  'EventBridge',
  'CloudWatch: logs',
]);

/** What the bill is made of. */
export const parts: Readonly<Record<string, string>> = {
  'one load more, without keeping its file': `$${about(sumOf(bill.filter(({ service }) => growing.has(service))) / month.loads)}`,
  'a thousand objects that no dataset wants': dollars(1_000 * unwantedDollars),
  'keeping a file of 1 GB': `${dollars(month.gigabytes * prices.s3GbMonth * 12)} a year`,
  'alarms, metrics, dashboard': dollars(sumOf(bill.filter(({ service }) => /metrics|alarms|dashboard/u.test(service)))),
  'if Lambda took ten times what was measured': `${dollars(dollarsOf(bill[0] as Line) * (10 / estimated.lambdaFactor - 1))} more`,
};
