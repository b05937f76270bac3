import { ArnFormat, Stack } from 'aws-cdk-lib';
import { loginOf } from './function-environment.ts';
import type { PipelineFunction } from './pipeline-function.ts';
import { grantSecret } from './secret-access.ts';
import type { Settings } from './settings.ts';

/** Lets a function log in to the target: by reading just its secret, or as just its user. */
export function grantDatabase(made: PipelineFunction, role: 'loader' | 'owner', settings: Settings): void {
  const login = loginOf(role, settings);
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
