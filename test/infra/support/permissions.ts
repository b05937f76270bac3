import { machineFunctions, outsideFunctions } from '../../../functions/protocol/pipeline.ts';
import { account, region } from './deployed.ts';
import type { Request } from './iam.ts';

/** The role of a function, as the template calls it. */
export const roleOf = (name: string): string => `${idOf(name)}Role`;
export const rolesOf = (names: readonly string[]): readonly string[] => names.map(roleOf).toSorted();
const idOf = (name: string): string => `Functions${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const functionOf = (name: string): string => `${idOf(name)}Function`;
const logsOf = (name: string): string => elsewhere('logs', `log-group:${idOf(name)}Logs`);

/** An ARN of this account and region that is no resource of the templates. */
export const elsewhere = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
/** Secrets Manager ends the ARN of a secret with six signs of its own. */
export const secretArn = (name: string): string => elsewhere('secretsmanager', `secret:${name}-AbCdEf`);

const loader = secretArn('warehouse/loader');
const owner = secretArn('warehouse/owner');
const source = secretArn('rates/login');
export const everyFunction = [...machineFunctions, ...outsideFunctions];
const readers = ['whole', 'extract', 'stage', 'validate', 'transform', 'merge'];
const withDatabase = everyFunction.filter((name) => name !== 'fetch' && name !== 'migrate');

export const throughS3 = { 'kms:ViaService': `s3.${region}.amazonaws.com` };
const throughSecrets = { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` };
const withoutTls = { 'aws:SecureTransport': 'false' };
const oldTls = { 's3:TlsVersion': '1.1' };
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

/**
 * A request, and every role that may make it: so that each of the others is shown to be denied. The resource is an ARN, or
 * begins with the name of one of the templates: `LandingBucket/plain/a.csv`.
 */
export type Row = readonly [action: string, resource: string, roles: readonly string[], context?: Request['context']];

/** Each table is about one thing that somebody could want to do. */
export const tables: Readonly<Record<string, readonly Row[]>> = {
  'what landed is read by the steps that load it, and looked at by who lists': [
    ['s3:GetObject', 'LandingBucket/plain/a.csv', rolesOf(readers)],
    ['s3:GetObjectVersion', 'LandingBucket/plain/a.csv', rolesOf(readers)],
    ['s3:GetObject', 'LandingBucket/rates/2026.csv', rolesOf([...readers, 'fetch'])],
    ['s3:ListBucket', 'LandingBucket', rolesOf([...readers, 'sweep', 'operate', 'fetch'])],
    ['s3:GetObject', 'LandingBucket/plain/a.csv', [], withoutTls],
    ['s3:GetObject', 'LandingBucket/plain/a.csv', [], oldTls],
    ['s3:ListBucket', 'LandingBucket', [], withoutTls],
    ['s3:GetObject', 'AccessLogsBucket/landing/log', []],
  ],
  'nobody but fetch puts a file, and only under the prefixes of what it fetches': [
    ['s3:PutObject', 'LandingBucket/rates/2026.csv', rolesOf(['fetch'])],
    ['s3:AbortMultipartUpload', 'LandingBucket/rates/2026.csv', rolesOf(['fetch'])],
    ['s3:PutObject', 'LandingBucket/.landfall/plain/7/.replay', rolesOf(['extract', 'whole'])],
    ['s3:AbortMultipartUpload', 'LandingBucket/.landfall/plain/7/.replay', rolesOf(['extract', 'whole'])],
    ['s3:PutObject', 'LandingBucket/plain/a.csv', []],
    ['s3:PutObject', 'LandingBucket/rates', []],
    ['s3:PutObject', 'LandingBucket/rates-of-others/a.csv', []],
    ['s3:AbortMultipartUpload', 'LandingBucket/plain/a.csv', []],
    ['s3:PutObject', 'LandingBucket/rates/2026.csv', [], withoutTls],
    ['s3:PutObject', 'LandingBucket/rates/2026.csv', [], oldTls],
  ],
  'nobody but report, and what does its work, writes reports, nobody reads them, and all are below one prefix': [
    ['s3:PutObject', 'ReportsBucket/reports/1/report.json', rolesOf(['report', 'whole'])],
    ['s3:AbortMultipartUpload', 'ReportsBucket/reports/1/rejects.csv', rolesOf(['report', 'whole'])],
    ['s3:PutObject', 'ReportsBucket/elsewhere/report.json', []],
    ['s3:PutObject', 'ReportsBucket/reports/1/report.json', [], withoutTls],
    ['s3:GetObject', 'ReportsBucket/reports/1/rejects.csv', []],
    ['s3:ListBucket', 'ReportsBucket', []],
  ],
  'nobody deletes or restores an object but sweep its reports, or changes a bucket': [
    ['s3:DeleteObject', 'LandingBucket/plain/a.csv', []],
    ['s3:DeleteObject', 'LandingBucket/rates/2026.csv', []],
    ['s3:DeleteObjectVersion', 'LandingBucket/plain/a.csv', []],
    ['s3:RestoreObject', 'LandingBucket/plain/a.csv', []],
    ['s3:DeleteObject', 'ReportsBucket/reports/1/report.json', rolesOf(['sweep'])],
    ['s3:DeleteObject', 'ReportsBucket/elsewhere/report.json', []],
    ['s3:DeleteObject', 'ReportsBucket/reports/1/report.json', [], withoutTls],
    ['s3:DeleteObjectVersion', 'ReportsBucket/reports/1/report.json', []],
    ['s3:DeleteObject', 'AccessLogsBucket/landing/log', []],
    ['s3:PutBucketPolicy', 'LandingBucket', []],
    ['s3:PutLifecycleConfiguration', 'LandingBucket', []],
    ['s3:PutBucketVersioning', 'LandingBucket', []],
  ],
  'the key of the data opens what S3 asks for, and nothing that a function asks for itself': [
    ['kms:Decrypt', 'Key', rolesOf([...readers, 'report', 'fetch']), throughS3],
    ['kms:GenerateDataKey', 'Key', rolesOf(['extract', 'report', 'fetch', 'whole']), throughS3],
    ['kms:Decrypt', 'Key', []],
    ['kms:Decrypt', 'Key', [], throughSecrets],
    ['kms:GenerateDataKey', 'Key', []],
    ['kms:Encrypt', 'Key', [], throughS3],
    ['kms:ScheduleKeyDeletion', 'Key', []],
    ['kms:DisableKey', 'Key', []],
  ],
  'only recorder and sweep write to people': [
    ['sns:Publish', 'Topic', rolesOf(['recorder', 'sweep'])],
    ['kms:Decrypt', 'TopicKey', rolesOf(['recorder', 'sweep'])],
    ['kms:GenerateDataKey', 'TopicKey', rolesOf(['recorder', 'sweep'])],
    ['sns:Publish', 'Topic', [], withoutTls],
    ['sns:Subscribe', 'Topic', []],
  ],
  'no function but sweep and operate starts or stops an execution; the rules start what an upload asks for': [
    ['states:StartExecution', 'LoadMachine', [...rolesOf(['operate', 'sweep']), 'UploadsRole']],
    ['states:StopExecution', elsewhere('states', 'execution:LoadMachine:one'), rolesOf(['operate', 'sweep'])],
    ['states:DescribeExecution', elsewhere('states', 'execution:LoadMachine:one'), rolesOf(['operate', 'sweep'])],
    ['states:StartExecution', elsewhere('states', 'stateMachine:OfOthers'), []],
    ['states:StopExecution', elsewhere('states', 'execution:OfOthers:one'), []],
    ['states:UpdateStateMachine', 'LoadMachine', []],
    ['states:StartExecution', 'UndoMachine', rolesOf(['operate'])],
    ['states:StopExecution', elsewhere('states', 'execution:UndoMachine:one'), rolesOf(['operate', 'sweep'])],
    ['states:DescribeExecution', elsewhere('states', 'execution:UndoMachine:one'), rolesOf(['operate', 'sweep'])],
  ],
  'no function calls another: the machine calls its steps in any version, the schedules sweep and fetch': [
    ...machineFunctions.map(
      (name): Row => [
        'lambda:InvokeFunction',
        `${functionOf(name)}:7`,
        name === 'merge' || name === 'report' ? ['LoadRole', 'UndoRole'] : ['LoadRole'],
      ],
    ),
    ...machineFunctions.map((name): Row => ['lambda:InvokeFunction', functionOf(name), []]),
    ...['sweep', 'fetch'].map((name): Row => ['lambda:InvokeFunction', functionOf(name), ['SchedulesRole']]),
    ...['recorder', 'operate', 'migrate'].map((name): Row => ['lambda:InvokeFunction', functionOf(name), []]),
    ['lambda:InvokeFunction', elsewhere('lambda', 'function:OfOthers'), []],
    ['lambda:UpdateFunctionCode', functionOf('stage'), []],
    ['lambda:GetFunctionConfiguration', functionOf('stage'), []],
  ],
  'no function reads a secret that is not its own': [
    ['secretsmanager:GetSecretValue', loader, rolesOf(withDatabase)],
    ['secretsmanager:GetSecretValue', owner, rolesOf(['migrate'])],
    ['secretsmanager:GetSecretValue', source, rolesOf(['fetch'])],
    ['secretsmanager:GetSecretValue', secretArn('warehouse/others'), []],
    // a longer name that begins like the one that is granted
    ['secretsmanager:GetSecretValue', secretArn('warehouse/loader-old'), []],
    ['secretsmanager:PutSecretValue', loader, []],
    ['secretsmanager:ListSecrets', '*', []],
  ],
  'what events call, and the schedules, put what failed into the queue, and nobody takes it out': [
    ['sqs:SendMessage', 'MissedEventsQueue', [...rolesOf(['fetch', 'recorder', 'sweep']), 'SchedulesRole']],
    ['sqs:SendMessage', 'MissedEventsQueue', [], withoutTls],
    ['sqs:ReceiveMessage', 'MissedEventsQueue', []],
    ['sqs:PurgeQueue', 'MissedEventsQueue', []],
  ],
  'each function writes its own log, and nobody else’s': [
    ...everyFunction.flatMap((name): readonly Row[] => [
      ['logs:CreateLogStream', `${logsOf(name)}:log-stream:one`, [roleOf(name)]],
      ['logs:PutLogEvents', `${logsOf(name)}:log-stream:one`, [roleOf(name)]],
    ]),
    ['logs:PutLogEvents', elsewhere('logs', 'log-group:OfOthers:log-stream:one'), []],
    ['logs:DeleteLogGroup', elsewhere('logs', 'log-group:FunctionsStageLogs'), []],
  ],
  'traces are written by the functions and the machine, log deliveries by the machine': [
    ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map(
      (action): Row => [action, '*', [...rolesOf(everyFunction), 'LoadRole', 'UndoRole']],
    ),
    ...['xray:GetSamplingRules', 'xray:GetSamplingTargets'].map(
      (action): Row => [action, '*', ['LoadRole', 'UndoRole']],
    ),
    ...logDelivery.map((action): Row => [action, '*', ['LoadRole', 'UndoRole']]),
  ],
  'nobody makes himself more than he is': [
    ['iam:PassRole', 'FunctionsMigrateRole', []],
    ['iam:PutRolePolicy', 'FunctionsStageRole', []],
    ['sts:AssumeRole', 'FunctionsMigrateRole', []],
    ['rds-data:ExecuteStatement', elsewhere('rds', 'cluster:any'), []],
    ['rds-db:connect', elsewhere('rds-db', 'dbuser:db-ABC/loader'), []],
    ['ec2:CreateNetworkInterface', elsewhere('ec2', 'subnet/subnet-1'), []],
  ],
};
