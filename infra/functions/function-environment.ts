import { Aws } from 'aws-cdk-lib';
import { packageVersion } from '../../project/own-package.ts';
import type { FunctionAccess } from './function-access.ts';
import type { Logins } from './logins.ts';
import type { DatabaseLogin, Settings } from '../settings.ts';

export interface FunctionEnvironmentProps {
  readonly settings: Settings;
  readonly logins: Logins;
  readonly landingBucket: string;
  readonly reportsUrl: string;
  readonly topicArn: string;
}

/** What a function is told; functions/runtime reads it. Names and places only: no secret is ever among them. */
export function functionEnvironment(access: FunctionAccess, props: FunctionEnvironmentProps): Record<string, string> {
  const { settings, logins, landingBucket, reportsUrl, topicArn } = props;
  return {
    NODE_OPTIONS: '--enable-source-maps',
    ...(access.database === undefined ? {} : login(logins[access.database])),
    ...(access.database === undefined || settings.ledgerOwner === undefined
      ? {}
      : { LANDFALL_LEDGER_OWNER: settings.ledgerOwner }),
    ...(access.database === 'loader'
      ? {
          LANDFALL_VERSION: packageVersion(),
          LANDFALL_REPORTS: reportsUrl,
          LANDFALL_MERGE_LANES: String(settings.mergeLanes),
        }
      : {}),
    // of whom metrics are, and what the commands name that messages tell
    ...(access.database === 'loader' || access.fetches === true
      ? { LANDFALL_STACK: Aws.STACK_NAME, ...(settings.datasetMetrics ? {} : { LANDFALL_METRICS: 'totals' }) }
      : {}),
    // it loads from there only
    ...(access.database === 'loader' || access.fetches === true ? { LANDFALL_LANDING: landingBucket } : {}),
    ...(access.database === 'loader' && settings.sourceBuckets.length > 0
      ? { LANDFALL_SOURCES: settings.sourceBuckets.join(',') }
      : {}),
    ...(access.publishes === true ? { LANDFALL_TOPIC: topicArn } : {}),
  };
}

function login(of: DatabaseLogin): Record<string, string> {
  if ('secret' in of) return { DATABASE_SECRET: of.secret };
  const { host, port, database, user } = of;
  return { DATABASE_IAM: JSON.stringify({ host, port, database, user }) };
}
