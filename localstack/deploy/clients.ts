import type { DeploySettings } from './settings.ts';

/** How an AWS client reaches the LocalStack: keys that no account has, whatever the machine's own profile says. */
export function connectionTo({ endpoint, region, account }: Pick<DeploySettings, 'endpoint' | 'region' | 'account'>): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
}

/** The same for a program that is started: nothing of the caller's AWS settings reaches it. */
export function environmentFor(
  settings: Pick<DeploySettings, 'endpoint' | 'region' | 'account'>,
  env: Readonly<NodeJS.ProcessEnv>,
): NodeJS.ProcessEnv {
  const { endpoint, region, credentials } = connectionTo(settings);
  const kept = Object.entries(env).filter(
    ([name]) => !/^(AWS_|CDK_|DATABASE_URL$|LANDFALL_FUNCTIONS_DATABASE_URL$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    // a profile of the machine could bring another endpoint, or keys
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
