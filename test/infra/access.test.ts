import { describe, expect, test } from 'vitest';
import { outsideFunctions, steps } from '../../functions/contract/pipeline.ts';
import { functionSizes } from '../../infra/function-sizes.ts';
import { readFolder, reachedFrom } from '../architecture/repository.ts';

const files = readFolder('functions');

describe.each([...steps, ...outsideFunctions])('%s', (name) => {
  test('may reach the buckets exactly if its code can', () => {
    const opensStore = reachedFrom(files, [`functions/${name}/handler.ts`]).has('functions/objects/store-for.ts');
    const { readsLanding = false, writesReports = false } = functionSizes[name];
    expect(readsLanding || writesReports).toBe(opensStore);
  });
});
