import { Token } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import { z } from 'zod';
import { contradictions, defaultDatabase } from './settings-contradictions.ts';

const prefix = 'landfall:';

/** Context from the command line is text: `-c landfall:tracing=false`. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** `a,b` on the command line, a list in cdk.json. */
const list = z.union([
  z.array(z.string().min(1)),
  z.string().transform((text) => text.split(',').map((one) => one.trim())),
]);

/** Text of this form, or what only a deployment knows: a reference to a construct of the same app. */
function textOf(form: RegExp, what: string): z.ZodString {
  return z.string().refine((own) => Token.isUnresolved(own) || form.test(own), what);
}

const identifier = textOf(
  /^[A-Za-z](?:-?[A-Za-z0-9])*$/,
  'the identifier of the instance or cluster: letters, digits and hyphens',
);

/** A KMS key, as its ARN. */
export const keyArn = /^arn:[\w-]+:kms:[\w-]+:\d+:key\/[\w-]+$/;

/** Two subnets of 32 addresses, of which AWS keeps five each, are the least: endpoints, functions, a database. */
function isNetwork(text: string): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  const [bits = 0, ...others] = parts.toReversed();
  const address = others.toReversed().reduce((sum, part) => sum * 256 + part, 0);
  return (
    parts.length === 5 &&
    others.every((part) => part < 256) &&
    bits >= 16 &&
    bits <= 26 &&
    address % 2 ** (32 - bits) === 0
  );
}

function isTwoZones(names: readonly string[]): boolean {
  return (
    new Set(names).size === 2 && names.length === 2 && names.every((name) => /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(name))
  );
}

/** Aurora's own steps and bounds. */
const units = (least: number): z.ZodCoercedNumber => z.coerce.number().min(least).max(256).multipleOf(0.5);

const schema = z.strictObject({
  /**
   * CloudFormation's name for the pipeline's stack; the data's is this with Data after it. Two names make two pipelines in one
   * account. 54: Scheduler takes 64 for its group, which is this with -schedules after it.
   */
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,53}$/, 'letters, digits and hyphens, starting with a letter, at most 54')
    .default('Landfall'),
  /** Name or ARN of the secret with the loader's login: a postgres:// URL, or the JSON that RDS writes. */
  databaseSecret: z.string().min(1, 'the name or the ARN of a Secrets Manager secret').optional(),
  /** Instead of a secret: IAM authentication, with a token for this host, database and user. */
  databaseHost: z.string().min(1).optional(),
  databasePort: z.coerce.number().int().min(1).max(65_535).default(5432),
  databaseName: z.string().min(1).optional(),
  databaseUser: z.string().min(1).optional(),
  /** What IAM knows the database by; the console shows it as "Resource ID". */
  databaseResourceId: textOf(
    /^(db|cluster|prx)-[A-Za-z0-9-]+$/,
    'the resource id of the instance, cluster or proxy: db-..., cluster-..., prx-...',
  ).optional(),
  /** The database's security group, which then lets the functions in. */
  databaseSecurityGroup: textOf(/^sg-([0-9a-f]{8}|[0-9a-f]{17})$/, 'a security group: sg-...').optional(),
  /** What CloudWatch calls a database that is there, so that alarms watch it: the cluster of Aurora, or the instance of RDS. */
  databaseClusterId: identifier.optional(),
  databaseInstanceId: identifier.optional(),
  /** Its max_connections, for an alarm at four fifths. 100: PostgreSQL's own default. */
  databaseMaxConnections: z.coerce.number().int().min(10).max(262_143).default(100),
  /** An alarm where its storage has less than so many GB free. 20: the largest object that docs/scale.md advises, staged. */
  databaseFreeGigabytes: z.coerce.number().min(1).max(65_536).default(20),
  /** The database is made too: an Aurora PostgreSQL 17 of the stack's own, in the new VPC. */
  aurora: flag.default(false),
  /** Aurora capacity units, 2 GiB of memory each, that are always there. With 0 it would sleep, and sweep wake it every quarter of an hour. */
  auroraMinUnits: units(0.5).default(0.5),
  /** As far as it grows under load. 8, 16 GiB: more connections than the steps of ten loads at once. */
  auroraMaxUnits: units(1).default(8),
  /** Days that it can be set back by. 14: a wrong load is noticed after a holiday. */
  auroraBackupDays: z.coerce.number().int().min(1).max(35).default(14),
  /** Name or ARN of the secret with the owner's login, for migrations only; else the loader's. */
  migrateSecret: z.string().min(1, 'the name or the ARN of a Secrets Manager secret').optional(),
  /** The role of the database that owns the ledger, where it has another name than landfall_owner and is not the loader. */
  ledgerOwner: z.string().min(1).max(63).optional(),
  /** ARN of the KMS key that encrypts the secrets, where it is not AWS's own. */
  secretKey: textOf(keyArn, 'the ARN of a KMS key').optional(),
  /** none: the functions run outside any VPC. new: isolated subnets without a way out. vpc-...: one that is there. */
  vpc: z
    .union([z.enum(['none', 'new']), z.string().regex(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/)], 'none, new, or vpc-...')
    .default('none'),
  /** Addresses of a new VPC, which must be nobody's that it is to be connected with: `10.20.0.0/20`. */
  vpcCidr: z
    .string()
    .refine(isNetwork, 'the network of a VPC between /16 and /26, as its first address: 10.20.0.0/20')
    .optional(),
  /** The two availability zones of a new VPC: `eu-central-1a,eu-central-1c`. Else the first two of the region. */
  zones: list
    .refine(isTwoZones, 'the names of two availability zones of the region: eu-central-1a,eu-central-1c')
    .optional(),
  /** Subnets of a VPC that is there: `subnet-a,subnet-b`. */
  vpcSubnetIds: list.optional(),
  /** Other buckets of this account that objects may be loaded from, on a person's request: `files-of-a,files-of-b`. */
  sourceBuckets: list
    .refine(
      (names) => names.every((name) => Token.isUnresolved(name) || /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)),
      'the names of S3 buckets',
    )
    .default([]),
  /** Lanes that merge at the same time; each holds one connection to the target. */
  mergeLanes: z.coerce.number().int().min(1).max(16).default(2),
  /** At most so many of each of stage, validate and merge at once, all loads together; each holds one connection. Else no limit but the account's. */
  reservedConcurrency: z.coerce.number().int().min(1).max(1000).optional(),
  /** Metrics for each dataset beside those for all: CloudWatch is paid by the metric, and no alarm looks at a single dataset's. */
  datasetMetrics: flag.default(true),
  /** X-Ray, of the state machine and of every function. */
  tracing: flag.default(true),
  /** Who is told of alarms and failed loads; AWS asks the address for its consent. */
  alarmEmail: z.email('an e-mail address').optional(),
  /** Percent of a load's records that may be rejected before somebody is told. */
  rejectShareAlarm: z.coerce.number().min(0).max(100).default(5),
  /** Where the runbook is read: alarms link to its headings. */
  runbook: z.string().min(1).default('docs/runbook.md'),
  /** Plain scheduled rules, UTC only, where the target has no EventBridge Scheduler that fires. */
  noScheduler: flag.default(false),
  /** For tests of deployed functions, in an account that holds no data: LANDFALL_TEST_CERTIFICATE has fetch reach every address. */
  testable: flag.default(false),
});
type Read = z.infer<typeof schema>;

/** How the functions log in to the target. */
export type DatabaseLogin =
  | { readonly secret: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly resourceId: string;
    };

/** What the stack's own Aurora is made with. */
export interface AuroraSettings {
  readonly databaseName: string;
  readonly minUnits: number;
  readonly maxUnits: number;
  readonly backupDays: number;
}

type Gathered =
  | 'databaseSecret'
  | 'databaseHost'
  | 'databaseName'
  | 'databaseUser'
  | 'databaseResourceId'
  | 'aurora'
  | 'auroraMinUnits'
  | 'auroraMaxUnits'
  | 'auroraBackupDays';

/** What differs from one deployment to the next. */
export interface Settings extends Omit<Read, Gathered> {
  /** Null: that of the stack's own Aurora, which is known when it is made. */
  readonly login: DatabaseLogin | null;
  /** Null: the database is there already. */
  readonly aurora: AuroraSettings | null;
  /** Where functions find the stack's own Aurora after it was restored to another cluster; null: where the stack made it. */
  readonly restored: { readonly host: string; readonly resourceId: string } | null;
  /** ARNs of the keys of single secrets, by what the functions ask for; `secretKey` is of all others. */
  readonly secretKeys?: ReadonlyMap<string, string>;
}

/** How what is wrong with settings is told: in the words of whoever gave them. */
export interface Told {
  readonly intro: string;
  /** Stands before the name of the setting that a problem is about. */
  readonly prefix: string;
  /** What they call settings, where it is not the setting's name. */
  readonly called: ReadonlyMap<string, string>;
  /** What they said beside settings that is wrong, told with the rest. */
  readonly problems: readonly string[];
}

/** What a deployment without any setting of a database looks for. */
const defaultSecret = 'landfall/database';
/**
 * Reads the settings from CDK context: `cdk deploy -c landfall:mergeLanes=4`, or the context of cdk.json.
 * Every problem is reported at once, a name that does not exist included.
 */
export function readSettings(node: Node): Settings {
  const context: Record<string, unknown> = node.getAllContext();
  const own = Object.fromEntries(
    Object.entries(context)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  return settingsOf(own, {
    intro: 'the settings in the CDK context are not right',
    prefix,
    called: new Map(),
    problems: [],
  });
}

/**
 * Checks settings, wherever they come from, and gathers them.
 * @param own by their names; what is not given has its default
 * @param vpcIsGiven as a construct: `vpc` says nothing then
 * @throws Error with every problem, a line each
 */
export function settingsOf(own: Readonly<Record<string, unknown>>, told: Told, vpcIsGiven = false): Settings {
  const parsed = schema.safeParse(own);
  const problems = [
    ...told.problems,
    ...(parsed.error?.issues ?? []).map((issue) => describe(issue, told)),
    ...contradictions(own, vpcIsGiven).map((problem) => inWordsOf(told, problem)),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new Error(`${told.intro}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
  const { databaseSecret, databaseHost, databaseName, databaseUser, databaseResourceId, ...others } = parsed.data;
  const { aurora, auroraMinUnits: minUnits, auroraMaxUnits: maxUnits, auroraBackupDays: backupDays, ...rest } = others;
  if (aurora) {
    const made = { databaseName: databaseName ?? defaultDatabase, minUnits, maxUnits, backupDays };
    const restored =
      databaseHost === undefined || databaseResourceId === undefined
        ? null
        : { host: databaseHost, resourceId: databaseResourceId };
    return { ...rest, login: null, aurora: made, restored };
  }
  const iam = databaseHost !== undefined && databaseName !== undefined && databaseUser !== undefined;
  const login: DatabaseLogin =
    iam && databaseResourceId !== undefined
      ? {
          host: databaseHost,
          port: rest.databasePort,
          database: databaseName,
          user: databaseUser,
          resourceId: databaseResourceId,
        }
      : { secret: databaseSecret ?? defaultSecret };
  return { ...rest, login, aurora: null, restored: null };
}

function describe(issue: z.core.$ZodIssue, told: Told): string {
  const unknown = issue.code === 'unrecognized_keys';
  const names = (unknown ? issue.keys : issue.path.map(String)).map((name) => nameIn(told, name));
  const known = `is not a setting; there are ${Object.keys(schema.shape).join(', ')}`;
  return `${names.join(', ')}: ${unknown ? known : issue.message}`;
}

/** A problem begins with the setting that it is about, and may name others. */
function inWordsOf(told: Told, problem: string): string {
  const end = problem.indexOf(':');
  const rest = problem.slice(end);
  return `${nameIn(told, problem.slice(0, end))}${rest.replaceAll(/\w+/g, (word) => told.called.get(word) ?? word)}`;
}

function nameIn({ prefix: before, called }: Told, setting: string): string {
  return `${before}${called.get(setting) ?? setting}`;
}
