import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, test } from 'vitest';
import { month } from '../unit/docs/cost.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

// What docs/cost.md counts, counted in the templates of the samples.

let plain: Unbundled;
let network: Unbundled;
let aurora: Unbundled;
beforeAll(() => {
  plain = templates();
  network = templates({ vpc: 'new', databaseSecurityGroup: 'sg-0123456789abcdef0' });
  aurora = templates({ vpc: 'new', aurora: 'true' });
}, 120_000);

test('an alarm over an expression is paid for each metric in it', () => {
  const paid = propertiesOf(plain.pipeline, 'AWS::CloudWatch::Alarm').map(
    ({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1,
  );
  expect(Math.max(...paid)).toBeGreaterThan(1);
  expect(paid.reduce((sum, each) => sum + each, 0)).toBe(month.alarmMetrics);
});

test('one dashboard', () => {
  plain.pipeline.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test('the keys', () => {
  const keys = [plain.data, plain.pipeline].flatMap((template) => propertiesOf(template, 'AWS::KMS::Key'));
  expect(keys).toHaveLength(month.keys);
});

test('sweep comes as often as it is paid for', () => {
  const expressions = propertiesOf(plain.pipeline, 'AWS::Scheduler::Schedule').map(
    ({ ScheduleExpression }) => /^rate\((\d+) minutes\)$/u.exec(ScheduleExpression ?? '')?.[1],
  );
  expect(expressions.map((minutes) => (month.hours * 60) / Number(minutes))).toEqual([month.sweeps]);
});

test('an endpoint is paid in each of its zones', () => {
  expect(endpointsOf(network)).toHaveLength(month.endpoints);
  expect(endpointsOf(aurora)).toHaveLength(month.endpointsWithIam);
  for (const { SubnetIds } of endpointsOf(network)) expect(SubnetIds).toHaveLength(month.zones);
});

/** Of an alarm, a schedule, an endpoint. */
interface Properties {
  readonly Metrics?: readonly { readonly MetricStat?: object }[];
  readonly ScheduleExpression?: string;
  readonly VpcEndpointType?: string;
  readonly SubnetIds?: readonly unknown[];
}

/** Those that are paid for: the gateway to S3 is free. */
function endpointsOf({ data, pipeline }: Unbundled): readonly Properties[] {
  return [data, pipeline]
    .flatMap((template) => propertiesOf(template, 'AWS::EC2::VPCEndpoint'))
    .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
}

function propertiesOf(template: Template, type: string): readonly Properties[] {
  return Object.values(template.findResources(type)).map((each) => each['Properties'] as Properties);
}
