import { Aws, Duration } from 'aws-cdk-lib';
import { Dashboard as Board, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { MetricName } from '../../functions/protocol/metrics.ts';
import { type Step, steps } from '../../functions/protocol/pipeline.ts';
import { ownMetric } from './metrics.ts';

export interface DashboardProps {
  readonly machine: StateMachine;
  readonly missed: Queue;
}

const outcomes = ['LoadsLoaded', 'LoadsRejected', 'LoadsHeld', 'LoadsFailed', 'LoadsSuperseded'] as const;
const dispositions = ['RowsInserted', 'RowsUpdated', 'RowsUnchanged', 'RowsRejected', 'RowsDuplicate'] as const;
const ofSteps: Readonly<Record<Step, MetricName>> = {
  extract: 'ExtractMilliseconds',
  stage: 'StageMilliseconds',
  validate: 'ValidateMilliseconds',
  transform: 'TransformMilliseconds',
  merge: 'MergeMilliseconds',
  report: 'ReportMilliseconds',
};
const standing = ['RunningLoads', 'ExpiredLeases', 'OrphanStagingTables', 'UnknownObjects', 'LateFeeds'] as const;
/** Minutes of a point: as fine as sweep's own rhythm allows. */
const minutes = 15;

/** One page that answers: does it load, what became of the rows, what takes the time, does anything wait. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { machine, missed }: DashboardProps) {
    super(scope, id);
    const every = { period: Duration.minutes(minutes) };
    new Board(this, 'Board', {
      dashboardName: `${Aws.STACK_NAME}-${Aws.REGION}`,
      defaultInterval: Duration.days(3),
      widgets: [
        [
          graph('Loads by outcome', sums(outcomes)),
          graph('Rows by outcome', sums(dispositions)),
          graph('Executions', [
            machine.metricStarted(every),
            machine.metricFailed(every),
            machine.metricTimedOut(every),
          ]),
        ],
        [
          graph(
            'Milliseconds of the longest load, and of the longest of each step',
            largest(['LoadMilliseconds', ...steps.map((step) => ofSteps[step])]),
          ),
          graph('Rejected records, percent of the worst load', largest(['RejectShare'])),
          graph(
            'Oldest running load, longest wait, minutes',
            largest(['OldestRunningLoadMinutes', 'LongestWaitMinutes']),
          ),
        ],
        [
          graph('Missed events waiting', [
            missed.metricApproximateNumberOfMessagesVisible({ ...every, statistic: 'Maximum' }),
          ]),
          graph('As sweep finds it', largest(standing)),
          graph('Files fetched', sums(['FilesFetched', 'FetchesUnchanged'])),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0, showUnits: false } });
}

function sums(names: readonly MetricName[]): IMetric[] {
  return names.map((name) => ownMetric(name, 'Sum', minutes));
}

function largest(names: readonly MetricName[]): IMetric[] {
  return names.map((name) => ownMetric(name, 'Maximum', minutes));
}
