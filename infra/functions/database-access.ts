import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PipelineFunction } from './pipeline-function.ts';
import { grantSecret } from './secret-access.ts';
import type { DatabaseLogin, Settings } from '../settings.ts';

/** Lets a function log in to the target: by reading just its secret, or as just its user. */
export function grantDatabase(made: PipelineFunction, login: DatabaseLogin, settings: Settings): void {
  if ('secret' in login) return grantSecret(made, login.secret, settings);
  made.allow(
    ['rds-db:connect'],
    Stack.of(made).formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${login.resourceId}/${login.user}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}
