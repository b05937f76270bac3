import { beforeAll, describe, expect, test } from 'vitest';
import { figuresBelow } from '../unit/docs/figures.ts';
import { plain } from './support/statements.ts';
import { templates } from './support/unbundled.ts';

interface Alarm {
  readonly MetricName: string;
  readonly Dimensions: readonly { Name: string; Value: unknown }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly Period: number;
  readonly TreatMissingData: string;
  readonly OKActions: readonly unknown[];
}

const own = { vpc: 'new', aurora: 'true' };
let aurora: readonly Alarm[];
let instance: readonly Alarm[];
let cluster: readonly Alarm[];
beforeAll(() => {
  aurora = alarmsOf({ ...own, auroraMaxUnits: '4' });
  instance = alarmsOf({ databaseInstanceId: 'warehouse', databaseMaxConnections: '400', databaseFreeGigabytes: '50' });
  cluster = alarmsOf({ databaseClusterId: 'warehouse' });
}, 120_000);

function alarmsOf(settings: Readonly<Record<string, unknown>>): readonly Alarm[] {
  const all = Object.values(templates(settings).pipeline.findResources('AWS::CloudWatch::Alarm'));
  return all.map((each) => each['Properties'] as Alarm & { Namespace: string }).filter(ofRds);
}
function ofRds({ Namespace }: { readonly Namespace: string }): boolean {
  return Namespace === 'AWS/RDS';
}
const watched = (alarms: readonly Alarm[]): unknown =>
  alarms.map(({ MetricName, Threshold, ComparisonOperator }) => [
    MetricName,
    ComparisonOperator.startsWith('LessThan') ? 'below' : 'from',
    Threshold,
  ]);

test('docs/cost.md counts them', () => {
  expect(figuresBelow('docs/cost.md', 'Beside it')['Alarms of the database']).toBe(`${aurora.length} metrics`);
});

test('an Aurora of the stack’s own is watched by what its units come to', () => {
  expect(watched(aurora)).toEqual([
    ['DatabaseConnections', 'below', 1],
    ['DatabaseConnections', 'from', 604],
    ['ACUUtilization', 'from', 99],
    ['MaximumUsedTransactionIDs', 'from', 1e9],
  ]);
  for (const { Dimensions } of aurora) {
    expect(Dimensions.map(({ Name, Value }) => [Name, plain(Value)])).toEqual([
      ['DBClusterIdentifier', expect.stringMatching(/^<LandfallData:ExportsOutputRefAuroraCluster/u)],
    ]);
  }
});

test('a database that is there is watched by the limits that the settings name', () => {
  expect(watched(instance)).toEqual([
    ['DatabaseConnections', 'below', 1],
    ['DatabaseConnections', 'from', 320],
    ['CPUUtilization', 'from', 90],
    ['MaximumUsedTransactionIDs', 'from', 1e9],
    ['FreeStorageSpace', 'below', 50e9],
  ]);
  expect(instance.flatMap(({ Dimensions }) => Dimensions)).toEqual(
    Array.from({ length: 5 }, () => ({ Name: 'DBInstanceIdentifier', Value: 'warehouse' })),
  );
  expect(watched(cluster)).toEqual([
    ['DatabaseConnections', 'below', 1],
    ['DatabaseConnections', 'from', 80],
    ['CPUUtilization', 'from', 90],
    ['MaximumUsedTransactionIDs', 'from', 1e9],
    ['FreeLocalStorage', 'below', 2e9],
  ]);
});

test('a database that nobody named is not watched, since CloudWatch knows it by no other name', () => {
  expect(alarmsOf({})).toEqual([]);
}, 120_000);

// Aurora's user guide: maximum units, and the max_connections that they bring
describe.each([
  ['0.5', '1', 189],
  ['0.5', '4', 823],
  ['0.5', '8', 1_669],
  ['0.5', '32', 2_000],
  ['1', '16', 3_360],
  ['1', '256', 5_000],
])('between %s and %s units', (auroraMinUnits, auroraMaxUnits, maxConnections) => {
  test(`the alarm goes off before all of ${maxConnections} connections are in use, and not before half of them are`, () => {
    const found = alarmsOf({ ...own, auroraMinUnits, auroraMaxUnits });
    const [, connections] = found.filter(({ MetricName }) => MetricName === 'DatabaseConnections');
    expect(connections?.Threshold).toBeLessThanOrEqual(maxConnections * 0.8);
    expect(connections?.Threshold).toBeGreaterThan(maxConnections * 0.5);
  }, 60_000);
});

test('silence is one alarm, so the others say nothing about it; the end of each is told', () => {
  for (const alarms of [aurora, instance, cluster]) {
    const [first, ...others] = alarms.map(({ TreatMissingData }) => TreatMissingData);
    expect([first, new Set(others)]).toEqual(['breaching', new Set(['ignore'])]);
    for (const { OKActions, Period } of alarms) expect([OKActions.length, Period]).toEqual([1, 300]);
  }
});
