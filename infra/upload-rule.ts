import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DatasetEvents } from './dataset-events.ts';
import { delivery } from './delivery.ts';

export interface UploadRuleProps {
  readonly dataset: DatasetEvents;
  readonly landing: Bucket;
  readonly machine: StateMachine;
  readonly missed: IQueue;
}

/**
 * Each object that lands under a dataset's prefix starts an execution, with the whole event as its input. Delivery is at
 * least once and a rule cannot name an execution, so the same event may start two: the ledger's claim lets one of them load.
 */
export class UploadRule extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, { dataset, landing, machine, missed }: UploadRuleProps) {
    super(scope, id);
    this.rule = new Rule(this, 'Rule', {
      description: `A file of ${dataset.name} landed: load it`,
      eventPattern: uploadPattern(dataset, landing.bucketName),
      targets: [new SfnStateMachine(machine, { ...delivery, deadLetterQueue: missed })],
    });
  }
}

function uploadPattern({ prefix, upload = {} }: DatasetEvents, bucket: string): EventPattern {
  const size = sizePattern(upload);
  return {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: {
      bucket: { name: [bucket] },
      object: { key: keyPattern(prefix ?? '', upload.suffixes ?? []), ...(size === null ? {} : { size: [size] }) },
    },
  };
}

/** EventBridge compares numbers up to this, and a larger one with nothing: its user guide, "Numeric matching". */
const largestNumber = 5e9;

/**
 * Null where it cannot be said: without an upper bound that EventBridge can compare with, a file above 5 GB would match no
 * lower one either. Then every size starts an execution, and Register ignores what `upload` does not let in.
 */
function sizePattern({ minBytes = 0, maxBytes = Infinity }: NonNullable<DatasetEvents['upload']>): unknown {
  if (maxBytes > largestNumber) return null;
  return { numeric: [...(minBytes === 0 ? [] : ['>=', minBytes]), '<=', maxBytes] };
}

/** Several matchers of one field are alternatives, so a prefix with a suffix has to be one wildcard; its own signs are escaped. */
function keyPattern(prefix: string, suffixes: readonly string[]): readonly unknown[] {
  if (suffixes.length === 0) return [{ prefix }];
  const literal = (text: string): string => text.replaceAll(/[\\*]/g, String.raw`\$&`);
  return suffixes.map((suffix) => ({ wildcard: `${literal(prefix)}*${literal(suffix)}` }));
}
