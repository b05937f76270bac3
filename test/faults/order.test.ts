import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../localstack/demo/random.ts';
import { drain, type HeldTable, heldTable } from '../support/held-table.ts';
import { faultsPlan } from './plan.ts';

const { seed, moments } = faultsPlan();

describe('12 files that wait for a held table, up to three of their commands killed', () => {
  let table: HeldTable;
  beforeAll(async () => {
    table = await heldTable();
  });
  afterAll(() => table.end());

  it.for(Array.from({ length: moments }, (_, i) => seed + i))(
    'arrive at random and are merged in the order of their last change (seed %i)',
    async (each) => {
      const drained = await drain(table, 12, seededRandom(each));
      expect(drained.merged, JSON.stringify(drained)).toEqual(drained.expected);
      expect(drained.possibleValues, JSON.stringify(drained)).toContain(drained.value);
    },
  );
});
