import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AlarmTopic } from './alarms/alarm-topic.ts';
import { Alarms } from './alarms/alarms.ts';
import { Dashboard } from './alarms/dashboard.ts';
import type { DataStack } from './data/data-stack.ts';
import type { DatasetEvents } from './events/dataset-events.ts';
import { ExecutionFailedRule } from './events/execution-failed-rule.ts';
import { grantLoadControl } from './machine/load-control.ts';
import { loginsOf } from './functions/logins.ts';
import { LoadMachine } from './machine/load-machine.ts';
import { MissedEvents } from './events/missed-events.ts';
import { pascal, PipelineFunctions } from './functions/pipeline-functions.ts';
import { ScheduledRules } from './events/scheduled-rules.ts';
import { Schedules } from './events/schedules.ts';
import type { Settings } from './settings.ts';
import { timings } from './events/timing.ts';
import { UploadRule } from './events/upload-rule.ts';
import { watchedDatabase } from './alarms/watched-database.ts';

export interface PipelineStackProps extends StackProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly datasets: readonly DatasetEvents[];
}

/** The pipeline of one target database: files land in one bucket, reports go to the other. It holds nothing that is lost with it. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, datasets, ...props }: PipelineStackProps) {
    super(scope, id, { description: 'Landfall: files land in S3, rows land in PostgreSQL', ...props });
    const { key, landing, reports, network } = data;
    const topic = new AlarmTopic(this, 'Topic', { email: settings.alarmEmail });
    const { queue: missed, ofRules } = new MissedEvents(this, 'MissedEvents');
    const functions = new PipelineFunctions(this, 'Functions', {
      settings,
      logins: loginsOf(settings, data.aurora),
      key,
      landing,
      reports,
      network,
      topic,
      missed,
      datasets,
    });
    const { tracing, reservedConcurrency = null } = settings;
    const { machine } = new LoadMachine(this, 'Load', { functions, tracing, reservedConcurrency });
    grantLoadControl(functions, machine);

    const claiming = datasets.filter(({ prefix }) => prefix !== null);
    const uploads =
      claiming.length === 0
        ? []
        : [new UploadRule(this, 'Uploads', { datasets: claiming, landing, machine, missed: ofRules }).rule];
    const recorder = functions.get('recorder').lambda;
    const failed = new ExecutionFailedRule(this, 'ExecutionFailed', { machine, recorder, missed: ofRules }).rule;
    const timed = timings(functions, datasets);
    const schedules = settings.noScheduler ? null : new Schedules(this, 'Schedules', { timings: timed, missed });
    if (schedules === null) new ScheduledRules(this, 'Timers', { timings: timed, missed: ofRules });

    const watched = {
      machine,
      functions,
      missed,
      rules: [...uploads, failed],
      scheduleGroup: schedules?.group ?? null,
      database: watchedDatabase(settings, data.aurora),
    };
    new Alarms(this, 'Alarms', { ...watched, topic: topic.topic, settings });
    new Dashboard(this, 'Dashboard', { machine, missed });

    const outputs = {
      LandingBucketName: landing.bucketName,
      ReportsBucketName: reports.bucket.bucketName,
      StateMachineArn: machine.stateMachineArn,
      // of each function: the runbook reads their logs
      ...Object.fromEntries(
        [...functions.byName].map(([name, { lambda }]) => [`${pascal(name)}FunctionName`, lambda.functionName]),
      ),
      TopicArn: topic.topic.topicArn,
      MissedEventsQueueUrl: missed.queueUrl,
    };
    for (const [name, value] of Object.entries<string>(outputs)) new CfnOutput(this, name, { value });
  }
}
