import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { codeBlocks } from '../unit/docs/documents.ts';
import { metrics, METRICS_NAMESPACE } from '../../functions/protocol/metrics.ts';
import { verbs } from '../../cli/verbs.ts';
import { templates } from './support/unbundled.ts';

interface Alarm {
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly TreatMissingData: string;
}

interface LambdaFunction {
  readonly Description: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

let alarms: readonly Alarm[];
let plain: readonly Alarm[];
/** Those that are there only where CloudWatch's name of the database is known. */
let ofDatabase: readonly Alarm[];
let queues: readonly string[];
let outputs: readonly string[];
let written: string;
let board: string;
beforeAll(() => {
  const { pipeline, data } = templates({ runbook: 'https://example.com/docs/runbook.md' });
  alarms = alarmsOf(pipeline);
  plain = alarmsOf(templates({ noScheduler: 'true' }).pipeline);
  const runbook = 'https://example.com/docs/runbook.md';
  const known = new Set(alarms.map(({ AlarmDescription }) => AlarmDescription));
  ofDatabase = [
    { vpc: 'new', aurora: 'true' },
    { databaseInstanceId: 'warehouse' },
    { databaseClusterId: 'warehouse', databaseMaxConnections: '400' },
  ]
    .flatMap((settings) => alarmsOf(templates({ ...settings, runbook }).pipeline))
    .filter(({ AlarmDescription }) => !known.has(AlarmDescription));
  outputs = Object.keys(pipeline.findOutputs('*'));
  queues = [pipeline, data].flatMap((template) => Object.keys(template.findResources('AWS::SQS::Queue')));
  const [
    {
      Properties: { DashboardBody },
    } = expect.fail('no dashboard'),
  ] = Object.values(pipeline.findResources('AWS::CloudWatch::Dashboard')) as {
    Properties: { DashboardBody: { 'Fn::Join': [string, unknown[]] } };
  }[];
  board = DashboardBody['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'REF')).join('');
  written = JSON.stringify(pipeline.findResources('AWS::CloudWatch::Alarm'));
}, 120_000);

const runbook = readFileSync('docs/runbook.md', 'utf8');
const sections = [...runbook.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |(?![\s\S]))/gmu)].map(
  ([, title = '', text = '']) => ({ title, anchor: anchorOf(title), text }),
);

/** As GitHub makes it of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/gu, '')
    .replaceAll(' ', '-');
}

describe('the runbook', () => {
  test('has a heading for every alarm, and an alarm for every heading', () => {
    const linked = [...alarms, ...ofDatabase].map(
      ({ AlarmDescription }) => AlarmDescription.split('docs/runbook.md#')[1],
    );
    expect(linked.length).toBeGreaterThan(12);
    expect(new Set(linked)).toEqual(new Set(sections.map(({ anchor }) => anchor)));
  });

  test.each(sections)('says of "$title" what it means, how to see it, what to do and how it ends', ({ text }) => {
    expect([...text.matchAll(/^\*\*(.+?)\.\*\*/gmu)].map(([, part]) => part)).toEqual([
      'Means',
      'See it',
      'Do',
      'Ends well',
    ]);
  });

  test('links only to headings that it has', () => {
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/gu)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(5);
    const anchors = [...runbook.matchAll(/^###? (.+)$/gmu)].map(([, title = '']) => anchorOf(title));
    expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
  });
});

describe('what the runbook types', () => {
  test('is a shell’s, word for word', () => {
    const commands = codeBlocks('docs/runbook.md', '');
    expect(commands.length).toBeGreaterThan(30);
    for (const text of commands) {
      expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  });

  const names = (pattern: RegExp): readonly string[] => [
    ...new Set([...runbook.matchAll(pattern)].map(([, name = '']) => name)),
  ];

  test('names outputs that the stack has', () => {
    const named = names(/"\$\(out (\w+)\)"/gu);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  test('reads logs of functions that there are', () => {
    const named = names(/(?:^|`)logs ([A-Z]\w+)/gmu);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !outputs.includes(`${name}FunctionName`))).toEqual([]);
  });

  test('uses verbs that the command has', () => {
    const named = names(/(?:^|`)landfall ([a-z]+)/gmu);
    expect(named).toEqual(expect.arrayContaining(['doctor', 'status', 'explain', 'retry', 'backfill']));
    expect(named.filter((name) => !Object.hasOwn(verbs, name))).toEqual([]);
  });
});

describe('every alarm', () => {
  test('writes to somebody, says where to read on, and what no value means', () => {
    for (const { AlarmDescription, AlarmActions, TreatMissingData } of [...alarms, ...ofDatabase]) {
      expect(AlarmDescription).toMatch(/^[A-Z].+\. What to do: https:\/\/example\.com\/docs\/runbook\.md#[a-z-]+$/);
      expect(AlarmActions, AlarmDescription).toHaveLength(1);
      expect(['notBreaching', 'breaching', 'ignore'], AlarmDescription).toContain(TreatMissingData);
    }
  });

  test('stands without EventBridge Scheduler too, but for the one about it', () => {
    const texts = (all: readonly Alarm[]): readonly string[] =>
      all.map(({ AlarmDescription }) => AlarmDescription.split('#')[1] ?? '').toSorted();
    expect(texts(plain)).toEqual(texts(alarms).filter((anchor) => anchor !== 'a-schedule-cannot-start-its-function'));
  });
});

test('a queue’s count is approximate, so one value of it alone calls nobody', () => {
  const all = JSON.parse(written) as Readonly<Record<string, { Properties: Readonly<Record<string, unknown>> }>>;
  const ofQueues = Object.values(all).filter(({ Properties }) => Properties['Namespace'] === 'AWS/SQS');
  expect(
    ofQueues.map(({ Properties }) => [
      Properties['Period'],
      Properties['DatapointsToAlarm'],
      Properties['EvaluationPeriods'],
    ]),
  ).toEqual([[60, 2, 2]]);
});

test('every queue has an alarm', () => {
  expect(queues.length).toBeGreaterThan(0);
  for (const queue of queues) expect(written).toContain(queue);
});

test.each([
  'ReconciliationMismatch',
  'OldestRunningLoadMinutes',
  'LongestWaitMinutes',
  'ExpiredLeases',
  'OrphanStagingTables',
  'DroppedIndexes',
  'UnknownObjects',
  'OldestListingHours',
  'LateFeeds',
  'LoadsRejected',
  'LoadsHeld',
  'RejectShare',
])('our own metric %s has one, over all datasets of this stack', (metric) => {
  const all = JSON.parse(written) as Readonly<Record<string, { Properties: Readonly<Record<string, unknown>> }>>;
  const about = Object.values(all).filter(({ Properties }) => Properties['MetricName'] === metric);
  expect(about.map(({ Properties }) => [Properties['Namespace'], Properties['Dimensions']])).toEqual([
    ['Landfall', [{ Name: 'service', Value: { Ref: 'AWS::StackName' } }]],
  ]);
});

test('every function that measures is told of which stack, as the alarms are', () => {
  const { pipeline } = templates();
  const told = Object.values(pipeline.findResources('AWS::Lambda::Function')).map((each) => {
    const { Description, Environment } = each['Properties'] as LambdaFunction;
    return [Description, Environment.Variables['LANDFALL_STACK']];
  });
  expect(told.filter(([, stack]) => stack === undefined)).toEqual([['Landfall: migrate', undefined]]);
  expect(new Set(told.map(([, stack]) => JSON.stringify(stack ?? null)))).toEqual(
    new Set(['null', '{"Ref":"AWS::StackName"}']),
  );
});

test('metrics of each dataset are left out where the setting says so', () => {
  const wanted = (settings: Readonly<Record<string, string>>): readonly unknown[] =>
    Object.values(templates(settings).pipeline.findResources('AWS::Lambda::Function'))
      .map((each) => (each['Properties'] as LambdaFunction).Environment.Variables)
      .flatMap(({ LANDFALL_STACK: stack, LANDFALL_METRICS: told }) => (stack === undefined ? [] : [told]));
  expect(new Set(wanted({}))).toEqual(new Set([undefined]));
  expect(new Set(wanted({ datasetMetrics: 'false' }))).toEqual(new Set(['totals']));
});

function alarmsOf(template: ReturnType<typeof templates>['pipeline']): readonly Alarm[] {
  return Object.values(template.findResources('AWS::CloudWatch::Alarm')).map((each) => each['Properties'] as Alarm);
}

describe('the dashboard', () => {
  interface Widget {
    readonly properties: { readonly title: string; readonly metrics: readonly (readonly unknown[])[] };
  }
  const drawn = (): readonly { title: string; names: readonly unknown[]; stats: readonly unknown[] }[] =>
    (JSON.parse(board) as { widgets: readonly Widget[] }).widgets.map(({ properties: { title, metrics: lines } }) => {
      const own = lines.filter(([namespace]) => namespace === METRICS_NAMESPACE);
      return {
        title,
        names: own.map(([, name]) => name),
        stats: own.map((line) => (line.at(-1) as { stat?: string }).stat),
      };
    });

  test('draws how long the longest load and the longest of each step take', () => {
    const chart = drawn().find(({ names }) => names.includes('LoadMilliseconds'));
    const times = Object.entries(metrics).flatMap(([name, unit]) => (unit === 'Milliseconds' ? [name] : []));
    expect(chart?.title).toContain('longest load');
    expect(chart?.names).toEqual(times);
    expect(new Set(chart?.stats)).toEqual(new Set(['Maximum']));
  });

  test('draws only what the functions measure', () => {
    const names = drawn().flatMap((chart) => chart.names);
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !Object.hasOwn(metrics, String(name)))).toEqual([]);
  });
});
