import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectOne } from './support/expect-one.ts';
import { plain, statements } from './support/statements.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

const cluster = 'AWS::RDS::DBCluster';
let made: Unbundled;
beforeAll(() => {
  const units = { auroraMinUnits: '1', auroraMaxUnits: '16', auroraBackupDays: '21' };
  made = templates({ vpc: 'new', aurora: 'true', databasePort: '5433', databaseName: 'warehouse', ...units });
}, 120_000);

describe('the cluster', () => {
  test('is a PostgreSQL 17 that grows between the units asked for, with one writer', () => {
    expectOne(made.data, cluster, {
      Engine: 'aurora-postgresql',
      EngineVersion: Match.stringLikeRegexp('^17\\.'),
      DatabaseName: 'warehouse',
      Port: 5433,
      ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 16 },
    });
    expectOne(made.data, 'AWS::RDS::DBInstance', { DBInstanceClass: 'db.serverless', PubliclyAccessible: false });
  });

  test('is encrypted with the key of the data, backed up, and goes away neither with the stack nor by a slip', () => {
    expectOne(made.data, cluster, {
      StorageEncrypted: true,
      KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
      BackupRetentionPeriod: 21,
      DeleteAutomatedBackups: false,
      DeletionProtection: true,
    });
    for (const type of [cluster, 'AWS::RDS::DBInstance', 'AWS::RDS::DBSubnetGroup']) {
      made.data.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('speaks TLS only, and says who connects', () => {
    expectOne(made.data, 'AWS::RDS::DBClusterParameterGroup', {
      Family: 'aurora-postgresql17',
      Parameters: { 'rds.force_ssl': '1', log_connections: '1' },
    });
  });

  test('lets in functions by IAM and people by the Data API; its password is made by RDS and in no template', () => {
    expectOne(made.data, cluster, {
      EnableIAMDatabaseAuthentication: true,
      EnableHttpEndpoint: true,
      ManageMasterUserPassword: true,
      MasterUserPassword: Match.absent(),
    });
    const text = JSON.stringify([made.data.toJSON(), made.pipeline.toJSON()]);
    expect(text).not.toMatch(/\{\{resolve:|postgres(ql)?:\/\//u);
  });

  test('lets nobody in but the group of the functions, and goes nowhere itself', () => {
    const [group, ...more] = Object.entries(
      made.data.findResources('AWS::EC2::SecurityGroup', {
        Properties: { GroupDescription: 'Landfall: the database, for its functions' },
      }),
    );
    expect(more).toEqual([]);
    expect(group?.[1]?.['Properties'].SecurityGroupIngress).toBeUndefined();
    expect(group?.[1]?.['Properties'].SecurityGroupEgress).toMatchObject([{ CidrIp: '255.255.255.255/32' }]);
    const into = Object.values(made.data.findResources('AWS::EC2::SecurityGroupIngress'))
      .map((each) => each['Properties'])
      .filter(({ GroupId }) => GroupId['Fn::GetAtt'][0] === group?.[0]);
    expect(into).toEqual([expect.objectContaining({ FromPort: 5433, ToPort: 5433, IpProtocol: 'tcp' })]);
    expect(plain(into[0]?.SourceSecurityGroupId)).toBe('<NetworkFunctions.GroupId>');
    expectOne(made.data, cluster, { VpcSecurityGroupIds: [{ 'Fn::GetAtt': [group?.[0], 'GroupId'] }] });
  });
});

test('every function but fetch is told its host and its user, and none a secret', () => {
  const told = Object.values(made.pipeline.findResources('AWS::Lambda::Function')).map(({ Properties }) => {
    const variables = Properties.Environment.Variables;
    expect(variables.DATABASE_SECRET).toBeUndefined();
    const name = Properties.Description.replace('Landfall: ', '');
    return [name, variables.DATABASE_IAM === undefined ? null : plain(variables.DATABASE_IAM)];
  });
  const login = (user: string): string =>
    `{"host":"<LandfallData:ExportsOutputFnGetAttAuroraClusterEndpointAddress>","port":5433,"database":"warehouse","user":"${user}"}`;
  const users = told.map(([name, text]) => [name, String(text).replace(/Address[0-9A-F]{8}>/u, 'Address>')]);
  expect(users).toHaveLength(12);
  for (const [name, text] of users) {
    if (name === 'fetch') expect(text).toBe('null');
    else expect(text).toBe(login(name === 'migrate' ? 'landfall_owner' : 'landfall_loader'));
  }
});

test('no endpoint for secrets is paid for, but where migrations have a secret of their own', () => {
  const endpoints = ({ data }: Unbundled): readonly string[] =>
    Object.values(data.findResources('AWS::EC2::VPCEndpoint')).map((each) =>
      plain(each['Properties'].ServiceName).replace(/^.*\./u, ''),
    );
  expect(endpoints(made).toSorted()).toEqual(['s3', 'sns', 'states']);
  const withSecret = templates({ vpc: 'new', aurora: 'true', migrateSecret: 'owner' });
  expect(endpoints(withSecret).toSorted()).toEqual(['s3', 'secretsmanager', 'sns', 'states']);
}, 120_000);

test('the Data API is told what it needs, and nothing is made where the database is there already', () => {
  const outputs = Object.keys(made.data.toJSON()['Outputs'] as object).filter((name) => name.startsWith('Database'));
  expect(outputs.toSorted()).toEqual(['DatabaseArn', 'DatabaseSecretArn']);
  expect(Object.keys(templates({ vpc: 'new' }).data.findResources(cluster))).toEqual([]);
}, 120_000);

describe('after it was restored to another cluster', () => {
  const restored = {
    databaseHost: 'restored.cluster-abc.eu-central-1.rds.amazonaws.com',
    databaseResourceId: 'cluster-RESTORED',
    databaseClusterId: 'restored',
    databaseSecurityGroup: 'sg-0123456789abcdef0',
  };
  const own = { vpc: 'new', aurora: 'true' };
  let before: Unbundled;
  let after: Unbundled;
  beforeAll(() => {
    before = templates(own);
    after = templates({ ...own, ...restored });
  }, 120_000);

  test('functions log in there, as the same roles, and nowhere else', () => {
    const variables = JSON.stringify(after.pipeline.findResources('AWS::Lambda::Function'));
    expect(variables).toContain(restored.databaseHost);
    expect(variables).not.toContain('EndpointAddress');
    const connects = statements(after.pipeline).filter(({ actions }) => actions.includes('rds-db:connect'));
    expect(connects.length).toBeGreaterThan(8);
    for (const { resources } of connects) {
      expect(resources.join()).toMatch(/dbuser:cluster-RESTORED\/landfall_(loader|owner)$/u);
    }
  });

  test('its security group lets them in, and alarms watch it', () => {
    expect(JSON.stringify(after.data.findResources('AWS::EC2::SecurityGroupIngress'))).toContain(
      restored.databaseSecurityGroup,
    );
    const alarms = JSON.stringify(after.pipeline.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms).toContain('"Name":"DBClusterIdentifier","Value":"restored"');
    expect(alarms).not.toContain('AuroraCluster');
  });

  test('nothing of what is kept changes, and no export goes that the stack before still imports', () => {
    const kept = ({ data }: Unbundled): unknown => {
      const { Resources, Outputs } = data.toJSON() as { Resources: Record<string, unknown>; Outputs: unknown };
      const { [ingressInto(data) ?? '']: _, ...others } = Resources;
      return { Resources: others, Outputs };
    };
    expect(kept(after)).toEqual(kept(before));
  });

  test.each([{ databaseHost: restored.databaseHost }, { databaseResourceId: restored.databaseResourceId }])(
    'half of it is refused: %j',
    (half) => {
      expect(() => templates({ ...own, ...half })).toThrow('databaseHost: with aurora only beside databaseResourceId');
    },
  );
});

/** The one that lets the functions into a group of the settings. */
function ingressInto(data: Unbundled['data']): string | undefined {
  return Object.keys(data.findResources('AWS::EC2::SecurityGroupIngress')).find((id) =>
    id.startsWith('NetworkIntoDatabase'),
  );
}

test('the runbook finds what a restored cluster needs by the names that the stack gave it', () => {
  const named = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/\bmade (\w+) (AWS::\w+::\w+)/gu)];
  expect(named.map(([, name]) => name)).toEqual(['AuroraGroup', 'AuroraClusterSubnets', 'Aurora']);
  for (const [, name = '', type = ''] of named) {
    expect(Object.keys(made.data.findResources(type)).filter((id) => id.startsWith(name))).toHaveLength(1);
  }
});
