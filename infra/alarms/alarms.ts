import type { Rule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { PagingAlarm } from './paging-alarm.ts';
import { databaseAlarms } from './database-alarms.ts';
import { deliveryAlarms } from './delivery-alarms.ts';
import { functionAlarms } from './function-alarms.ts';
import { loadAlarms } from './load-alarms.ts';
import { machineAlarms, undoAlarm } from './machine-alarms.ts';
import type { PipelineFunctions } from '../functions/pipeline-functions.ts';
import type { Settings } from '../settings.ts';
import { sweepAlarms } from './sweep-alarms.ts';
import type { WatchedDatabase } from './watched-database.ts';

export interface AlarmsProps {
  readonly machine: StateMachine;
  /** Of undos. */
  readonly undoMachine: StateMachine;
  readonly functions: PipelineFunctions;
  readonly missed: Queue;
  readonly rules: readonly Rule[];
  /** Null where plain rules stand for the schedules. */
  readonly scheduleGroup: string | null;
  /** Null where nobody said what CloudWatch calls it. */
  readonly database: WatchedDatabase | null;
  readonly topic: ITopic;
  readonly settings: Settings;
}

/** Every alarm there is: what it watches is listed by where it comes from, what to do about it is in the runbook. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { topic, settings, ...watched }: AlarmsProps) {
    super(scope, id);
    const all = [
      ...machineAlarms(watched.machine),
      undoAlarm(watched.undoMachine),
      ...functionAlarms(watched.functions),
      ...deliveryAlarms(watched),
      ...loadAlarms(settings),
      ...sweepAlarms(watched.functions),
      ...databaseAlarms(watched.database),
    ];
    for (const each of all) new PagingAlarm(this, each.id, { ...each, topic, runbook: settings.runbook });
  }
}
