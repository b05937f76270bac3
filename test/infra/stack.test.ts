import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outsideFunctions, steps } from '../../functions/contract/pipeline.ts';
import { objectCreatedSchema } from '../../functions/contract/states.ts';
import { objectCreated } from '../support/object-created.ts';
import { synth, type Synthesized } from './synth.ts';

const names = [...steps, ...outsideFunctions];

// one synth for all tests: bundling seven functions is what takes the time
let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synth();
}, 110_000);
afterAll(() => rmSync(synthesized.folder, { recursive: true, force: true }));

describe('synth without an account', () => {
  test('has every function of the pipeline on the Lambda that the code is written for', () => {
    const functions = synthesized.template.findResources('AWS::Lambda::Function');
    const described: readonly string[] = Object.values(functions).map((each) => each['Properties'].Description);
    expect(described.toSorted()).toEqual(names.map((name) => `Landfall: ${name}`).toSorted());
    synthesized.template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
  });

  test('adds no custom resource, so nothing runs in the account that is not ours', () => {
    const types = Object.values(synthesized.template.toJSON()['Resources'] as Record<string, { Type: string }>);
    expect(types.filter(({ Type }) => /^(Custom::|AWS::CloudFormation::CustomResource)/.test(Type))).toEqual([]);
  });

  test('each bundle loads in Node by itself and exports its handler', () => {
    const bundles = readdirSync(synthesized.folder).filter((name) => name.startsWith('asset.'));
    expect(bundles).toHaveLength(names.length);
    for (const bundle of bundles) {
      const url = `file://${join(synthesized.folder, bundle, 'index.mjs')}`;
      const code = `const { handler } = await import(${JSON.stringify(url)}); process.stdout.write(typeof handler);`;
      const run = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', env: {} });
      expect(run.stderr).toBe('');
      expect(run.stdout).toBe('function');
    }
  });
});

describe('the buckets', () => {
  test('are private, versioned, kept, and speak TLS only', () => {
    synthesized.template.resourceCountIs('AWS::S3::Bucket', 2);
    synthesized.template.allResources('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    });
    synthesized.template.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test('only the landing bucket tells EventBridge, so a report never starts a load', () => {
    synthesized.template.resourcePropertiesCountIs(
      'AWS::S3::Bucket',
      { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } },
      1,
    );
  });
});

describe('events', () => {
  test('a file that lands starts the state machine, a failed execution the recorder, and neither is lost', () => {
    const rules = Object.values(synthesized.template.findResources('AWS::Events::Rule')).map(
      (each) => each['Properties'],
    );
    const detailTypes: readonly string[] = rules.flatMap((rule) => rule.EventPattern['detail-type']);
    expect(detailTypes.toSorted()).toEqual(['Object Created', 'Step Functions Execution Status Change']);
    for (const rule of rules) {
      expect(rule.Targets).toHaveLength(1);
      expect(rule.Targets[0].DeadLetterConfig.Arn).toBeDefined();
    }
  });
});

describe('an upload', () => {
  test('reaches the state machine as the whole event, just as Register reads it', () => {
    const rules = Object.values(synthesized.template.findResources('AWS::Events::Rule'));
    const rule = rules.map((each) => each['Properties']).find(isAboutUploads);
    const event = objectCreated({ bucket: 'landing', key: 'a.csv', etag: 'e', size: 1, versionId: 'v' }, '01');
    const { source, 'detail-type': detailType, detail } = objectCreatedSchema.parse(event);
    expect(rule.EventPattern).toEqual({
      source: [source],
      'detail-type': [detailType],
      detail: { bucket: { name: [{ Ref: expect.stringMatching(/^Landing/) }] } },
    });
    expect(Object.keys(detail)).toContain('bucket');
    // Arn, RoleArn, the queue of missed ones and retries, but no Input, InputPath or InputTransformer
    expect(Object.keys(rule.Targets[0]).filter((name) => name.startsWith('Input'))).toEqual([]);
    const machine = Object.values(synthesized.template.findResources('AWS::StepFunctions::StateMachine'));
    expect(JSON.stringify(machine)).toContain('request.$');
  });
});

describe('permissions', () => {
  test('name their actions, and their resources wherever AWS lets them', () => {
    const statements = allowed();
    expect(statements.length).toBeGreaterThan(names.length);
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
    const anywhere = statements.filter(({ resources }) => resources.includes('*'));
    // log delivery has no resource to name: the one exception
    expect(anywhere.flatMap(({ actions }) => actions).filter((action) => !action.startsWith('logs:'))).toEqual([]);
    expect(anywhere).toHaveLength(1);
  });

  test('nobody may write or delete what landed', () => {
    const onS3 = new Set(allowed().flatMap(({ actions }) => actions.filter((action) => action.startsWith('s3:'))));
    expect([...onS3].toSorted()).toEqual([
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:PutObject',
    ]);
    const puts = allowed().filter(({ actions }) => actions.includes('s3:PutObject'));
    expect(puts.map(({ role }) => role)).toEqual([expect.stringContaining('Report')]);
  });

  test('the database URL is a reference to a secret', () => {
    synthesized.template.allResourcesProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { DATABASE_URL: '{{resolve:secretsmanager:landfall/database-url:SecretString:::}}' },
      },
    });
  });
});

function isAboutUploads(rule: { EventPattern: { source: readonly string[] } }): boolean {
  return rule.EventPattern.source.includes('aws.s3');
}

interface Allowed {
  readonly role: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
}

/** Every statement that allows something to one of the stack's own roles. */
function allowed(): readonly Allowed[] {
  return Object.entries(synthesized.template.findResources('AWS::IAM::Policy')).flatMap(([role, policy]) => {
    const statements: readonly { Effect: string; Action: string | string[]; Resource: unknown }[] =
      policy['Properties'].PolicyDocument.Statement;
    return statements
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Action, Resource }) => ({ role, actions: [Action].flat(), resources: [Resource].flat() }));
  });
}
