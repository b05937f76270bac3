import { beforeAll, describe, expect, test } from 'vitest';
import { type Deployed, deployed } from './support/deployed.ts';
import { feeds } from './support/feeds.ts';
import { elsewhere, everyFunction, rolesOf, secretArn, tables, throughS3 } from './support/permissions.ts';
import { type Iam, iamOf } from './support/iam.ts';
import { statements } from './support/statements.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

let made: Unbundled;
let inAccount: Deployed;
let iam: Iam;
let inVpc: Iam;
let withAurora: Iam;
beforeAll(() => {
  made = templates({ databaseSecret: 'warehouse/loader', migrateSecret: 'warehouse/owner' }, feeds);
  inAccount = deployed([made.data, made.pipeline]);
  iam = iamOf(inAccount);
  const login = { databaseHost: 'db', databaseName: 'd', databaseUser: 'loader', databaseResourceId: 'db-ABC' };
  const network = templates({ ...login, vpc: 'new' });
  inVpc = iamOf(deployed([network.data, network.pipeline]));
  const ownDatabase = templates({ vpc: 'new', aurora: 'true' });
  withAurora = iamOf(deployed([ownDatabase.data, ownDatabase.pipeline]));
}, 120_000);

/** What a table writes: an ARN, all of them, or a name of the template and what follows it. */
function arn(written: string): string {
  if (/^(arn:|\*)/u.test(written)) return written;
  const [, name = '', rest = ''] = /^(\w+)(.*)$/u.exec(written) ?? [];
  return `${inAccount.arnOf(name)}${rest}`;
}

describe.each(Object.entries(tables))('%s', (_, rows) => {
  test.each(rows.map((row) => [row[0], row[1], row[3] ?? {}, row[2]] as const))(
    '%s on %s %o',
    (action, resource, context, may) => {
      const allowed = iam.whoMay({ action, resource: arn(resource), context });
      expect(allowed.toSorted()).toEqual(may.toSorted());
    },
  );
});

describe('the tables', () => {
  const rows = Object.values(tables).flat();

  test('show of every role what it may and what it may not', () => {
    // two machines, schedules and uploads
    expect(iam.roles).toHaveLength(everyFunction.length + 4);
    for (const role of iam.roles) {
      expect(rows.filter(([, , may]) => may.includes(role)).length, role).toBeGreaterThan(0);
      expect(rows.filter(([, , may]) => !may.includes(role)).length, role).toBeGreaterThan(50);
    }
  });

  test('name every action that any role is allowed, so that a new one is not overlooked', () => {
    const granted = new Set(
      statements(made.pipeline).flatMap(({ role, actions }) => actions.map((each) => role + each)),
    );
    const shown = new Set(rows.flatMap(([action, , may]) => may.map((role) => `<${role}>${action}`)));
    expect(granted.size).toBeGreaterThan(70);
    expect([...granted].filter((each) => !shown.has(each))).toEqual([]);
  });
});

describe('who is nobody of ours', () => {
  const stranger = 'arn:aws:iam::999999999999:user/stranger';
  const otherAccount = { 'aws:SourceAccount': '999999999999' };

  /** With the resource that a service sends it for, where it sends it for one. */
  test.each([
    [stranger, 's3:GetObject', 'LandingBucket/plain/a.csv', {}, null, false],
    [stranger, 's3:PutObject', 'LandingBucket/plain/a.csv', {}, null, false],
    [stranger, 'kms:Decrypt', 'Key', throughS3, null, false],
    [stranger, 'sns:Publish', 'Topic', {}, null, false],
    [stranger, 'sqs:SendMessage', 'MissedEventsQueue', {}, null, false],
    [stranger, 'sts:AssumeRole', 'LoadRole', {}, null, false],
    ['events.amazonaws.com', 'sns:Publish', 'Topic', {}, null, false],
    ['cloudwatch.amazonaws.com', 'sns:Publish', 'Topic', {}, null, true],
    ['cloudwatch.amazonaws.com', 'kms:GenerateDataKey', 'TopicKey', {}, null, true],
    ['cloudwatch.amazonaws.com', 'sns:Publish', 'Topic', otherAccount, null, false],
    ['s3.amazonaws.com', 'sns:Publish', 'Topic', {}, null, false],
    ['states.amazonaws.com', 'sts:AssumeRole', 'LoadRole', {}, null, true],
    ['states.amazonaws.com', 'sts:AssumeRole', 'LoadRole', otherAccount, null, false],
    ['scheduler.amazonaws.com', 'sts:AssumeRole', 'SchedulesRole', {}, null, true],
    ['scheduler.amazonaws.com', 'sts:AssumeRole', 'SchedulesRole', otherAccount, null, false],
    ['lambda.amazonaws.com', 'sts:AssumeRole', 'FunctionsMigrateRole', {}, null, true],
    ['lambda.amazonaws.com', 'sts:AssumeRole', 'LoadRole', {}, null, false],
    ['logging.s3.amazonaws.com', 's3:PutObject', 'AccessLogsBucket/landing/log', {}, 'LandingBucket', true],
    ['logging.s3.amazonaws.com', 's3:PutObject', 'AccessLogsBucket/landing/log', {}, 'ReportsBucket', false],
    ['events.amazonaws.com', 'sqs:SendMessage', 'MissedEventsQueue', {}, 'UploadsRule', true],
    ['events.amazonaws.com', 'sqs:SendMessage', 'MissedEventsQueue', {}, null, false],
  ] as const)('%s, %s on %s %o, from %s: %s', (principal, action, resource, context, from, allowed) => {
    const sent = from === null ? context : { ...context, 'aws:SourceArn': inAccount.arnOf(from) };
    expect(iam.mayFromOutside(principal, { action, resource: arn(resource), context: sent })).toBe(allowed);
  });
});

describe('in a VPC, with IAM authentication', () => {
  const connects = rolesOf(everyFunction.filter((name) => name !== 'fetch'));

  test.each([
    ['rds-db:connect', elsewhere('rds-db', 'dbuser:db-ABC/loader'), connects],
    ['rds-db:connect', elsewhere('rds-db', 'dbuser:db-ABC/postgres'), []],
    ['rds-db:connect', elsewhere('rds-db', 'dbuser:db-OTHER/loader'), []],
    ['secretsmanager:GetSecretValue', secretArn('warehouse/loader'), []],
    ['ec2:CreateNetworkInterface', elsewhere('ec2', 'network-interface/eni-1'), connects],
    ['ec2:DeleteNetworkInterface', elsewhere('ec2', 'network-interface/eni-1'), connects],
    ['ec2:DescribeNetworkInterfaces', '*', connects],
    ['ec2:RunInstances', elsewhere('ec2', 'instance/i-1'), []],
    ['ec2:AuthorizeSecurityGroupIngress', elsewhere('ec2', 'security-group/sg-1'), []],
  ])('%s on %s', (action, resource, may) => {
    expect(inVpc.whoMay({ action, resource }).toSorted()).toEqual(may);
  });
});

describe('with an Aurora of the stack’s own', () => {
  const loaders = rolesOf(everyFunction.filter((name) => name !== 'fetch' && name !== 'migrate'));
  const user = (name: string): string => elsewhere('rds-db', `dbuser:cluster-OFTHESTACK/${name}`);

  test.each([
    ['rds-db:connect', user('landfall_loader'), loaders],
    ['rds-db:connect', user('landfall_owner'), rolesOf(['migrate'])],
    ['rds-db:connect', user('landfall_admin'), []],
    ['rds-db:connect', elsewhere('rds-db', 'dbuser:cluster-OTHER/landfall_loader'), []],
    ['secretsmanager:GetSecretValue', secretArn('rds!cluster-ofthestack'), []],
    ['rds-data:ExecuteStatement', elsewhere('rds', 'cluster:landfalldata-auroracluster'), []],
    ['rds:ModifyDBCluster', elsewhere('rds', 'cluster:landfalldata-auroracluster'), []],
  ])('%s on %s', (action, resource, may) => {
    expect(withAurora.whoMay({ action, resource }).toSorted()).toEqual(may);
  });
});
