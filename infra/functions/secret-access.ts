import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PipelineFunction } from './pipeline-function.ts';
import type { Settings } from '../settings.ts';

/** Lets a function read one secret, by its ARN or by its name, and use the key that the secret is encrypted with. */
export function grantSecret(made: PipelineFunction, secret: string, { secretKey }: Settings): void {
  made.allow(['secretsmanager:GetSecretValue'], secretArn(made, secret));
  if (secretKey !== undefined) made.allow(['kms:Decrypt'], secretKey);
}

/** Secrets Manager ends every ARN with a hyphen and six signs of its own, which neither a name nor a shortened ARN tells. */
function secretArn(made: PipelineFunction, secret: string): string {
  if (secret.startsWith('arn:')) return /-[A-Za-z0-9]{6}$/.test(secret) ? secret : `${secret}-??????`;
  return Stack.of(made).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secret}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
