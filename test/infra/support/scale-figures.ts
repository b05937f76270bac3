import { databaseAway } from '../../../functions/protocol/database-away.ts';
import * as contracts from '../../../functions/protocol/states.ts';
import { defaultLimits } from '../../../functions/compile/declaration/limits.ts';
import { maxSlices } from '../../../functions/extract/slice-ranges.ts';
import { functionSizes } from '../../../infra/functions/function-sizes.ts';
import { about, count, dollars } from '../../unit/docs/figures.ts';
import { auroraIos, estimated, logBytes, measured, recordsIn } from './estimates.ts';
import { prices } from './prices.ts';
import { type Course, historyEvents, straightCourse, transitions } from './history.ts';
import { largestPayload, payloadBytes } from './largest-payload.ts';
import { queueOverhead } from './queue.ts';
import {
  afterWaiting,
  atOnce,
  awsLimits,
  constantIn,
  getsASecond,
  lanes,
  loadOf,
  looksAtLease,
  smallLoad,
  transitionsOfWaiting,
  unraisedBytes,
} from './scale.ts';

/** MiB. */
export const mebibytes = (bytes: number): string => about(bytes / 1_024 ** 2);
/** GB, powers of ten. */
export const gigabytes = (bytes: number): string => about(bytes / 1e9);
/** Hours. */
export const hours = (seconds: number): string => about(seconds / 3_600);

/** Rows of a batch that only inserts. */
export const insertRows = constantIn('functions/transform/step.ts', 'insertRows');

/** The largest of everything that a state is given or answers. */
const largest = {
  items: maxSlices,
  characters: {
    // ARN of an execution
    execution: 256,
    executionStartedAt: '2026-11-28T00:00:00.000Z'.length,
    code: 64,
    // SHA-256 in hexadecimal
    seal: 64,
    // a refusal names a dozen columns and cuts long names; S3's longest key and the longest report prefix are shorter
    message: 32_768,
    reportPath: 4_096,
  },
} as const;

/** What a Catch adds to a state's input: Step Functions cuts Cause at 32,768 characters. */
const caught = { Error: 'ReconciliationMismatch', Cause: 'x'.repeat(32_768) };

const outputs = Object.entries(contracts).filter(([name]) => name.endsWith('Output'));
/** Bytes of the largest state after each output, with what two Catches add. */
export const statePayloads: Readonly<Record<string, number>> = Object.fromEntries(
  outputs.map(([name, schema]) => {
    const output = largestPayload(schema, largest);
    return [name, payloadBytes(typeof output === 'object' ? { ...output, refused: caught, lost: caught } : output)];
  }),
);
/** Bytes of what a Map puts together of its items' answers before it throws them away. */
export const mapPayloads = {
  StageSlices: payloadBytes(
    Array.from({ length: maxSlices }, () => largestPayload(contracts.stageSliceOutput, largest)),
  ),
  ValidateSlices: payloadBytes(
    Array.from({ length: maxSlices }, () => largestPayload(contracts.validateSliceOutput, largest)),
  ),
  MergeBatches: payloadBytes(
    Array.from({ length: awsLimits.inlineMapItemsAtOnce }, () => largestPayload(contracts.mergeLaneOutput, largest)),
  ),
};
const largestPayloadBytes = Math.max(...Object.values(statePayloads), ...Object.values(mapPayloads));

/**
 * Every second guess was wrong, staging was lost once, a tenth of the calls were retried, 16 lanes take 20 calls each, and
 * once the database was away for as long as it may be.
 */
export function wrongCourse(slices: number): Course {
  return {
    passes: { ...straightCourse({ slices, lanes }).passes, StageSlices: 2, Compose: 2, Composed: 2 },
    items: { StageSlices: slices * 1.5, ValidateSlices: slices, MergeBatches: 16 },
    passesOfItem: { MergeLane: 20, LaneMerged: 20, WaitToMerge: 19 },
    retries: slices / 10 + atOnce('StageSlices') * databaseAway.MaxAttempts,
  };
}

/** And its target was busy for a day. */
export const worst = afterWaiting(86_400, maxSlices, wrongCourse(maxSlices));

const sizes = [1e9, 10e9, unraisedBytes, 100e9, 1e12];
const terabyte = loadOf(1e12);
const small = smallLoad();
const filesAnHour = 10_000;
const arrivalsASecond = filesAnHour / 3_600;

/** Every figure of docs/scale.md that stands in a table of two or three columns, by heading and row. */
export const figures = {
  'What goes in': {
    'the benchmark': `${count(measured.records)} records, ${count(measured.megabytes)} MB`,
    'workers at once': count(measured.workers),
    staging: `${measured.stageSeconds} s`,
    validating: `${measured.validateSeconds} s`,
    'transform, clean rows': `${measured.transformSeconds} s`,
    'transform, 1 % bad and 5 % duplicates': `${measured.duplicatesSeconds} s more`,
    merging: `${measured.mergeSeconds} s`,
    'one call with next to nothing to do': `${measured.callMilliseconds} ms`,
    'factor for Lambda': count(estimated.lambdaFactor),
    'between two states': `${estimated.stateMilliseconds} ms`,
  },
  'One object of 1 TB': {
    'bytes of a slice': count(terabyte.sliceBytes),
    'records, a slice and in all': `${about(recordsIn(terabyte.sliceBytes) / 1e6)} million, ${about(recordsIn(1e12) / 1e9)} thousand million`,
    'staging one slice': `${about(terabyte.stageSliceSeconds)} s of ${functionSizes.stage.timeoutSeconds}`,
    'validating one slice': `${about(terabyte.validateSliceSeconds)} s of ${functionSizes.validate.timeoutSeconds}`,
    'staging all': `${hours(terabyte.stageSeconds)} h`,
    'validating all': `${hours(terabyte.validateSeconds)} h`,
    transform: `${about(terabyte.transformSeconds)} s of ${functionSizes.transform.timeoutSeconds}: does not fit`,
    merging: `${hours(terabyte.mergeSeconds)} h, ${terabyte.callsOfLane} calls a lane`,
    'history events': `${count(historyEvents(terabyte.course))} of ${count(awsLimits.historyEvents)}`,
    'history events, everything wrong': `${count(historyEvents(worst))} of ${count(awsLimits.historyEvents)}`,
    'largest payload': `${count(largestPayloadBytes)} of ${count(awsLimits.payloadBytes)} bytes`,
    'GETs to stage it': count(terabyte.gets),
    'GETs a second': `${about(getsASecond())} of ${count(awsLimits.s3GetsASecond)}`,
    'database connections': count(Math.max(atOnce('StageSlices'), atOnce('ValidateSlices'), lanes)),
    batches: `${count(Math.ceil(recordsIn(terabyte.sliceBytes) / insertRows) * terabyte.slices)} to ${about((Math.ceil(recordsIn(terabyte.sliceBytes) / defaultLimits.batchRows) * terabyte.slices) / 1e6)} million`,
    'state transitions': count(transitions(terabyte.course)),
    'cost without the database': dollars(terabyte.dollars),
    'reads and writes of Aurora': `$${about(auroraIos(1e12) * prices.auroraIo)}`,
  },
  '10,000 small files an hour': {
    arrivals: `${about(arrivalsASecond)} a second`,
    'calls of one load': count(small.calls),
    'state transitions of one load': count(small.transitions),
    'history events of one load': count(historyEvents(small.course)),
    'seconds of one load': about(small.seconds),
    'loads at once': about(arrivalsASecond * small.seconds),
    'new connections a second': `${about(arrivalsASecond * small.calls)} of ${count(awsLimits.iamConnectionsASecond)}`,
    'loads an hour into one table': about(3_600 / small.seconds),
    'tables that it takes': count(Math.ceil((filesAnHour * small.seconds) / 3_600)),
    'cost an hour': dollars(small.dollars * filesAnHour),
    'cost a month of 730 hours': `$${about(small.dollars * filesAnHour * 730)}`,
    'logs an hour': `${about((logBytes(small.course) * filesAnHour) / 1e9)} GB`,
    'logs a month': `$${about(((logBytes(small.course) * filesAnHour * 730) / 1e9) * prices.logGb)}`,
    'looks at the lease in an hour of waiting': count(looksAtLease(3_600, 1)),
    'transitions of that hour': count(transitionsOfWaiting(3_600)),
    'looks at the lease in a day of waiting': count(looksAtLease(86_400, 1)),
    'history events of a load after that day': `${count(historyEvents(afterWaiting(86_400, 1, small.course)))} of ${count(awsLimits.historyEvents)}`,
    '240 loads of 20 s each, all waiting at once': `${queueOverhead().toFixed(2)} times the time of one after the other`,
  },
} as const;

/** The rows of the table of sizes. */
export const sizesTable = sizes.map((bytes) => {
  const load = loadOf(bytes);
  const fits = (seconds: number): string =>
    `${about(seconds)} s${seconds > functionSizes.transform.timeoutSeconds ? ', too long' : ''}`;
  return [
    `${gigabytes(bytes)} GB`,
    count(load.slices),
    `${mebibytes(load.sliceBytes)} MiB`,
    `${about(load.stageSliceSeconds)} s`,
    fits(load.transformSeconds),
    fits(load.transformWithDuplicatesSeconds),
    count(historyEvents(load.course)),
    count(transitions(load.course)),
    `$${about(load.dollars)}`,
  ];
});

const mostAtOnce = Math.max(atOnce('StageSlices'), atOnce('ValidateSlices'));

/** The rows of the table of connections; the last is the most that an account's default quota of functions allows. */
export const connectionsTable = [
  1,
  5,
  20,
  Math.floor((awsLimits.lambdasAtOnce - awsLimits.unreservedLambdas) / mostAtOnce),
].map((loads) => [
  count(loads),
  count(loads * atOnce('StageSlices')),
  count(loads * atOnce('ValidateSlices')),
  count(loads * lanes),
]);
