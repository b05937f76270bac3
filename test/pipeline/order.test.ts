import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../localstack/demo/random.ts';
import { drain, type HeldTable, heldTable } from '../support/held-table.ts';

describe('files that wait for one table', () => {
  let table: HeldTable;
  beforeEach(async () => {
    table = await heldTable();
  });
  afterEach(() => table.end());

  it.for([1, 2, 3])(
    'are merged in the order of their last change, however they arrive and whoever is killed (seed %i)',
    { timeout: 120_000 },
    async (seed) => {
      const drained = await drain(table, 12, seededRandom(seed));
      expect(drained.merged, JSON.stringify(drained)).toEqual(drained.expected);
    },
  );
});
