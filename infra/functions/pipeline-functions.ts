import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type FunctionName, outsideFunctions, machineFunctions } from '../../functions/protocol/pipeline.ts';
import type { AlarmTopic } from '../alarms/alarm-topic.ts';
import { grantBuckets, grantFetch } from './bucket-access.ts';
import { grantDatabase } from './database-access.ts';
import type { DatasetEvents } from '../events/dataset-events.ts';
import { functionAccess } from './function-access.ts';
import { functionEnvironment } from './function-environment.ts';
import { handlerCode } from './handler-code.ts';
import type { Logins } from './logins.ts';
import type { Landing } from '../data/landing-bucket.ts';
import type { Network } from '../data/network.ts';
import type { Sender } from '../data/senders.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { ReportsBucket } from '../data/reports-bucket.ts';
import type { Settings } from '../settings.ts';

export interface PipelineFunctionsProps {
  readonly settings: Settings;
  readonly logins: Logins;
  readonly key: IKey;
  readonly landing: Landing;
  readonly senders: readonly Sender[];
  readonly reports: ReportsBucket;
  readonly network: Network | null;
  readonly topic: AlarmTopic;
  readonly missed: Queue;
  readonly datasets: readonly DatasetEvents[];
}

/** These hold a connection for minutes each: the ones that a limit is for. */
const heavy: readonly FunctionName[] = ['whole', 'stage', 'validate', 'merge'];

/** Every function of the pipeline, by name, with the access that its code needs and no more. */
export class PipelineFunctions extends Construct {
  readonly byName: ReadonlyMap<FunctionName, PipelineFunction>;

  constructor(scope: Construct, id: string, props: PipelineFunctionsProps) {
    super(scope, id);
    const code = handlerCode({ datasets: props.datasets, testable: props.settings.testable });
    this.byName = new Map(
      [...machineFunctions, ...outsideFunctions].map((name) => [name, this.make(name, code, props)]),
    );
  }

  /** The function of this name; all of them exist. */
  get(name: FunctionName): PipelineFunction {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`no function ${name} in this stack`);
    return found;
  }

  private make(name: FunctionName, code: Code, props: PipelineFunctionsProps): PipelineFunction {
    const { settings, logins, landing, reports, topic, network, missed } = props;
    const access = functionAccess[name];
    const made = new PipelineFunction(this, pascal(name), {
      name,
      environment: functionEnvironment(access, {
        settings,
        logins,
        landingBucket: landing.bucket.bucketName,
        reportsUrl: reports.url,
        topicArn: topic.topic.topicArn,
      }),
      tracing: settings.tracing,
      code,
      // what reaches the internet stays outside the VPC, which has no way out
      network: access.database === undefined ? null : network,
      reservedConcurrency: heavy.includes(name) ? settings.reservedConcurrency : undefined,
      missed: access.calledByEvents === true ? missed : undefined,
    });
    if (access.database !== undefined) grantDatabase(made, logins[access.database], settings);
    grantBuckets(made, access, props);
    if (access.publishes === true) topic.grantPublish(made);
    if (access.fetches === true) grantFetch(made, props);
    return made;
  }
}

export function pascal(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
