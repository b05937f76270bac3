import { describe, expect, test } from 'vitest';
import { callPatienceSeconds, databaseAway } from '../../functions/protocol/database-away.ts';
import { eventsOfLoad, eventsOfLook, historyEventsAtMost } from '../../functions/protocol/state-machine.ts';
import { defaultLimits } from '../../functions/compile/declaration/limits.ts';
import { SLICE_BYTES } from '../../functions/compile/declaration/limits.ts';
import { maxSlices } from '../../functions/extract/slice-ranges.ts';
import { secondsToWait } from '../../functions/extract/wait.ts';
import { leaseSeconds } from '../../functions/ledger/leases/lease.ts';
import { s3Limits } from '../../functions/objects/s3/s3-limits.ts';
import { read } from '../unit/docs/documents.ts';
import { count, figuresBelow, numbersIn, tableBelow } from '../unit/docs/figures.ts';
import { estimated, measured } from './support/estimates.ts';
import { historyEvents } from './support/history.ts';
import {
  connectionsTable,
  figures,
  gigabytes,
  hours,
  insertRows,
  mapPayloads,
  mebibytes,
  sizesTable,
  statePayloads,
  worst,
  wrongCourse,
} from './support/scale-figures.ts';
import {
  afterWaiting,
  atOnce,
  awsLimits,
  constantIn,
  loadOf,
  looksAtLease,
  transformLimitBytes,
  unraisedBytes,
} from './support/scale.ts';

const path = 'docs/scale.md';
/** What the document advises to cut a larger file into. */
const pieceBytes = 20e9;
const piece = loadOf(pieceBytes);
const next = { place: 0, stillSeconds: 0, looks: 1, waitedSeconds: 0, onOneMachine: false };

describe.each(Object.entries(figures))('%s', (heading, expected) => {
  test('has the figures that follow from the code', () => {
    expect(figuresBelow(path, heading)).toEqual(expected);
  });
});

test('the table of sizes follows from the plan of slices, the definition and the estimates', () => {
  expect(tableBelow(path, 'Where the limits are')).toEqual(sizesTable);
});

test('the table of connections follows from the definition', () => {
  expect(tableBelow(path, 'Connections and functions at once')).toEqual(connectionsTable);
});

test('no number stands in the text that is not among the figures', () => {
  const facts = [
    // places in a list, percents, MiB of two
    ['1', '2', '3', '5'],
    [count(maxSlices), count(SLICE_BYTES), mebibytes(SLICE_BYTES), gigabytes(unraisedBytes)],
    [gigabytes(transformLimitBytes('clean')), gigabytes(transformLimitBytes('with duplicates'))],
    [
      gigabytes(pieceBytes),
      count(1e12 / pieceBytes),
      count(piece.slices),
      hours(piece.stageSeconds + piece.validateSeconds + piece.mergeSeconds),
    ],
    [
      count(defaultLimits.batchRows),
      count(insertRows),
      mebibytes(s3Limits.subRangeBytes),
      count(estimated.auroraWriteBytes / 1_024),
      count(constantIn('functions/merge/merge-lane.ts', 'marginMs') / 1_000),
    ],
    Object.values(awsLimits).map(count),
    [count(awsLimits.payloadBytes / 1_024), count(atOnce('StageSlices')), count(leaseSeconds)],
    ['16', '240', '10,000', '730'],
    // minutes between two looks of a load of the most slices
    [count(secondsToWait({ ...next, slices: maxSlices }) / 60)],
  ].flat();
  const tables = Object.values(figures).flatMap((each) => Object.values(each).flatMap(numbersIn));
  const cells = [...sizesTable, ...connectionsTable].flat().flatMap(numbersIn);
  const known = new Set([...facts, ...tables, ...cells]);
  const numbers = numbersIn(read(path));
  expect(numbers.length).toBeGreaterThan(100);
  expect(numbers.filter((number) => !known.has(number))).toEqual([]);
});

describe('what the document promises', () => {
  test('the pieces that it advises pass Transform whatever is in them', () => {
    expect(pieceBytes).toBeLessThan(transformLimitBytes('with duplicates'));
    expect(piece.slices).toBeLessThan(maxSlices);
  });

  test('every payload of a load of the most slices fits', () => {
    expect(Object.keys(statePayloads).length).toBeGreaterThan(8);
    expect({ ...statePayloads, ...mapPayloads }).toEqual(
      Object.fromEntries(
        Object.keys({ ...statePayloads, ...mapPayloads }).map((name) => [
          name,
          expect.toSatisfy((bytes: number) => bytes < awsLimits.payloadBytes),
        ]),
      ),
    );
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
    const { course } = loadOf(1e12);
    expect(historyEvents({ ...course, retries: retries * maxSlices })).toBeLessThan(awsLimits.historyEvents);
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

  test('a slice of S3’s largest object would be too long for one call, so Transform is not the only limit', () => {
    expect(loadOf(awsLimits.objectTerabytes * 1e12).stageSliceSeconds).toBeGreaterThan(awsLimits.lambdaSeconds);
  });

  test('the definition asks for no more items at once than an inline Map does', () => {
    for (const map of ['StageSlices', 'ValidateSlices', 'MergeBatches'] as const) {
      expect(atOnce(map)).toBeLessThanOrEqual(awsLimits.inlineMapItemsAtOnce);
    }
  });

  test('durations are those that docs/performance.md publishes', () => {
    const published = read('docs/performance.md').replaceAll(/\s+/gu, ' ');
    const { stageSeconds, validateSeconds, transformSeconds, mergeSeconds, endSeconds, duplicatesSeconds } = measured;
    expect(published).toContain(
      `${stageSeconds} s staging, ${validateSeconds} s validating, ${transformSeconds} s proving the keys distinct, ${mergeSeconds} s merging, ${endSeconds} s ANALYZE and report`,
    );
    expect(published).toContain(`What W5 adds: ${duplicatesSeconds} s in transform`);
    expect(published).toContain(`on 2 M rows (${measured.megabytes} MB)`);
    expect(published).toContain(`calls of 30 to ${measured.callMilliseconds} ms`);
  });
});
