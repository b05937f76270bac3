import { Aws, Names, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Schedule } from './schedule.ts';
import type { Timing } from './timing.ts';

export interface SchedulesProps {
  readonly timings: readonly Timing[];
  readonly missed: Queue;
}

/** All timings as schedules of one group, which its alarm watches as a whole. */
export class Schedules extends Construct {
  readonly group: string;

  constructor(scope: Construct, id: string, { timings, missed }: SchedulesProps) {
    super(scope, id);
    this.group = groupName(this);
    const group = new CfnScheduleGroup(this, 'Group', { name: this.group });
    const role = new Role(this, 'Role', {
      description: 'Landfall: the schedules',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const targets = [...new Set(timings.map(({ target }) => target.functionArn))];
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: targets }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [missed.queueArn] }));
    for (const timing of timings) {
      const schedule = new Schedule(this, timing.id, { ...timing, group: this.group, role, missed });
      schedule.node.addDependency(group, role);
    }
  }
}

/** Scheduler takes 64 characters. The name of a nested stack is longer and not known yet; then the path of the construct is its name. */
function groupName(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  const ending = '-schedules';
  const fits = !Token.isUnresolved(stackName) && stackName.length + ending.length <= 64;
  return fits ? `${Aws.STACK_NAME}${ending}` : Names.uniqueResourceName(scope, { maxLength: 64, separator: '-' });
}
