import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, test } from 'vitest';
import { figuresBelow, numberIn, tableBelow } from '../unit/docs/figures.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

// What docs/cost.md counts, counted in the templates of the samples.

const path = 'docs/cost.md';
const assumed = figuresBelow(path, 'What is assumed');
const hours = 730;
const zones = 2;

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
  expect(paid.reduce((sum, each) => sum + each, 0)).toBe(Number(assumed['metrics in alarms']));
});

test('one dashboard', () => {
  plain.pipeline.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test('the keys', () => {
  const keys = [plain.data, plain.pipeline].flatMap((template) => propertiesOf(template, 'AWS::KMS::Key'));
  expect(keys).toHaveLength(Number(assumed['keys']));
});

test('sweep comes as often as it is paid for', () => {
  const expressions = propertiesOf(plain.pipeline, 'AWS::Scheduler::Schedule').map(
    ({ ScheduleExpression }) => /^rate\((\d+) minutes\)$/u.exec(ScheduleExpression ?? '')?.[1],
  );
  expect(expressions.map((minutes) => (hours * 60) / Number(minutes))).toEqual([numberIn(assumed['sweep'] ?? '')]);
});

test('an endpoint is paid in each of its zones', () => {
  const paid = tableBelow(path, 'Beside it').flatMap(([, quantity = '']) =>
    quantity.endsWith(' hours') ? [quantity] : [],
  );
  expect([network, aurora].map((each) => endpointsOf(each).length * zones * hours)).toEqual(paid.map(numberIn));
  for (const { SubnetIds } of endpointsOf(network)) expect(SubnetIds).toHaveLength(zones);
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
