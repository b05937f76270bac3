import { rmSync } from 'node:fs';
import { Validations } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { addStacks } from '../../infra/stacks.ts';
import { unbundledApp } from './support/unbundled.ts';
import { datasets } from '../support/sample-datasets.ts';

const iam = {
  databaseHost: 'db.example.com',
  databaseName: 'warehouse',
  databaseUser: 'loader',
  databaseResourceId: 'db-ABC',
};

test.each([
  ['without any setting', {}],
  ['in a new VPC, with every option', { ...iam, vpc: 'new', migrateSecret: 'owner', reservedConcurrency: '4' }],
  ['with an Aurora of its own', { vpc: 'new', aurora: 'true' }],
  [
    'in a VPC that is there, without Scheduler',
    { vpc: 'vpc-0123456789abcdef0', vpcSubnetIds: 'subnet-0123456789abcdef0', noScheduler: 'true' },
  ],
])(
  'cdk-nag finds nothing that nobody has given a reason for: %s',
  (_, settings) => {
    expect(findings(settings)).toBe('');
  },
  120_000,
);

test('cdk-nag looks: a topic without TLS is found', () => {
  expect(findings({}, 'open')).toContain('AwsSolutions-SNS3');
}, 120_000);

/** What synth says with both packs attached, and with one bad topic more where a name for it is given. */
function findings(settings: Readonly<Record<string, string>>, badTopic: string | null = null): string {
  const app = unbundledApp(settings);
  try {
    const { pipeline } = addStacks(app, datasets);
    const bad = badTopic === null ? null : new CfnTopic(pipeline, badTopic);
    expect(bad?.topicName).toBeUndefined();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    app.synth();
    return '';
  } catch (error) {
    return String(error);
  } finally {
    rmSync(app.outdir, { recursive: true, force: true });
  }
}
