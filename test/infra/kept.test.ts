import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectOne } from './support/expect-one.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

let made: Unbundled;
let network: Unbundled;
beforeAll(() => {
  made = templates();
  network = templates({ vpc: 'new', databaseSecurityGroup: 'sg-0123456789abcdef0' });
}, 120_000);

describe('the buckets', () => {
  test('are private, versioned, kept, tidied up, and speak TLS only', () => {
    made.data.resourceCountIs('AWS::S3::Bucket', 3);
    made.pipeline.resourceCountIs('AWS::S3::Bucket', 0);
    made.data.allResources('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: Match.arrayWith([
            Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
            Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 90 } }),
          ]),
        },
      }),
    });
    made.data.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test('that hold data have a key of their own, asked once a bucket, and log who comes', () => {
    const withKey = {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          Match.objectLike({ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }),
        ],
      },
      LoggingConfiguration: Match.objectLike({ DestinationBucketName: Match.anyValue() }),
    };
    made.data.resourcePropertiesCountIs('AWS::S3::Bucket', withKey, 2);
  });

  test('only the landing bucket tells EventBridge, so a report never starts a load', () => {
    made.data.resourcePropertiesCountIs(
      'AWS::S3::Bucket',
      { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } },
      1,
    );
  });
});

test('the key of the buckets turns over and is kept as long as they are', () => {
  made.data.allResources('AWS::KMS::Key', {
    DeletionPolicy: 'Retain',
    Properties: Match.objectLike({ EnableKeyRotation: true }),
  });
});

test('nothing of the pipeline is lost with its stack', () => {
  const types = new Set(
    Object.values(made.pipeline.toJSON()['Resources'] as Record<string, { Type: string }>).map(({ Type }) => Type),
  );
  expect([...types].filter((type) => /^AWS::(S3|RDS|DynamoDB|EC2)::/u.test(type))).toEqual([]);
});

test('a version that an execution may still call is kept, and one whose deployment failed is not', () => {
  const versions = Object.values(made.pipeline.findResources('AWS::Lambda::Version'));
  expect(versions).toHaveLength(7);
  for (const each of versions) {
    expect([each['DeletionPolicy'], each['UpdateReplacePolicy']]).toEqual(['RetainExceptOnCreate', 'Retain']);
  }
});

describe('a VPC of its own', () => {
  test('has no way out but the gateway of S3 and the endpoints that are called', () => {
    const kinds = Object.values(network.data.toJSON()['Resources'] as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    expect(kinds.filter((kind) => /NatGateway|InternetGateway|EIP/u.test(kind))).toEqual([]);
    const endpoints = Object.values(network.data.findResources('AWS::EC2::VPCEndpoint'));
    const services = endpoints.map((each) => JSON.stringify(each['Properties'].ServiceName));
    for (const service of ['s3', 'states', 'sns', 'secretsmanager']) {
      expect(
        services.filter((each) => each.includes(`.${service}"`)),
        service,
      ).toHaveLength(1);
    }
    expect(services).toHaveLength(4);
  });

  test('holds every function that reaches the database, and not the one that reaches the internet', () => {
    const functions = Object.values(network.pipeline.findResources('AWS::Lambda::Function')).map(
      (each) => each['Properties'],
    );
    const outside = functions.filter((each) => each.VpcConfig === undefined).map((each) => each.Description);
    expect(outside).toEqual(['Landfall: fetch']);
  });

  test('lets the functions into the database, and nobody into the functions', () => {
    expectOne(network.data, 'AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-0123456789abcdef0',
      FromPort: 5432,
      ToPort: 5432,
    });
    expectOne(network.data, 'AWS::EC2::SecurityGroup', {
      GroupDescription: Match.stringLikeRegexp('Landfall functions'),
      SecurityGroupIngress: Match.absent(),
    });
  });
});
