import { CfnOutput, Stack } from 'aws-cdk-lib';
import { PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarms/alarm-topic.ts';
import { Alarms } from './alarms/alarms.ts';
import { Dashboard } from './alarms/dashboard.ts';
import { watchedDatabase } from './alarms/watched-database.ts';
import { Kept } from './data/kept.ts';
import type { DatasetEvents } from './events/dataset-events.ts';
import { ExecutionFailedRule } from './events/execution-failed-rule.ts';
import { MissedEvents } from './events/missed-events.ts';
import { ScheduledRules } from './events/scheduled-rules.ts';
import { Schedules } from './events/schedules.ts';
import { timings } from './events/timing.ts';
import { UploadRule } from './events/upload-rule.ts';
import { pinFlags } from './flags.ts';
import { loginsOf } from './functions/logins.ts';
import { pascal, PipelineFunctions } from './functions/pipeline-functions.ts';
import type { Given } from './given.ts';
import { grantLoadControl } from './machine/load-control.ts';
import { LoadMachine } from './machine/load-machine.ts';
import { UndoMachine } from './machine/undo-machine.ts';
import type { Settings } from './settings.ts';
import { packageVersion } from '../project/own-package.ts';

export interface DeploymentProps {
  readonly settings: Settings;
  readonly datasets: readonly DatasetEvents[];
  readonly given: Given;
  /** Another stack for what outlives any deployment; null: this one. */
  readonly keptIn: Construct | null;
}

/** The pipeline of one target database: files land in one bucket, reports go to the other. */
export class Deployment extends Construct {
  /** Where files land. */
  readonly landingBucket: IBucket;
  /** Where reports and rejects files go. */
  readonly reportsBucket: IBucket;
  /** One execution is one attempt at one load. */
  readonly stateMachine: StateMachine;
  /** Where alarms and failed loads are told. */
  readonly alarmTopic: ITopic;
  /** Events that could not be delivered or worked off. */
  readonly missedEvents: Queue;
  protected readonly kept: Kept;
  protected readonly functions: PipelineFunctions;

  constructor(scope: Construct, id: string, { settings, datasets, given, keptIn }: DeploymentProps) {
    super(scope, id);
    refuseSecond(this);
    pinFlags(this);
    this.kept = new Kept(keptIn ?? this, keptIn === null ? 'Data' : id, { settings, given, readBy: Stack.of(this) });
    const { key, landing, reports, network, aurora } = this.kept;
    const topic = new AlarmTopic(this, 'Topic', { email: settings.alarmEmail, given: given.topic });
    const { queue: missed, ofRules } = new MissedEvents(this, 'MissedEvents');
    const functions = new PipelineFunctions(this, 'Functions', {
      settings,
      logins: loginsOf(settings, aurora),
      key,
      landing,
      senders: given.senders,
      reports,
      network,
      topic,
      missed,
      datasets,
    });
    const { tracing, reservedConcurrency = null } = settings;
    const { machine } = new LoadMachine(this, 'Load', { functions, tracing, reservedConcurrency });
    grantLoadControl(functions, machine);
    const undo = new UndoMachine(this, 'Undo', { functions, tracing });

    const claiming = datasets.filter(({ prefix }) => prefix !== null);
    const uploads =
      claiming.length === 0
        ? []
        : [
            new UploadRule(this, 'Uploads', { datasets: claiming, landing: landing.bucket, machine, missed: ofRules })
              .rule,
          ];
    const recorder = functions.get('recorder').lambda;
    const failed = new ExecutionFailedRule(this, 'ExecutionFailed', {
      machines: [machine, undo.machine],
      recorder,
      missed: ofRules,
    }).rule;
    const timed = timings(functions, datasets);
    const schedules = settings.noScheduler ? null : new Schedules(this, 'Schedules', { timings: timed, missed });
    if (schedules === null) new ScheduledRules(this, 'Timers', { timings: timed, missed: ofRules });

    const watched = {
      machine,
      undoMachine: undo.machine,
      functions,
      missed,
      rules: [...uploads, failed],
      scheduleGroup: schedules?.group ?? null,
      database: watchedDatabase(settings, aurora),
    };
    new Alarms(this, 'Alarms', { ...watched, topic: topic.topic, settings });
    new Dashboard(this, 'Dashboard', { machine, missed });

    this.functions = functions;
    this.landingBucket = landing.bucket;
    // the CDK's own types do not agree with each other under exactOptionalPropertyTypes
    this.reportsBucket = reports.bucket as IBucket;
    this.stateMachine = machine;
    this.alarmTopic = topic.topic;
    this.missedEvents = missed;
    this.writeOutputs();
    const { permissionsBoundary: boundary } = given;
    if (boundary !== null) for (const each of [this, this.kept]) PermissionsBoundary.of(each).apply(boundary);
  }

  /** By the names that commands look for, whatever the construct is called. */
  private writeOutputs(): void {
    const outputs = {
      LandingBucketName: this.landingBucket.bucketName,
      ReportsBucketName: this.reportsBucket.bucketName,
      StateMachineArn: this.stateMachine.stateMachineArn,
      // of each function: the runbook reads their logs
      ...Object.fromEntries(
        [...this.functions.byName].map(([name, { lambda }]) => [`${pascal(name)}FunctionName`, lambda.functionName]),
      ),
      TopicArn: this.alarmTopic.topicArn,
      MissedEventsQueueUrl: this.missedEvents.queueUrl,
      // compared with that of the command that asks
      Version: packageVersion(),
    };
    for (const [name, value] of Object.entries<string>(outputs))
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}

/** Metrics, alarms and the commands' `--stack` know a pipeline by the name of its stack. */
function refuseSecond(one: Deployment): void {
  const stack = Stack.of(one);
  const first = stack.node
    .findAll()
    .find((each) => each !== one && each instanceof Deployment && Stack.of(each) === stack);
  if (first === undefined) return;
  throw new Error(
    `${one.node.path}: its stack holds ${first.node.path} already, and a stack holds one Landfall: metrics, alarms and ` +
      `\`landfall ... --stack NAME\` know it by the name of its stack. Put this one into a stack of its own, or into ` +
      `new NestedStack(this, '${one.node.id}Stack')`,
  );
}
