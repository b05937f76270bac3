import { beforeAll, expect, test } from 'vitest';
import { feeds } from './support/feeds.ts';
import { statements } from './support/statements.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

const secretKey = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c';

let made: Unbundled;
let functions: readonly {
  Description: string;
  ReservedConcurrentExecutions?: number;
  TracingConfig?: { Mode: string };
}[];
beforeAll(() => {
  made = templates(
    {
      stackName: 'Warehouse',
      reservedConcurrency: '4',
      tracing: 'false',
      secretKey,
      alarmEmail: 'night@example.com',
      rejectShareAlarm: '1.5',
      mergeLanes: '3',
      ledgerOwner: 'warehouse_owner',
    },
    feeds,
  );
  functions = Object.values(made.pipeline.findResources('AWS::Lambda::Function')).map((each) => each['Properties']);
}, 120_000);

test('reservedConcurrency holds for the functions that keep a connection for minutes', () => {
  const limited = functions.filter((each) => each.ReservedConcurrentExecutions === 4).map((each) => each.Description);
  expect(limited).toEqual(['Landfall: whole', 'Landfall: stage', 'Landfall: validate', 'Landfall: merge']);
});

test('reservedConcurrency holds for a load too, which would else be throttled by its own calls', () => {
  expect(itemsAtOnce(made)).toEqual([4, 4, 4]);
  expect(itemsAtOnce(templates({ reservedConcurrency: '40' }))).toEqual([8, 8, 40]);
  expect(itemsAtOnce(templates())).toEqual([8, 8, undefined]);
}, 120_000);

/** Of each Map, in their order. */
function itemsAtOnce({ pipeline }: Unbundled): readonly (number | undefined)[] {
  const [machine] = Object.values(pipeline.findResources('AWS::StepFunctions::StateMachine'));
  const { States } = JSON.parse(machine?.['Properties'].DefinitionString) as {
    States: Record<string, { Type: string; MaxConcurrency?: number; MaxConcurrencyPath?: string }>;
  };
  const slicesAtMost = (States['PlanSlices'] as { Parameters?: { slicesAtMost?: number } }).Parameters?.slicesAtMost;
  return Object.values(States).flatMap((state) =>
    state.Type === 'Map' ? [state.MaxConcurrencyPath === undefined ? state.MaxConcurrency : slicesAtMost] : [],
  );
}

test('without tracing nobody is traced, and no role may write traces', () => {
  expect(functions.filter((each) => each.TracingConfig !== undefined)).toEqual([]);
  const [machine] = Object.values(made.pipeline.findResources('AWS::StepFunctions::StateMachine'));
  expect(machine?.['Properties'].TracingConfiguration).toEqual({ Enabled: false });
  const actions = statements(made.pipeline).flatMap((each) => each.actions);
  expect(actions.filter((action) => action.startsWith('xray:'))).toEqual([]);
});

test('secretKey may be used by those who read a secret, and by nobody else', () => {
  const all = statements(made.pipeline);
  const readers = all
    .filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'))
    .map(({ role }) => role);
  const users = all.filter(({ resources }) => resources.includes(secretKey));
  expect(new Set(users.map(({ role }) => role))).toEqual(new Set(readers));
  expect(new Set(users.flatMap(({ actions }) => actions))).toEqual(new Set(['kms:Decrypt']));
});

test('a secret may be named by its ARN, whole or without the six signs that Secrets Manager puts behind it', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:warehouse/loader';
  const read = (databaseSecret: string): unknown => {
    const readers = statements(templates({ databaseSecret }).pipeline).filter(({ actions }) =>
      actions.includes('secretsmanager:GetSecretValue'),
    );
    return [...new Set(readers.flatMap(({ resources }) => resources))];
  };
  expect(read(`${arn}-AbCdEf`)).toEqual([`${arn}-AbCdEf`]);
  expect(read(arn)).toEqual([`${arn}-??????`]);
}, 120_000);

test('alarmEmail is subscribed, and without it nobody is', () => {
  const subscriptions = Object.values(made.pipeline.findResources('AWS::SNS::Subscription'));
  expect(subscriptions.map((each) => each['Properties'].Endpoint)).toEqual(['night@example.com']);
  expect(templates().pipeline.findResources('AWS::SNS::Subscription')).toEqual({});
}, 120_000);

test('ledgerOwner reaches every function that has a way to the database, and no other', () => {
  expect(JSON.stringify(functions).match(/"LANDFALL_LEDGER_OWNER":"warehouse_owner"/gu)).toHaveLength(11);
});

test('rejectShareAlarm and mergeLanes reach the alarm and the functions', () => {
  const alarms = Object.values(made.pipeline.findResources('AWS::CloudWatch::Alarm')).map((each) => each['Properties']);
  expect(alarms.find((each) => each.MetricName === 'RejectShare')?.Threshold).toBe(1.5);
  expect(JSON.stringify(functions).match(/"LANDFALL_MERGE_LANES":"3"/gu)).toHaveLength(10);
});
