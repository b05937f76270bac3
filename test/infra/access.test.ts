import { describe, expect, test } from 'vitest';
import { machineFunctions, outsideFunctions } from '../../functions/protocol/pipeline.ts';
import { functionAccess } from '../../infra/functions/function-access.ts';
import { readFolder, reachedFrom } from '../architecture/repository.ts';

const files = readFolder('functions');

describe.each([...machineFunctions, ...outsideFunctions])('%s', (name) => {
  const reached = reachedFrom(files, [`functions/${name}/handler.ts`]);
  const { readsLanding = false, writesReports = false, fetches = false, startsLoads = false } = functionAccess[name];
  const { publishes = false, listsLanding = false, database } = functionAccess[name];

  test('opens a store only if its role may reach a bucket', () => {
    const opensStore = reached.has('functions/objects/store-for.ts');
    const mayReach = readsLanding || writesReports || listsLanding || fetches;
    expect({ opensStore, mayReach }).not.toEqual({ opensStore: true, mayReach: false });
    const mustReach = readsLanding || writesReports;
    expect({ opensStore, mustReach }).not.toEqual({ opensStore: false, mustReach: true });
  });

  test('connects to the database, starts executions and publishes only if its role may', () => {
    const uses = {
      connects: 'functions/db/client.ts',
      starts: 'functions/aws/executions.ts',
      publishes: 'functions/aws/topic.ts',
    };
    const may = { connects: database !== undefined, starts: startsLoads, publishes };
    const used = Object.entries(uses).filter(([, path]) => reached.has(path));
    const allowed = Object.entries(may).filter(([, allows]) => allows);
    const names = (entries: readonly (readonly [string, unknown])[]): readonly string[] => entries.map(([use]) => use);
    expect(names(allowed)).toEqual(expect.arrayContaining([...names(used)]));
  });
});
