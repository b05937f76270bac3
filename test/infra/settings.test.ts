import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, expect, test } from 'vitest';
import { readSettings } from '../../infra/settings.ts';

const outdir = mkdtempSync(join(tmpdir(), 'landfall-app-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function read(settings: Readonly<Record<string, unknown>>): ReturnType<typeof readSettings> {
  const own = Object.entries(settings).map(([name, value]) => [`landfall:${name}`, value]);
  return readSettings(new App({ outdir, context: { 'cli-telemetry': false, ...Object.fromEntries(own) } }).node);
}

test('settings have defaults, and context of others is left alone', () => {
  expect(read({})).toEqual({
    stackName: 'Landfall',
    login: { secret: 'landfall/database' },
    databasePort: 5432,
    databaseMaxConnections: 100,
    databaseFreeGigabytes: 20,
    vpc: 'none',
    sourceBuckets: [],
    mergeLanes: 2,
    datasetMetrics: true,
    tracing: true,
    rejectShareAlarm: 5,
    runbook: 'docs/runbook.md',
    noScheduler: false,
    testable: false,
    aurora: null,
    restored: null,
  });
});

test('a number, a flag or a list may come from the command line, where it is text', () => {
  const settings = read({
    mergeLanes: '4',
    tracing: 'false',
    noScheduler: 'true',
    vpc: 'vpc-0123456789abcdef0',
    vpcSubnetIds: 'subnet-a, subnet-b',
  });
  expect(settings).toMatchObject({ mergeLanes: 4, tracing: false, noScheduler: true });
  expect(settings.vpcSubnetIds).toEqual(['subnet-a', 'subnet-b']);
});

test('a host, a database, a user and the resource that IAM knows are a login without a secret', () => {
  const iam = { databaseHost: 'h', databaseName: 'd', databaseUser: 'u', databaseResourceId: 'db-A' };
  expect(read(iam).login).toEqual({ host: 'h', port: 5432, database: 'd', user: 'u', resourceId: 'db-A' });
});

test('an Aurora of its own has a database, units and backups, and a login that is known when it is made', () => {
  expect(read({ aurora: 'true', vpc: 'new' })).toMatchObject({
    login: null,
    aurora: { databaseName: 'app', minUnits: 0.5, maxUnits: 8, backupDays: 14 },
  });
  const given = { auroraMinUnits: '2', auroraMaxUnits: 16, auroraBackupDays: '30', databaseName: 'warehouse' };
  expect(read({ aurora: true, vpc: 'new', ...given }).aurora).toEqual({
    databaseName: 'warehouse',
    minUnits: 2,
    maxUnits: 16,
    backupDays: 30,
  });
  expect(read({ aurora: 'false' })).toMatchObject({ login: { secret: 'landfall/database' }, aurora: null });
});

test('a database that is watched is a cluster or an instance, and its limits are of one that is watched', () => {
  const watched = { databaseInstanceId: 'warehouse-1', databaseMaxConnections: '400', databaseFreeGigabytes: '50' };
  expect(read(watched)).toMatchObject({
    databaseInstanceId: 'warehouse-1',
    databaseMaxConnections: 400,
    databaseFreeGigabytes: 50,
  });
  const wrong = { ...watched, databaseClusterId: 'a--b' };
  expect(() => read(wrong)).toThrowErrorMatchingInlineSnapshot(`
    [Error: the settings in the CDK context are not right:
      landfall:databaseClusterId: the identifier of the instance or cluster: letters, digits and hyphens
      landfall:databaseInstanceId: or databaseClusterId, not both]
  `);
  expect(() =>
    read({ databaseMaxConnections: '400', databaseFreeGigabytes: '50' }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [Error: the settings in the CDK context are not right:
      landfall:databaseMaxConnections: only with databaseClusterId or databaseInstanceId
      landfall:databaseFreeGigabytes: only with databaseInstanceId; the storage of Aurora grows by itself]
  `);
});

test.each(['10.20.0.0/20', '172.16.0.0/16', '192.168.4.64/26'])('%s is a network for a new VPC', (vpcCidr) => {
  expect(read({ vpc: 'new', vpcCidr, zones: 'eu-central-1a, eu-central-1c' })).toMatchObject({
    vpcCidr,
    zones: ['eu-central-1a', 'eu-central-1c'],
  });
});

test.each([
  ['10.20.0.0', 'its length is missing'],
  ['10.20.0.0/15', 'more than a VPC may have'],
  ['10.20.0.0/27', 'no room for two subnets'],
  ['10.20.1.0/20', 'not its first address'],
  ['10.20.0.256/24', 'no address'],
])('%s is none: %s', (vpcCidr) => {
  expect(() => read({ vpc: 'new', vpcCidr })).toThrow('landfall:vpcCidr: the network of a VPC between /16 and /26');
});

test('zones are two of one’s own, and like the network of a VPC that is made', () => {
  for (const zones of ['eu-central-1a', 'eu-central-1a,eu-central-1a', 'euc1-az1,euc1-az2', 'a,b,c']) {
    expect(() => read({ vpc: 'new', zones })).toThrow('landfall:zones: the names of two availability zones');
  }
  expect(() =>
    read({ vpcCidr: '10.20.0.0/20', zones: 'eu-central-1a,eu-central-1b' }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [Error: the settings in the CDK context are not right:
      landfall:vpcCidr: only with a vpc that is made: new
      landfall:zones: only with a vpc that is made: new]
  `);
});

test('what contradicts an Aurora of its own is reported together', () => {
  const wrong = {
    aurora: 'true',
    vpc: 'none',
    databaseSecret: 's',
    databaseHost: 'h',
    databaseName: 'my-db',
    databaseSecurityGroup: 'sg-0123456789abcdef0',
    auroraMinUnits: '0',
    auroraMaxUnits: '1.25',
  };
  expect(() => read(wrong)).toThrowErrorMatchingInlineSnapshot(`
    [Error: the settings in the CDK context are not right:
      landfall:auroraMinUnits: Too small: expected number to be >=0.5
      landfall:auroraMaxUnits: Invalid number: must be a multiple of 0.5
      landfall:vpc: aurora is made in a VPC of its own: new
      landfall:databaseSecret: of a database that is there; aurora has its own
      landfall:databaseHost: with aurora only beside databaseResourceId, of the cluster that it was restored to
      landfall:databaseName: for aurora letters, digits and underscores, starting with a letter, at most 63]
  `);
  expect(() => read({ aurora: true, vpc: 'new', auroraMinUnits: 16 })).toThrow(
    'auroraMinUnits: at most auroraMaxUnits',
  );
  expect(() => read({ auroraMaxUnits: '4' })).toThrow('auroraMaxUnits: only with aurora');
});

test('all problems are reported together, a misspelt name with the names there are', () => {
  const wrong = {
    mergeLanes: '0',
    stackName: '9',
    databaseUrl: 'x',
    databaseSecret: 's',
    databaseHost: 'h',
    vpcSubnetIds: 'subnet-a',
  };
  expect(() => read(wrong)).toThrowErrorMatchingInlineSnapshot(`
    [Error: the settings in the CDK context are not right:
      landfall:stackName: letters, digits and hyphens, starting with a letter, at most 54
      landfall:mergeLanes: Too small: expected number to be >=1
      landfall:databaseUrl: is not a setting; there are stackName, databaseSecret, databaseHost, databasePort, databaseName, databaseUser, databaseResourceId, databaseSecurityGroup, databaseClusterId, databaseInstanceId, databaseMaxConnections, databaseFreeGigabytes, aurora, auroraMinUnits, auroraMaxUnits, auroraBackupDays, migrateSecret, ledgerOwner, secretKey, vpc, vpcCidr, zones, vpcSubnetIds, sourceBuckets, mergeLanes, reservedConcurrency, datasetMetrics, tracing, alarmEmail, rejectShareAlarm, runbook, noScheduler, testable
      landfall:databaseSecret: or databaseHost, not both
      landfall:databaseName: IAM authentication needs it, beside databaseHost
      landfall:databaseUser: IAM authentication needs it, beside databaseHost
      landfall:databaseResourceId: IAM authentication needs it, beside databaseHost
      landfall:vpcSubnetIds: only with a vpc that is there (vpc-...)]
  `);
});
