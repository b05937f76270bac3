import { expect, test } from 'vitest';
import { openSecrets } from '../../../functions/aws/secrets.ts';
import { type AwsAnswer, type AwsCall, type AwsService, startAwsService } from '../../support/aws-service.ts';

async function withService(
  answer: AwsAnswer,
  use: (service: AwsService) => Promise<void>,
): Promise<readonly AwsCall[]> {
  const service = await startAwsService(() => answer);
  try {
    await use(service);
  } finally {
    await service.close();
  }
  return service.calls;
}

test('a secret is read by its name', async () => {
  const calls = await withService({ body: { SecretString: 'postgres://x' } }, async ({ connection }) => {
    expect(await openSecrets(connection).read('landfall/db')).toBe('postgres://x');
  });
  expect(calls).toEqual([{ action: 'GetSecretValue', input: { SecretId: 'landfall/db' } }]);
});

test.each([
  [{ error: 'ResourceNotFoundException' }, 'Error', 'reading the secret landfall/db did not succeed'],
  [{ error: 'AccessDeniedException' }, 'Error', "Allow it in the policy of this function's role"],
  [{ error: 'InternalServiceError', status: 500 }, 'TryAgain', 'it is tried again'],
  [{ body: { SecretBinary: 'AAEC' } }, 'Error', 'holds no text'],
] as const)('%j is a(n) %s', async (answer, name, words) => {
  await withService(answer, async ({ connection }) => {
    await expect(openSecrets(connection).read('landfall/db')).rejects.toMatchObject({
      name,
      message: expect.stringContaining(words),
    });
  });
});
