import { createHash } from 'node:crypto';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { connectionTo } from './clients.ts';
import type { DeploySettings } from './settings.ts';

/**
 * Makes the secret that holds the target's URL, or gives it its new value; answers its name. Each database has a secret of
 * its own: functions keep what they read for minutes, and a warm one must not go on with the database of the last time.
 */
export async function putDatabaseSecret(settings: DeploySettings): Promise<string> {
  const url = settings.functionsDatabaseUrl;
  const name = secretName(url);
  const client = new SecretsManagerClient(connectionTo(settings));
  try {
    await client.send(new CreateSecretCommand({ Name: name, SecretString: url }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: url }));
  } finally {
    client.destroy();
  }
  return name;
}

/** Of server, port and database alone: a name is no secret, so nothing of the password is in it. */
function secretName(url: string): string {
  const { host, pathname } = new URL(url);
  return `landfall/database-url/${createHash('sha256').update(`${host}${pathname}`).digest('hex').slice(0, 8)}`;
}
