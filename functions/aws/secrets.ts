import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AwsConnection, patience } from './connection.ts';
import { awsFault } from './fault.ts';

/** Where secrets are kept. */
export interface Secrets {
  /** The text of a secret, by name or ARN. @throws TryAgain, or an Error that names the secret and never holds its value. */
  read(secret: string): Promise<string>;
}

/** AWS Secrets Manager. */
export function openSecrets(connection: AwsConnection = {}): Secrets {
  const client = new SecretsManagerClient({ ...patience, ...connection });
  return {
    async read(secret) {
      const what = `reading the secret ${secret}`;
      const answer = await client.send(new GetSecretValueCommand({ SecretId: secret })).catch((error: unknown) => {
        throw awsFault(what, error);
      });
      if (answer.SecretString === undefined) throw new Error(`the secret ${secret} holds no text`);
      return answer.SecretString;
    },
  };
}
