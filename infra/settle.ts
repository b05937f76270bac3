import { Token } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { checkedDatasets } from './checked-datasets.ts';
import { senderProblems } from './data/senders.ts';
import type { AuroraDatabaseProps, Database, ExistingDatabaseProps } from './database.ts';
import type { DeploymentProps } from './deployment.ts';
import type { Given, GivenVpc } from './given.ts';
import type { LandfallProps, NewVpc } from './props.ts';
import { type Settings, settingsOf } from './settings.ts';

type DatabaseProp = keyof ExistingDatabaseProps | keyof AuroraDatabaseProps;

/** Which setting a prop of `existing` or `aurora` is. */
const ofDatabase: Readonly<Record<DatabaseProp, string>> = {
  secret: 'databaseSecret',
  host: 'databaseHost',
  port: 'databasePort',
  name: 'databaseName',
  user: 'databaseUser',
  resourceId: 'databaseResourceId',
  securityGroup: 'databaseSecurityGroup',
  clusterId: 'databaseClusterId',
  instanceId: 'databaseInstanceId',
  maxConnections: 'databaseMaxConnections',
  freeGigabytes: 'databaseFreeGigabytes',
  minUnits: 'auroraMinUnits',
  maxUnits: 'auroraMaxUnits',
  backupDays: 'auroraBackupDays',
};

const ofNewVpc = { cidr: 'vpcCidr', zones: 'zones' } as const;

/** Props that are settings of the same name, and what else there is: so that a prop cannot be forgotten here. */
const known: Readonly<Record<keyof LandfallProps, 'setting' | 'other'>> = {
  datasets: 'other',
  database: 'other',
  landingBucket: 'other',
  landingKey: 'other',
  senders: 'other',
  vpc: 'other',
  vpcSubnets: 'other',
  keptIn: 'other',
  alarmTopic: 'other',
  permissionsBoundary: 'other',
  migrateSecret: 'other',
  secretKey: 'other',
  alarmEmail: 'setting',
  ledgerOwner: 'setting',
  sourceBuckets: 'setting',
  mergeLanes: 'setting',
  reservedConcurrency: 'setting',
  datasetMetrics: 'setting',
  tracing: 'setting',
  rejectShareAlarm: 'setting',
  runbook: 'setting',
  noScheduler: 'setting',
};

/** Settings by what the props call them. */
const called: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ofDatabase).map(([prop, setting]) => [setting, `database.${prop}`] as const),
  ...Object.entries(ofNewVpc).map(([prop, setting]) => [setting, `vpc.${prop}`] as const),
]);

/**
 * Checks what an app says, and turns it into what a deployment is made of.
 * @param path of the construct, which messages begin with
 * @throws Error with every problem, a line each
 */
export function settle(path: string, props: LandfallProps): DeploymentProps {
  const intro = `${path}: the props are not right`;
  const given = givenBy(props);
  const { datasets, problems } = checkedDatasets(props.datasets);
  const all = [...ownProblems(props), ...problems, ...senderProblems(given.senders, datasets)];
  const told = { intro, prefix: '', called, problems: all };
  const settings: Settings = {
    ...settingsOf(ownSettings(props, given.vpc), told, given.vpc !== null),
    secretKeys: secretKeysOf(props),
  };
  return { settings, datasets, given, keptIn: props.keptIn ?? null };
}

/** What is wrong with props that are no settings, or with two that cannot be together. */
function ownProblems(props: LandfallProps): readonly string[] {
  const { database, landingBucket, landingKey, senders = [], alarmEmail, alarmTopic, vpc, vpcSubnets } = props;
  const unknown = Object.keys(props).filter((name) => !Object.hasOwn(known, name));
  const isThere = database?.kind === 'existing' && database.props.secret === undefined;
  return [
    ...unknown.map((name) => `${name}: is not a prop; there are ${Object.keys(known).join(', ')}`),
    ...(database === undefined ? ['database: existing({ ... }), or aurora() for one that is made'] : []),
    ...(isThere && database.props.host === undefined
      ? ['database: existing({ secret }), or for IAM authentication existing({ host, name, user, resourceId })']
      : []),
    ...numbersOf(database).map((name) => `database.${name}: a number that is known at synth, not of another construct`),
    ...(landingBucket !== undefined && senders.length > 0
      ? [
          'senders: the policy of landingBucket is yours; put into it what senderStatement({ bucket, sender }) answers, and leave senders out',
        ]
      : []),
    ...(landingKey !== undefined && landingBucket === undefined
      ? ['landingKey: only with landingBucket; the bucket that is made has a key of its own']
      : []),
    ...(alarmEmail !== undefined && alarmTopic !== undefined
      ? ['alarmEmail: or alarmTopic, not both: subscribe the address to your topic']
      : []),
    ...(vpcSubnets !== undefined && !isVpc(vpc) ? ['vpcSubnets: only with a vpc that is there'] : []),
    ...(isVpc(vpc) && vpc.selectSubnets(vpcSubnets).hasPublic
      ? ['vpcSubnets: a function has no way out of a public subnet; name private ones']
      : []),
  ];
}

/** Numbers go into texts that no deployment reads again. */
function numbersOf(database: Database | undefined): readonly string[] {
  return Object.entries(database?.props ?? {})
    .filter(([, value]) => typeof value === 'number' && Token.isUnresolved(value))
    .map(([name]) => name);
}

function ownSettings(props: LandfallProps, vpc: GivenVpc | null): Readonly<Record<string, unknown>> {
  const { database, migrateSecret, secretKey } = props;
  const aurora = database?.kind === 'aurora';
  const ofThisDatabase = Object.entries(database?.props ?? {}).map(([name, value]) => [
    Object.hasOwn(ofDatabase, name) ? ofDatabase[name as DatabaseProp] : `database.${name}`,
    plain(value),
  ]);
  const same = Object.entries(known).filter(([, kind]) => kind === 'setting');
  const own = {
    ...Object.fromEntries(same.map(([name]) => [name, props[name as keyof LandfallProps]])),
    ...(Object.fromEntries(ofThisDatabase) as Readonly<Record<string, unknown>>),
    migrateSecret: plain(migrateSecret),
    secretKey: typeof secretKey === 'object' ? secretKey.keyArn : secretKey,
    ...(aurora ? { aurora: true } : {}),
    ...(vpc === null ? newVpcSettings(props.vpc, aurora) : {}),
  };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}

function newVpcSettings(vpc: IVpc | NewVpc | undefined, aurora: boolean): Readonly<Record<string, unknown>> {
  if (vpc === undefined) return aurora ? { vpc: 'new' } : {};
  const { cidr, zones } = isVpc(vpc) ? {} : vpc.newVpc;
  return { vpc: 'new', [ofNewVpc.cidr]: cidr, [ofNewVpc.zones]: zones };
}

/** A secret or a group as the settings name it. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('securityGroupId' in value) return value.securityGroupId;
  return 'secretArn' in value ? secretText(value as ISecret) : value;
}

/** The whole ARN where it is known, of this app or not; else the name, by which a secret of this account is found. */
function secretText({ secretFullArn, secretArn, secretName }: ISecret): string {
  if (secretFullArn !== undefined) return secretFullArn;
  return secretArn.startsWith('arn:') && !Token.isUnresolved(secretArn) ? secretArn : secretName;
}

function secretKeysOf({ database, migrateSecret }: LandfallProps): ReadonlyMap<string, string> {
  const secrets = [database.props.secret, migrateSecret].filter((each) => typeof each === 'object');
  return new Map(
    secrets.flatMap((secret) => {
      const key: IKey | undefined = secret.encryptionKey;
      return key === undefined ? [] : [[secretText(secret), key.keyArn] as const];
    }),
  );
}

function givenBy(props: LandfallProps): Given {
  const { landingBucket, landingKey, vpc, vpcSubnets, alarmTopic, permissionsBoundary, senders = [] } = props;
  return {
    landing:
      landingBucket === undefined
        ? null
        : { bucket: landingBucket, key: landingKey ?? landingBucket.encryptionKey ?? null },
    vpc: isVpc(vpc) ? { vpc, selection: vpcSubnets ?? {}, selected: vpc.selectSubnets(vpcSubnets) } : null,
    topic: alarmTopic ?? null,
    permissionsBoundary: permissionsBoundary ?? null,
    senders,
  };
}

function isVpc(vpc: IVpc | NewVpc | undefined): vpc is IVpc {
  return vpc !== undefined && 'vpcId' in vpc;
}
