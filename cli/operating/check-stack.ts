import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { InvocationType, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { printable } from '../../functions/core/printable.ts';
import { redact } from '../../functions/core/redact.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { type Check, failed, passed } from '../../functions/operate/checks/checks.ts';
import { packageVersion } from '../../project/own-package.ts';
import { askStack, stackOutputs } from './stack.ts';
import { versionNote } from './stack-version.ts';
import { CommandError } from '../typed/usage.ts';

/** What the pipeline's stack says of itself. */
const outputNames = [
  'LandingBucketName',
  'ReportsBucketName',
  'StateMachineArn',
  'OperateFunctionName',
  'MigrateFunctionName',
  'SweepFunctionName',
  'FetchFunctionName',
  'TopicArn',
  'MissedEventsQueueUrl',
] as const;

/** Checks a deployed stack from the outside, and its database through its operate function. Changes nothing. */
export async function checkStack(stack: string, input: object): Promise<readonly Check[]> {
  const outputs = await stackOutputs(stack).catch((error: unknown) => wordsOf(error));
  if (typeof outputs === 'string') return [failed('stack', `${stack} cannot be looked at`, outputs)];
  const missing = outputNames.filter((name) => !outputs.has(name));
  const checks: Check[] = [
    missing.length === 0
      ? passed('outputs', `the stack ${stack} has them all`)
      : failed(
          'outputs',
          `the stack ${stack} lacks ${missing.join(', ')}`,
          'name the stack of the pipeline, or deploy this version: npx cdk deploy',
        ),
  ];
  checks.push(versionCheck(stack, outputs.get('Version') ?? null));
  for (const name of ['Operate', 'Migrate', 'Sweep', 'Fetch']) {
    const functionName = outputs.get(`${name}FunctionName`);
    if (functionName !== undefined) checks.push(await functionCheck(name.toLowerCase(), functionName));
  }
  const bucket = outputs.get('LandingBucketName');
  if (bucket !== undefined) checks.push(await eventsCheck(bucket));
  checks.push(...(await deadLetterChecks(stack)));
  if (outputs.has('OperateFunctionName')) checks.push(...(await databaseChecks(stack, input)));
  return checks;
}

function versionCheck(stack: string, deployed: string | null): Check {
  const own = packageVersion();
  const words = versionNote(stack, deployed, own);
  return words === null
    ? passed('version', `the stack runs ${deployed}, this command is ${own}`)
    : failed(
        'version',
        `the stack runs ${deployed === null ? 'an older version' : printable(deployed, 40)}, this command is ${own}`,
        words,
      );
}

/** A dry run: whether it is there and this identity may call it, without calling it. */
async function functionCheck(name: string, functionName: string): Promise<Check> {
  const client = new LambdaClient({});
  const check = `function ${name}`;
  try {
    await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: InvocationType.DryRun }));
    return passed(check, functionName);
  } catch (error) {
    return failed(
      check,
      `${functionName} cannot be called: ${wordsOf(error)}`,
      'deploy again, or allow lambda:InvokeFunction on it',
    );
  } finally {
    client.destroy();
  }
}

async function eventsCheck(bucket: string): Promise<Check> {
  // an endpoint of one's own (LocalStack) has no host for each bucket
  const client = new S3Client({ forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });
  try {
    const {
      EventBridgeConfiguration: events,
      $metadata: _,
      ...others
    } = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    if (events !== undefined) return passed('bucket events', `${bucket} tells EventBridge`);
    return failed(
      'bucket events',
      `${bucket} tells nobody of uploads`,
      // a bucket that somebody brought tells others too, and the command puts all of it
      `npx cdk deploy puts a bucket of the stack right; any bucket at once:\naws s3api put-bucket-notification-configuration --bucket ${shellWord(bucket)} --notification-configuration ${shellWord(JSON.stringify({ ...others, EventBridgeConfiguration: {} }))}`,
    );
  } catch (error) {
    return failed(
      'bucket events',
      `${bucket} cannot be asked: ${wordsOf(error)}`,
      'allow s3:GetBucketNotification on it',
    );
  } finally {
    client.destroy();
  }
}

/** Every queue of the stack is one of dead letters: uploads, schedules or failures that reached nobody. */
async function deadLetterChecks(stack: string): Promise<readonly Check[]> {
  // a queue's URL names a host that an endpoint of one's own (LocalStack) may not have
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  try {
    const urls = await queuesOf(stack);
    return await Promise.all(urls.map((url) => deadLetterCheck(client, { url, stack })));
  } catch (error) {
    return [
      failed(
        'dead letters',
        `the queues cannot be asked: ${wordsOf(error)}`,
        'allow cloudformation:ListStackResources on the stack and sqs:GetQueueAttributes on its queues',
      ),
    ];
  } finally {
    client.destroy();
  }
}

async function queuesOf(stack: string): Promise<readonly string[]> {
  const client = new CloudFormationClient({});
  const urls: string[] = [];
  let next: string | undefined;
  try {
    do {
      const page = await client.send(new ListStackResourcesCommand({ StackName: stack, NextToken: next }));
      for (const { ResourceType, PhysicalResourceId } of page.StackResourceSummaries ?? [])
        if (ResourceType === 'AWS::SQS::Queue' && PhysicalResourceId !== undefined) urls.push(PhysicalResourceId);
      next = page.NextToken;
    } while (next !== undefined);
    return urls;
  } finally {
    client.destroy();
  }
}

async function deadLetterCheck(
  client: SQSClient,
  { url, stack }: { readonly url: string; readonly stack: string },
): Promise<Check> {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  const messages = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
  if (messages === 0) return passed('dead letters', `none in ${name}`);
  return failed(
    'dead letters',
    `${messages} in ${name}`,
    `look at them: aws sqs receive-message --queue-url ${shellWord(url)} --max-number-of-messages 10 --wait-time-seconds 5 --message-attribute-names All\nlost uploads come back with: landfall backfill '' --since 14d --stack ${shellWord(stack)}\nall else is in docs/runbook.md#events-were-missed`,
  );
}

async function databaseChecks(stack: string, input: object): Promise<readonly Check[]> {
  try {
    const answer = await askStack({ verb: 'doctor', input, why: null }, stack, () => undefined);
    return (answer as { checks: readonly Check[] }).checks;
  } catch (error) {
    return [
      failed(
        'database',
        `the operate function cannot check it: ${wordsOf(error)}`,
        'is the server up, has it connections left, does the secret hold the login that it takes, does its security group let the functions in? Then doctor again: a secret that was mended counts at once, without a deployment',
      ),
    ];
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof CommandError) return printable(redact(error.message));
  return printable(redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
}
