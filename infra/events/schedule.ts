import { delivery } from './missed-events.ts';
import { CfnSchedule, ContextAttribute } from 'aws-cdk-lib/aws-scheduler';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Timing } from './timing.ts';

export interface ScheduleProps extends Timing {
  readonly group: string;
  readonly role: IRole;
  readonly missed: IQueue;
}

/** One schedule of EventBridge Scheduler: its own time zone, and a window that spreads what begins at the same hour. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { target, dataset, group, role, missed, ...props }: ScheduleProps) {
    super(scope, id);
    const { windowMinutes = 0 } = props;
    new CfnSchedule(this, 'Schedule', {
      description: props.description,
      groupName: group,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: props.timeZone ?? 'UTC',
      flexibleTimeWindow:
        windowMinutes === 0 ? { mode: 'OFF' } : { mode: 'FLEXIBLE', maximumWindowInMinutes: windowMinutes },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        // Scheduler puts the planned time in, which stays the same when it tries again
        input: JSON.stringify({ dataset, scheduledTime: ContextAttribute.scheduledTime }),
        deadLetterConfig: { arn: missed.queueArn },
        retryPolicy: {
          maximumEventAgeInSeconds: delivery.maxEventAge.toSeconds(),
          maximumRetryAttempts: delivery.retryAttempts,
        },
      },
    });
  }
}
