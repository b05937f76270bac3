import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ExecutionFailedRule } from './execution-failed-rule.ts';
import { LandingBucket } from './landing-bucket.ts';
import { LoadMachine } from './load-machine.ts';
import { MissedEvents } from './missed-events.ts';
import { ObjectCreatedRule } from './object-created-rule.ts';
import { PipelineFunctions } from './pipeline-functions.ts';
import { ReportsBucket } from './reports-bucket.ts';
import type { Settings } from './settings.ts';

export interface PipelineStackProps extends StackProps {
  readonly settings: Settings;
}

/** The pipeline of one target database: files land in one bucket, reports go to the other. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: PipelineStackProps) {
    super(scope, id, { description: 'Landfall: files land in S3, rows land in PostgreSQL', ...props });
    const { bucket: landing } = new LandingBucket(this, 'Landing');
    const reports = new ReportsBucket(this, 'Reports');
    const functions = new PipelineFunctions(this, 'Functions', { settings, landing, reports });
    const { machine } = new LoadMachine(this, 'Load', functions);
    const { queue: missed } = new MissedEvents(this, 'MissedEvents');
    new ObjectCreatedRule(this, 'ObjectCreated', { landing, machine, missed });
    new ExecutionFailedRule(this, 'ExecutionFailed', { machine, recorder: functions.get('recorder').lambda, missed });
    new CfnOutput(this, 'LandingBucketName', { value: landing.bucketName });
    new CfnOutput(this, 'ReportsBucketName', { value: reports.bucket.bucketName });
    new CfnOutput(this, 'StateMachineArn', { value: machine.stateMachineArn });
  }
}
