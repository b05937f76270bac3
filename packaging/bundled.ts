/**
 * Development packages that the published one brings inside of `dist/` (libraries.ts), so that nobody who installs it fetches them:
 * AWS's SDK alone is 70 packages, whose lists of versions cost npm more than all the rest of an installation, and
 * aws-local-stepfunctions asks for Node 22 because of parts that are not used.
 * What is small, or has an own schedule of security fixes (pg), stays a dependency.
 */
export const bundled: readonly string[] = [
  '@aws-lambda-powertools/logger',
  '@aws-lambda-powertools/metrics',
  '@aws-sdk/client-cloudformation',
  '@aws-sdk/client-lambda',
  '@aws-sdk/client-s3',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-sfn',
  '@aws-sdk/client-sns',
  '@aws-sdk/client-sqs',
  '@aws-sdk/client-sts',
  '@aws-sdk/lib-storage',
  '@aws-sdk/rds-signer',
  'aws-local-stepfunctions',
];
