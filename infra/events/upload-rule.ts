import { delivery } from './missed-events.ts';
import { Aws } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DatasetEvents } from './dataset-events.ts';
import { prefixesWithin } from './prefixes-within.ts';

export interface UploadRuleProps {
  readonly datasets: readonly DatasetEvents[];
  readonly landing: IBucket;
  readonly machine: StateMachine;
  readonly missed: IQueue;
}

/**
 * Characters of the prefixes in the pattern. EventBridge takes 2,048 for the whole; what stands around them is 141 with the
 * longest name that a bucket can have.
 */
const prefixCharacters = 1_900;

/**
 * Each object that lands under a prefix of a dataset starts an execution, with the whole event as its input. One rule for all
 * of them, so that neither a bus nor a stack limits how many there are. Whose an object is, and whether `upload` lets it in, is
 * Register's to say: a pattern has no room for it. Delivery is at least once and a rule cannot name an execution, so the same
 * event may start two: the ledger's claim lets one of them load.
 */
export class UploadRule extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, { datasets, landing, machine, missed }: UploadRuleProps) {
    super(scope, id);
    // the target would make one that EventBridge may assume for whoever's rule
    const role = new Role(this, 'Role', {
      description: 'Landfall: uploads start loads',
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.rule = new Rule(this, 'Rule', {
      description: 'A file landed: load it',
      eventPattern: uploadPattern(datasets, landing.bucketName),
      targets: [new SfnStateMachine(machine, { ...delivery, role, deadLetterQueue: missed })],
    });
  }
}

function uploadPattern(datasets: readonly DatasetEvents[], bucket: string): EventPattern {
  const prefixes = datasets.flatMap(({ prefix }) => (prefix === null ? [] : [prefix]));
  const key = prefixesWithin(prefixes, prefixCharacters).map((prefix) => ({ prefix }));
  return {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: { bucket: { name: [bucket] }, object: { key } },
  };
}
