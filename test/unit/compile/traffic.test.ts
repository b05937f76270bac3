import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trafficNames } from '../../../functions/compile/declaration/traffic-shape.ts';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { datasetOf } from '../../../functions/contract/dataset-of.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { datasets } from '../../support/sample-datasets.ts';

const declared = { name: 'prices', prefix: 'prices/', table: 'public.prices', key: ['id'] };
const object = { bucket: 'b', key: 'k', versionId: null, dryRun: false, force: false };
const request = (
  traffic: Record<string, unknown>,
  of: Partial<LoadRequest> = { dataset: 'zipcodes' },
): LoadRequest => ({
  ...object,
  ...of,
  traffic,
});

/** 1 MB to 1 TB. */
const megabytes = fc.integer({ min: 1_024 ** 2, max: 1_024 ** 4 });
/** Values that a field takes. */
const arbitraries = {
  live: fc.constantFrom('auto', 'yes', 'no'),
  indexes: fc.constantFrom('auto', 'keep', 'rebuild'),
  atomic: fc.constantFrom('auto', 'yes', 'no'),
  maxLagBytes: fc.integer({ min: 1 }),
  maxLagSeconds: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  targetBatchMs: fc.integer({ min: 10, max: 60_000 }),
  lockTimeoutMs: fc.integer({ min: 1, max: 10_000 }),
  deadlineMinutes: fc.double({ min: 0.1, max: 10_080, noNaN: true }),
  memory: fc.record({ workMem: megabytes, maintenanceWorkMem: megabytes }, { requiredKeys: [] }),
};
const choices = fc.record(arbitraries, { requiredKeys: [] });

it('has a value to try for each field but the statement, which no request has', () => {
  expect(Object.keys(arbitraries).toSorted()).toEqual(
    trafficNames.filter((name) => name !== 'throttleQuery').toSorted(),
  );
});

describe('what a dataset declares', () => {
  it('is its traffic, and nothing is there where nothing is said', () => {
    expect(defineDataset(declared).traffic).toEqual({});
    fc.assert(
      fc.property(choices, (said) => {
        expect(defineDataset({ ...declared, ...said }).traffic).toEqual(said);
      }),
    );
  });

  it('may have units in bytes, and a statement alone or with limits', () => {
    const { traffic } = defineDataset({ ...declared, maxLagBytes: '20MB', throttleQuery: ' select 1 ' });
    expect(traffic).toEqual({ maxLagBytes: 20 * 1024 ** 2, throttleQuery: { sql: 'select 1', stopAbove: 0 } });
    const limits = { sql: 'select 1', slowAbove: 5, stopAbove: 9 };
    expect(defineDataset({ ...declared, throttleQuery: limits }).traffic).toEqual({ throttleQuery: limits });
  });

  it('is told with every problem at once', () => {
    const wrong = {
      ...declared,
      live: 'sometimes',
      indexes: 'drop',
      maxLagBytes: '20 MiB',
      maxLagSeconds: 0,
      throttleQuery: { sql: 'select 1', slowAbove: 9, stopAbove: 5 },
      targetBatchMs: 9,
      lockTimeoutMs: 10_001,
      deadlineMinutes: -1,
    };
    let message = '';
    try {
      defineDataset(wrong as unknown as Parameters<typeof defineDataset>[0]);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatchInlineSnapshot(`
      "Dataset "prices" is not valid:
        live: must be one of auto, yes, no, not "sometimes".
        indexes: must be one of auto, keep, rebuild, not "drop".
        maxLagBytes: must be a number of bytes above 0, or a text with a unit (kB, MB, GB, TB) like "20MB", not "20 MiB"
        maxLagSeconds: must be above 0, not 0
        throttleQuery.slowAbove: is above stopAbove: the merge would have stopped before it slows down
        targetBatchMs: must be at least 10, not 9
        lockTimeoutMs: must be at most 10000, not 10001
        deadlineMinutes: must be above 0, not -1"
    `);
  });
});

describe('what a request says of traffic', () => {
  it('stands in place of what its dataset declares, field by field, beside a declared dataset and one on the spot', () => {
    fc.assert(
      fc.property(choices, (said) => {
        expect(datasetOf(request(said), { datasets }).traffic).toEqual(said);
        expect(datasetOf(request(said, { into: 'public.t', businessKey: ['id'] }), { datasets }).traffic).toEqual(said);
      }),
    );
  });

  it('changes nothing else of the dataset', () => {
    const { traffic: _, ...plain } = datasetOf({ ...object, dataset: 'zipcodes' }, { datasets });
    const { traffic, ...chosen } = datasetOf(request({ live: 'yes', maxLagBytes: '20MB' }), { datasets });
    expect(traffic).toEqual({ live: 'yes', maxLagBytes: 20 * 1024 ** 2 });
    expect(chosen).toEqual(plain);
  });

  it.each([
    [{ table: 'evil.t' }, 'traffic has no field "table"; it has live, indexes,'],
    [{ live: 'sometimes', lockTimeoutMs: 0 }, 'is not valid beside dataset "zipcodes"'],
  ])('%j is refused', (traffic, message) => {
    expect(() => datasetOf(request(traffic), { datasets })).toThrow(message);
    expect(() => datasetOf(request(traffic), { datasets })).toThrow(
      expect.objectContaining({ code: 'DATASET_INVALID' }),
    );
  });

  it('has no statement; the one that was typed stands in place of what its dataset declares', () => {
    const planted = { throttleQuery: 'select evil()', live: 'yes' };
    expect(datasetOf(request(planted), { datasets }).traffic).toEqual({ live: 'yes' });
    expect(
      datasetOf(request(planted), { datasets, typedSql: { throttleQuery: 'select 0', rules: null } }).traffic,
    ).toEqual({
      live: 'yes',
      throttleQuery: { sql: 'select 0', stopAbove: 0 },
    });
  });
});
