import { delivery } from './missed-events.ts';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Timing } from './timing.ts';

export interface ScheduledRulesProps {
  readonly timings: readonly Timing[];
  readonly missed: IQueue;
}

/** All timings as plain rules, for a target whose Scheduler never fires. Rules know UTC only, and no window. */
export class ScheduledRules extends Construct {
  constructor(scope: Construct, id: string, { timings, missed }: ScheduledRulesProps) {
    super(scope, id);
    for (const { target, dataset, ...timing } of timings) {
      new Rule(this, timing.id, {
        description: timing.description,
        schedule: Schedule.expression(timing.expression),
        targets: [
          new LambdaFunction(target, {
            ...delivery,
            deadLetterQueue: missed,
            event: RuleTargetInput.fromObject({ dataset, scheduledTime: EventField.time }),
          }),
        ],
      });
    }
  }
}
