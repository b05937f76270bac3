import { describe, expect, test } from 'vitest';
import { callPatienceSeconds, databaseAway } from '../../functions/protocol/database-away.ts';
import {
  eventsOfGoverning,
  eventsOfLoad,
  eventsOfLook,
  eventsOfRound,
  historyEventsAtMost,
} from '../../functions/protocol/state-machine.ts';
import { defaultLimits, SLICE_BYTES } from '../../functions/compile/declaration/limits.ts';
import { maxSlices } from '../../functions/extract/slice-ranges.ts';
import { secondsToWait } from '../../functions/extract/wait.ts';
import { leaseSeconds } from '../../functions/ledger/leases/lease.ts';
import { s3Limits } from '../../functions/objects/s3/s3-limits.ts';
import { read } from '../unit/docs/documents.ts';
import { about, count, figuresBelow, tableBelow } from '../unit/docs/figures.ts';
import { calls, type Course, courseByStates, historyEvents, straightCourse, transitions } from './support/history.ts';
import { mapPayloads, statePayloads } from './support/payloads.ts';
import { queueOverhead } from './support/queue.ts';
import {
  afterWaiting,
  atOnce,
  awsLimits,
  constantIn,
  lanes,
  loadOf,
  looksAtLease,
  transitionsOfWaiting,
  unraisedBytes,
  wrongCourse,
} from './support/scale.ts';

// docs/scale.md: what the code decides of it. Seconds and dollars are estimates, which no code holds.

const path = 'docs/scale.md';
const payloads = { ...statePayloads, ...mapPayloads };
const terabyte = loadOf(1e12);
const small = straightCourse({ slices: 1, lanes });
/** And its target was busy for a day. */
const worst = afterWaiting(86_400, maxSlices, wrongCourse(maxSlices));
const ofEvents = (events: number): string => `${count(events)} of ${count(awsLimits.historyEvents)}`;

test('one object of 1 TB', () => {
  expect(figuresBelow(path, 'One object of 1 TB')).toMatchObject({
    'bytes of a slice': count(terabyte.sliceBytes),
    merging: expect.stringContaining(` ${terabyte.callsOfLane} calls a lane`),
    'history events': ofEvents(historyEvents(terabyte.course)),
    'history events, everything wrong': ofEvents(historyEvents(worst)),
    'largest payload': `${count(Math.max(...Object.values(payloads)))} of ${count(awsLimits.payloadBytes)} bytes`,
    'GETs to stage it': count(terabyte.gets),
    'database connections': count(Math.max(atOnce('StageSlices'), atOnce('ValidateSlices'), lanes)),
    'state transitions': count(transitions(terabyte.course)),
  });
});

test('10,000 small files an hour', () => {
  expect(figuresBelow(path, '10,000 small files an hour')).toMatchObject({
    'calls of one load': count(Object.values(calls(small)).reduce((sum, each) => sum + each, 0)),
    'state transitions of one load': count(transitions(small)),
    'history events of one load': count(historyEvents(small)),
    'looks at the lease in an hour of waiting': count(looksAtLease(3_600, 1)),
    'transitions of that hour': count(transitionsOfWaiting(3_600)),
    'looks at the lease in a day of waiting': count(looksAtLease(86_400, 1)),
    'history events of a load after that day': ofEvents(
      historyEvents(afterWaiting(86_400, 1, courseByStates({ slices: 1, lanes: 1 }))),
    ),
    '240 loads of 20 s each, all waiting at once': `${queueOverhead().toFixed(2)} times the time of one after the other`,
  });
});

test('objects, their slices, events and transitions', () => {
  const rows = tableBelow(path, 'Where the limits are').map((row) => [0, 1, 2, 6, 7].map((column) => row[column]));
  const expected = [1e9, 10e9, unraisedBytes, 100e9, 1e12].map((bytes) => {
    const { slices, sliceBytes, course } = loadOf(bytes);
    const size = [`${about(bytes / 1e9)} GB`, count(slices), `${about(sliceBytes / 1_024 ** 2)} MiB`];
    return [...size, count(historyEvents(course)), count(transitions(course))];
  });
  expect(rows).toEqual(expected);
});

test('connections; the last row is the most that the default quota of functions allows', () => {
  const most = Math.max(atOnce('StageSlices'), atOnce('ValidateSlices'));
  const quota = Math.floor((awsLimits.lambdasAtOnce - awsLimits.unreservedLambdas) / most);
  expect(tableBelow(path, 'Connections and functions at once')).toEqual(
    [1, 5, 20, quota].map((loads) =>
      [loads, loads * atOnce('StageSlices'), loads * atOnce('ValidateSlices'), loads * lanes].map(count),
    ),
  );
});

test.each([
  ['slices', maxSlices],
  ['bytes of a slice', SLICE_BYTES],
  ['GB that are cut into such slices', Number(about(unraisedBytes / 1e9))],
  ['records of the widest batch', constantIn('functions/transform/step.ts', 'widestBatch')],
  ['rows with which transactions begin that change some', defaultLimits.batchRows],
  ['MiB of a sub-range', s3Limits.subRangeBytes / 1_024 ** 2],
  ['seconds before its end when a lane stops', constantIn('functions/merge/merge-lane.ts', 'marginMs') / 1_000],
  ['seconds of a lease', leaseSeconds],
  ['minutes between two looks of a load of the most slices', looksApartMinutes(maxSlices)],
])('the text has the %s: %i', (_what, figure) => {
  expect(read(path)).toMatch(new RegExp(`(?<![\\d,.])${count(figure)}(?![\\d,]|\\.\\d)`, 'u'));
});

describe('what the document promises', () => {
  test('pieces of 20 GB have slices of the wished size', () => {
    expect(read(path)).toContain(`${loadOf(20e9).slices}`);
    expect(loadOf(20e9).slices).toBeLessThan(maxSlices);
  });

  test('every payload of a load of the most slices fits', () => {
    expect(Object.keys(statePayloads).length).toBeGreaterThan(8);
    const large = Object.entries(payloads).filter(([, bytes]) => bytes >= awsLimits.payloadBytes);
    expect(large).toEqual([]);
  });

  test('the worst course fits into the history, and a tenth more would still', () => {
    expect(historyEvents(worst) * 1.1).toBeLessThan(awsLimits.historyEvents);
  });

  test('a load of the most slices, each of which meets a failover of two minutes, fits into the history', () => {
    const { IntervalSeconds } = databaseAway;
    // the call that it broke, and one that waited for nothing: the next one waits until the two minutes are over
    const retries = 2;
    expect(callPatienceSeconds * retries).toBeGreaterThanOrEqual(120);
    expect(IntervalSeconds).toBeLessThanOrEqual(120);
    expect(historyEvents({ ...terabyte.course, retries: retries * maxSlices })).toBeLessThan(awsLimits.historyEvents);
  });

  test.each([1, 10, 100, 300, 597, 800, maxSlices])(
    'stops for others fit as well, after that day of waiting and with %i slices',
    (slices) => {
      const waited = afterWaiting(86_400, slices, wrongCourse(slices));
      expect(historyEvents(waited) + eventsOfGoverning(slices)).toBeLessThan(historyEventsAtMost);
    },
  );

  test.each([1, 2, 16])('a stop of %i lanes, and a look at others, cost as many events as is reckoned', (each) => {
    const passes = (stops: number, looks: number): Course['passes'] => ({
      ...courseByStates({ slices: 1, lanes: each }).passes,
      ...{ MergeBatches: 1 + stops, LanesMerged: 1 + stops, WaitForOthers: looks },
      ...{ Govern: stops + looks, Governed: stops + looks },
    });
    const events = (stops: number, looks: number): number =>
      historyEvents({
        ...courseByStates({ slices: 1, lanes: each }),
        passes: passes(stops, looks),
        items: { StageSlices: 1, ValidateSlices: 1, MergeBatches: each * (1 + stops) },
      });
    expect(events(1, 0) - events(0, 0)).toBe(eventsOfRound(each));
    expect(events(1, 1) - events(1, 0)).toBe(eventsOfLook);
  });

  test.each([1, 10, 100, 300, 597, 800, maxSlices])(
    'what goes wrong with a load of %i slices fits into the history after a day of waiting',
    (slices) => {
      expect(historyEvents(wrongCourse(slices))).toBeLessThanOrEqual(eventsOfLoad(slices));
      const waited = afterWaiting(86_400, slices, wrongCourse(slices));
      expect(historyEvents(waited) * 1.1).toBeLessThan(historyEventsAtMost);
    },
  );

  test('a look at the lease costs as many events as the definition has for it', () => {
    const course = wrongCourse(1);
    const looks = looksAtLease(86_400, 1);
    const events = historyEvents(afterWaiting(86_400, 1, course)) - historyEvents(course);
    expect(events / (looks - 1)).toBe(eventsOfLook);
    expect(historyEventsAtMost).toBe(awsLimits.historyEvents);
  });

  test('the definition asks for no more items at once than an inline Map does', () => {
    for (const map of ['StageSlices', 'ValidateSlices', 'MergeBatches'] as const) {
      expect(atOnce(map)).toBeLessThanOrEqual(awsLimits.inlineMapItemsAtOnce);
    }
  });
});

function looksApartMinutes(slices: number): number {
  return secondsToWait({ place: 0, stillSeconds: 0, looks: 1, waitedSeconds: 0, onOneMachine: false, slices }) / 60;
}
