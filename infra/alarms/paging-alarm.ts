import { Aws } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** What an alarm watches and says. One heading of the runbook may stand for several alarms of one kind. */
export interface AlarmSpec {
  readonly id: string;
  /** The heading in the runbook, as its link writes it: lower case, hyphens. */
  readonly heading: string;
  /** One sentence: what happened. */
  readonly says: string;
  readonly metric: IMetric;
  /** It goes off where the metric reaches this (or, with `below`, falls under it). */
  readonly threshold: number;
  readonly below?: true;
  /** In so many of the last `periods` periods; one of one where not given. */
  readonly datapoints?: number;
  readonly periods?: number;
  /** What no value at all means; each alarm says so itself. */
  readonly missing: TreatMissingData;
  /** It is about how things stand and not about an event, so its end is told too. */
  readonly tellsEnd?: true;
}

export interface PagingAlarmProps extends AlarmSpec {
  readonly topic: ITopic;
  readonly runbook: string;
}

/** An alarm that writes to people: what happened, and where it says what to do. */
export class PagingAlarm extends Construct {
  constructor(scope: Construct, id: string, props: PagingAlarmProps) {
    super(scope, id);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: `${Aws.STACK_NAME}-${id}`,
      alarmDescription: `${props.says} What to do: ${props.runbook}#${props.heading}`,
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator:
        props.below === true
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      datapointsToAlarm: props.datapoints ?? 1,
      treatMissingData: props.missing,
    });
    alarm.addAlarmAction(new SnsAction(props.topic));
    if (props.tellsEnd === true) alarm.addOkAction(new SnsAction(props.topic));
  }
}
