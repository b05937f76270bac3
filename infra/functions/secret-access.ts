import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { PipelineFunction } from './pipeline-function.ts';
import type { Settings } from '../settings.ts';

/** Lets a function read one secret, by its ARN or by its name, and use the key that the secret is encrypted with. */
export function grantSecret(made: PipelineFunction, secret: string, { secretKey, secretKeys }: Settings): void {
  made.allow(['secretsmanager:GetSecretValue'], secretArn(made, secret));
  const key = secretKeys?.get(secret) ?? secretKey;
  if (key !== undefined) made.allow(['kms:Decrypt'], key);
}

/** Secrets Manager ends every ARN with a hyphen and six signs of its own, which neither a name nor a shortened ARN tells. */
function secretArn(made: PipelineFunction, secret: string): string {
  // of a secret of the same app, whose whole ARN CloudFormation puts in
  if (Token.isUnresolved(secret) && !secret.startsWith('arn:')) return secret;
  if (secret.startsWith('arn:')) return /-[A-Za-z0-9]{6}$/.test(secret) ? secret : `${secret}-??????`;
  return Stack.of(made).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secret}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
