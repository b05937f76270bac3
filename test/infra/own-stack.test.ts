import { NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CURRENT_VERSION_EXPIRED_FLAGS, CURRENTLY_RECOMMENDED_FLAGS, FLAGS } from 'aws-cdk-lib/cx-api';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  aurora,
  existing,
  Landfall,
  type LandfallProps,
  newVpc,
  senderKeyStatement,
  senderStatement,
} from '../../infra/index.ts';
import { expectOne } from './support/expect-one.ts';
import { declared, inHost, templateOf, usual } from './support/host.ts';
import { plain, statements } from './support/statements.ts';

const theirAccount = '444455556666';
const theirKey = `arn:aws:kms:eu-central-1:${theirAccount}:key/0a1b2c`;
const throughS3 = {
  StringEquals: {
    'kms:ViaService': { 'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] },
  },
};

/** Every resource of a type. */
function all(template: Template, type: string): readonly Readonly<Record<string, unknown>>[] {
  return Object.values(template.findResources(type)).map((each) => each['Properties'] ?? {});
}

function putInto(stack: Stack, props: LandfallProps, id = 'Landfall'): Landfall {
  return new Landfall(stack, id, props);
}

function typesOf(template: Template): readonly string[] {
  return Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(({ Type }) => Type);
}

/**
 * A template with the actions and statements of its policies in order: the CDK joins statements in the order of the numbers of
 * its tokens, which go on from one app of a process to the next.
 */
function inOrder(template: Template): unknown {
  const text = (value: unknown): string => JSON.stringify(value);
  const revive = (name: string, value: unknown): unknown =>
    Array.isArray(value) && ['Action', 'Resource', 'Statement'].includes(name)
      ? (value as unknown[]).toSorted((one, other) => (text(one) < text(other) ? -1 : 1))
      : value;
  return JSON.parse(text(template.toJSON()), revive);
}

describe('the flags of the host', () => {
  const withFlags = (context: Readonly<Record<string, unknown>>): unknown =>
    inHost((app) => {
      const stack = new Stack(app, 'Shop');
      const senders = [{ prefix: 'orders/', principal: theirAccount }];
      putInto(stack, { ...usual, database: aurora(), senders });
      return inOrder(Template.fromStack(stack));
    }, context);

  test('change nothing: none, those that the CDK recommends, and all that there are', () => {
    const without = withFlags({});
    expect(JSON.stringify(without).length).toBeGreaterThan(100_000);
    expect(withFlags(CURRENTLY_RECOMMENDED_FLAGS)).toEqual(without);
    const still = Object.keys(FLAGS).filter((name) => !CURRENT_VERSION_EXPIRED_FLAGS.includes(name));
    expect(withFlags(Object.fromEntries(still.map((name) => [name, true])))).toEqual(without);
  }, 60_000);
});

test('one app holds several: one in a stack, another in a stack of its own or a nested one, whose long name fits', () => {
  inHost((app) => {
    const [ours, theirs] = [new Stack(app, 'Ours'), new Stack(app, 'Theirs')];
    for (const stack of [ours, theirs]) putInto(stack, usual);
    expect(() => new Landfall(ours, 'Second', usual)).toThrow(
      "Ours/Second: its stack holds Ours/Landfall already, and a stack holds one Landfall: metrics, alarms and `landfall ... --stack NAME` know it by the name of its stack. Put this one into a stack of its own, or into new NestedStack(this, 'SecondStack')",
    );
  });
  inHost((app) => {
    const ours = new Stack(app, 'Ours');
    const nested = new NestedStack(ours, 'SecondStack');
    putInto(ours, usual);
    putInto(nested, usual, 'Second');
    for (const stack of [ours, nested]) {
      const template = Template.fromStack(stack);
      expect(Object.keys(template.findOutputs('*'))).toContain('OperateFunctionName');
      const alarms = all(template, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => plain(AlarmName));
      expect(alarms.length).toBeGreaterThan(20);
      expect(alarms.filter((name) => !name.startsWith('<AWS::StackName>-'))).toEqual([]);
      const [group] = all(template, 'AWS::Scheduler::ScheduleGroup').map(({ Name }) => plain(Name));
      expect(group).toMatch(
        stack === ours ? /^<AWS::StackName>-schedules$/u : /^Ours-SecondStack-Second-Schedules-\w+$/u,
      );
    }
  });
}, 60_000);

test('what must stay is in another stack where it is said, and permissionsBoundary bounds every role', () => {
  inHost((app) => {
    const kept = new Stack(app, 'Kept');
    const stack = new Stack(app, 'Shop');
    const boundary = 'arn:aws:iam::111122223333:policy/limit';
    const permissionsBoundary = ManagedPolicy.fromManagedPolicyArn(stack, 'Limit', boundary);
    putInto(stack, { ...usual, database: aurora(), keptIn: kept, permissionsBoundary });
    const [data, pipeline] = [Template.fromStack(kept), Template.fromStack(stack)];
    const stays = /^AWS::(S3|RDS|EC2)::/u;
    expect(typesOf(data).filter((type) => !stays.test(type) && type !== 'AWS::KMS::Key')).toEqual([]);
    expect(typesOf(pipeline).filter((type) => stays.test(type))).toEqual([]);
    expect(Object.keys(data.findOutputs('*'))).toContain('DatabaseSecretArn');
    const roles = all(pipeline, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(12);
    expect(roles.filter(({ PermissionsBoundary }) => PermissionsBoundary !== boundary)).toEqual([]);
  });
});

test('a landing bucket that is there keeps its policy and its notifications, and starts loads by the same rule', () => {
  const template = templateOf(
    (stack) => ({ ...usual, landingBucket: Bucket.fromBucketName(stack, 'Files', 'shop-files') }),
    (landfall) =>
      expect(() => landfall.connections).toThrow(
        'Shop/Landfall: the functions run outside any VPC, where no security group knows them: give vpc',
      ),
  );
  template.resourceCountIs('AWS::S3::Bucket', 2);
  const buckets = all(template, 'AWS::S3::BucketPolicy').map(({ Bucket: of }) => plain(of));
  expect(buckets.toSorted()).toEqual(['<LandfallDataAccessLogsBucket>', '<LandfallDataReportsBucket>']);
  expectOne(template, 'AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: ['shop-files'] }, object: { key: [{ prefix: 'orders/' }, { prefix: 'rates/' }] } },
    },
  });
  const reads = statements(template).filter(({ actions }) => actions.includes('s3:GetObjectVersion'));
  expect(new Set(reads.flatMap(({ resources }) => resources))).toEqual(
    new Set(['arn:<AWS::Partition>:s3:::shop-files/*']),
  );
  // without a key, S3 decrypts by its own: no role may use one for it
  // but for reports, which are written with one
  const readers = new Set(reads.map(({ role }) => role).filter((role) => !role.includes('Whole')));
  const keys = statements(template).filter(({ role, actions }) => readers.has(role) && actions.includes('kms:Decrypt'));
  expect(keys).toEqual([]);
});

describe('senders', () => {
  const senders = [
    { prefix: 'orders/', principal: theirAccount },
    { prefix: 'rates/eu?/', principal: `arn:aws:iam::${theirAccount}:role/sender`, kmsKey: theirKey },
  ];
  const put = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'];

  test('may put below their own prefix and do nothing else, in a bucket whose owner owns every object', () => {
    const template = templateOf(() => ({ ...usual, senders }));
    const policies = all(template, 'AWS::S3::BucketPolicy') as readonly {
      Bucket: unknown;
      PolicyDocument: { Statement: readonly { Effect: string }[] };
    }[];
    const landing = policies.find(({ Bucket: of }) => plain(of) === '<LandfallDataLandingBucket>');
    const allowed = landing?.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
    const bucket = { 'Fn::GetAtt': [expect.stringContaining('LandingBucket'), 'Arn'] };
    const ourKey = { 'Fn::GetAtt': [expect.stringContaining('DataKey'), 'Arn'] };
    const onlyBy = (key: unknown): object => ({
      StringEqualsIfExists: { 's3:x-amz-server-side-encryption-aws-kms-key-id': key },
    });
    const root = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${theirAccount}:root`]] };
    expect(allowed).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: root },
        Action: put,
        Resource: { 'Fn::Join': ['', [bucket, '/orders/*']] },
        Condition: onlyBy(ourKey),
      },
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${theirAccount}:role/sender` },
        Action: put,
        // the question mark is a question mark
        Resource: { 'Fn::Join': ['', [bucket, '/rates/eu${?}/*']] },
        Condition: onlyBy(theirKey),
      },
    ]);
    const owned = { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } };
    template.allResourcesProperties('AWS::S3::Bucket', Match.objectLike(owned));

    const key = Object.entries(template.findResources('AWS::KMS::Key')).find(([id]) => id.includes('DataKey'));
    const ofKey = key?.[1]['Properties'].KeyPolicy.Statement as readonly { Principal: { AWS?: unknown } }[];
    expect(ofKey.filter(({ Principal }) => JSON.stringify(Principal).includes(theirAccount))).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: root },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: throughS3,
      },
    ]);
    const users = statements(template).filter(({ resources }) => resources.includes(theirKey));
    expect(users.map(({ role }) => role.replace(/.*Functions(\w+?)Role.*/u, '$1'))).toEqual([
      'Whole',
      'Extract',
      'Stage',
      'Validate',
      'Transform',
      'Merge',
    ]);
    expect(new Set(users.flatMap(({ actions }) => actions))).toEqual(new Set(['kms:Decrypt']));
  });
});

describe('constructs of the host', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf(hostsOwn, (landfall, stack) => {
      const sender = { prefix: 'orders/', principal: theirAccount };
      landfall.landingBucket.addToResourcePolicy(senderStatement({ bucket: landfall.landingBucket, sender }));
      landfall.landingBucket.encryptionKey?.addToResourcePolicy(senderKeyStatement(sender));
      const other = SecurityGroup.fromSecurityGroupId(stack, 'Other', 'sg-0123456789abcdef0');
      other.connections.allowFrom(landfall, Port.tcp(5432));
      const role = (id: string): Role => new Role(stack, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
      landfall.grantOperate(role('Operator'));
      landfall.grantMigrate(role('Deployer'));
      landfall.grantSend(role('Shop'), 'orders/');
      landfall.grantReadReports(role('Analyst'));
    });
  });

  test('a bucket has its own policy, which senders are put into, and the functions may use its key through S3', () => {
    const policy = all(template, 'AWS::S3::BucketPolicy').filter(({ Bucket: of }) => plain(of) === '<Files>');
    expect(policy).toHaveLength(1);
    expect(policy[0]).toHaveProperty('PolicyDocument.Statement.length', 1);
    expect(JSON.stringify(policy)).toContain('/orders/*');
    expect(JSON.stringify(policy)).toMatch(/aws-kms-key-id":\{"Fn::GetAtt":\["FilesKey/u);
    const key = Object.entries(template.findResources('AWS::KMS::Key')).find(([id]) => id.startsWith('FilesKey'));
    expect(JSON.stringify(key)).toContain(`:iam::${theirAccount}:root`);
    const files = Object.entries(template.findResources('AWS::S3::Bucket')).find(([id]) => id.startsWith('Files'));
    expect(Object.keys(files?.[1]['Properties'])).toEqual(['BucketEncryption', 'PublicAccessBlockConfiguration']);
    const stage = statements(template).filter(({ role }) => role.includes('Stage'));
    expect(stage).toContainEqual({
      role: expect.any(String),
      effect: 'Allow',
      actions: ['kms:Decrypt'],
      resources: ['<FilesKey.Arn>'],
      condition: expect.stringContaining('kms:ViaService'),
    });
  });

  test('a topic is used as it is: no other is made, its policy stays, functions may use its key', () => {
    template.resourceCountIs('AWS::SNS::Topic', 1);
    template.resourceCountIs('AWS::SNS::TopicPolicy', 0);
    const alarms = all(template, 'AWS::CloudWatch::Alarm');
    const actions = alarms.flatMap(({ AlarmActions }) => AlarmActions as readonly unknown[]);
    expect(new Set(actions.map(plain))).toEqual(new Set(['<Pager>']));
    expect(functionsWith('<PagerKey.Arn>')).toEqual(['Recorder', 'Sweep']);
    expect(template.toJSON()['Outputs'].TopicArn.Value).toEqual({ Ref: expect.stringMatching(/^Pager/u) });
  });

  test('a VPC holds the functions in its private subnets; its database lets them in by its group, or by theirs', () => {
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
    const inside = all(template, 'AWS::Lambda::Function').flatMap(({ VpcConfig }) =>
      VpcConfig === undefined ? [] : (VpcConfig as { SubnetIds: readonly unknown[] }).SubnetIds.map(plain),
    );
    expect(inside).toHaveLength(22);
    expect(new Set(inside)).toEqual(new Set(['<VpcPrivateSubnet1Subnet>', '<VpcPrivateSubnet2Subnet>']));
    const into = all(template, 'AWS::EC2::SecurityGroupIngress').map(({ GroupId, SourceSecurityGroupId, FromPort }) => [
      plain(GroupId),
      plain(SourceSecurityGroupId),
      FromPort,
    ]);
    const functions = '<LandfallDataNetworkFunctions.GroupId>';
    expect(new Set(into.map(String))).toEqual(
      new Set([`<DatabaseGroup.GroupId>,${functions},5432`, `sg-0123456789abcdef0,${functions},5432`]),
    );
  });

  test('a secret is read by those who log in with it, with its own key', () => {
    expect(functionsWith('<Login>')).toHaveLength(10);
    expect(functionsWith('<LoginKey.Arn>')).toEqual(functionsWith('<Login>'));
    const owner = statements(template).filter(({ resources }) =>
      resources.some((each) => each.endsWith(':secret:shop/owner-??????')),
    );
    expect(owner.map(({ role }) => role.includes('Migrate'))).toEqual([true]);
  });

  test('people are given what they need, and no more', () => {
    const of = (name: string): readonly string[] =>
      statements(template)
        .filter(({ role }) => role === `<${name}>`)
        .map(({ actions, resources }) => `${actions.join(' ')} on ${resources.join(' ')}`)
        .toSorted();
    const describes = 'cloudformation:DescribeStacks on <AWS::StackId>';
    expect({ operator: of('Operator'), deployer: of('Deployer'), shop: of('Shop'), analyst: of('Analyst') }).toEqual({
      operator: [describes, 'lambda:InvokeFunction on <LandfallFunctionsOperateFunction.Arn>'],
      deployer: [describes, 'lambda:InvokeFunction on <LandfallFunctionsMigrateFunction.Arn>'],
      shop: [
        'kms:Decrypt kms:GenerateDataKey on <FilesKey.Arn>',
        's3:AbortMultipartUpload s3:ListMultipartUploadParts s3:PutObject on <Files.Arn>/orders/*',
      ],
      analyst: [
        'kms:Decrypt on <LandfallDataKey.Arn>',
        's3:GetObject on <LandfallDataReportsBucket.Arn>/reports/*',
        's3:ListBucket on <LandfallDataReportsBucket.Arn>',
      ],
    });
  });

  /** Those of the pipeline whose roles name a resource. */
  function functionsWith(resource: string): readonly string[] {
    return statements(template)
      .filter(({ role, resources }) => role.includes('Functions') && resources.includes(resource))
      .map(({ role }) => role.replace(/.*Functions(\w+?)Role.*/u, '$1'));
  }
});

/** All that a host can bring. The CDK's own types do not agree with each other under exactOptionalPropertyTypes. */
function hostsOwn(stack: Stack): LandfallProps {
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1, restrictDefaultSecurityGroup: false }) as IVpc;
  const key = (id: string): IKey => new Key(stack, id);
  const login = new Secret(stack, 'Login', { encryptionKey: key('LoginKey') }) as ISecret;
  return {
    ...usual,
    vpc,
    database: existing({ secret: login, securityGroup: new SecurityGroup(stack, 'DatabaseGroup', { vpc }) }),
    migrateSecret: Secret.fromSecretNameV2(stack, 'Owner', 'shop/owner'),
    landingBucket: new Bucket(stack, 'Files', {
      encryptionKey: key('FilesKey'),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    }) as IBucket,
    alarmTopic: new Topic(stack, 'Pager', { masterKey: key('PagerKey') }),
  };
}

test('an Aurora is made in a VPC of the host, in its private subnets', () => {
  const template = templateOf((stack) => ({
    ...usual,
    vpc: new Vpc(stack, 'Vpc', { natGateways: 1, restrictDefaultSecurityGroup: false }) as IVpc,
    database: aurora({ name: 'shop', maxUnits: 16 }),
  }));
  const [group = {}] = all(template, 'AWS::RDS::DBSubnetGroup');
  const subnets = ['<VpcPrivateSubnet1Subnet>', '<VpcPrivateSubnet2Subnet>'];
  expect((group['SubnetIds'] as readonly unknown[]).map(plain)).toEqual(subnets);
  expectOne(template, 'AWS::RDS::DBCluster', {
    DatabaseName: 'shop',
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 },
  });
});

test('all that is wrong is told at once, in the words of the props', () => {
  const wrong = {
    datasets: [...declared, { name: 'orders', prefix: 'late', table: 'orders', key: [] }],
    database: existing({ host: 'db.example.com', clusterId: 'a', instanceId: 'b', maxConnections: 1 }),
    landingKey: {},
    senders: [{ prefix: 'order', principal: 'somebody', kmsKey: 'alias/theirs' }],
    vpc: newVpc({ cidr: '10.0.0.0/8' }),
    mergeLanes: 99,
    colour: 'red',
  } as unknown as LandfallProps;
  const told = inHost((app) => {
    try {
      putInto(new Stack(app, 'Shop'), wrong);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(told.split('\n').map((line) => line.trim())).toMatchInlineSnapshot(`
    [
      "Shop/Landfall: the props are not right:",
      "colour: is not a prop; there are datasets, database, landingBucket, landingKey, senders, vpc, vpcSubnets, keptIn, alarmTopic, permissionsBoundary, migrateSecret, secretKey, alarmEmail, ledgerOwner, sourceBuckets, mergeLanes, reservedConcurrency, datasetMetrics, tracing, rejectShareAlarm, runbook, noScheduler",
      "landingKey: only with landingBucket; the bucket that is made has a key of its own",
      "datasets[2]: prefix: must end with / and not start with one, like "orders/"",
      "datasets[2]: key: must name at least one column",
      "datasets[2]: key: is missing: the columns whose values identify a row, those of a unique index; without one: conflict: { rule: "append" }",
      "senders[0].prefix: "order" is below no dataset's prefix (rates/, orders/)",
      "senders[0].prefix: it ends with a slash",
      "senders[0].principal: the id of an account, of 12 digits, or the ARN of a role or user",
      "senders[0].kmsKey: the ARN of a KMS key",
      "database.maxConnections: Too small: expected number to be >=10",
      "vpc.cidr: the network of a VPC between /16 and /26, as its first address: 10.20.0.0/20",
      "mergeLanes: Too big: expected number to be <=16",
      "database.name: IAM authentication needs it, beside database.host",
      "database.user: IAM authentication needs it, beside database.host",
      "database.resourceId: IAM authentication needs it, beside database.host",
      "database.instanceId: or database.clusterId, not both",
    ]
  `);
});
