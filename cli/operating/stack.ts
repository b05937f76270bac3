import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { printable } from '../../functions/core/printable.ts';
import { operateVerbOf, type Question, toldError, whoAsks } from './operator.ts';
import { packageVersion } from '../../project/own-package.ts';
import { CommandError } from '../typed/usage.ts';
import { versionNote } from './stack-version.ts';

// Imported only where --stack is given: loading the SDK takes longer than most commands.

/** Asks the operate function of a deployed stack; `note` is told where it is of another version. Throws UsageError and CommandError. */
export async function askStack(question: Question, stack: string, note: (words: string) => void): Promise<unknown> {
  const { changes } = await operateVerbOf(question.verb);
  const [outputs, by] = await Promise.all([stackOutputs(stack), changes ? callerArn() : whoAsks()]);
  const name = outputOf(outputs, 'OperateFunctionName', stack);
  const words = versionNote(stack, outputs.get('Version') ?? null, packageVersion());
  if (words !== null) note(words);
  return await invokeFunction(name, { ...question, by });
}

/** Who the account knows the caller as. STS asks for no permission; where it does not answer, who the machine knows. */
async function callerArn(): Promise<string> {
  // a network without a way to STS drops what is sent there: after 4 s the person has waited long enough for a name
  const client = new STSClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, socketTimeout: 2_000 },
  });
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    return Arn ?? whoAsks();
  } catch (error) {
    if (error instanceof Error && error.name === 'CredentialsProviderError')
      throw new CommandError(callTrouble(error, 'STS'));
    return `${whoAsks()} (STS did not tell the ARN: ${(error as Error).name})`;
  } finally {
    client.destroy();
  }
}

/** Outputs of a stack by their logical names. */
export async function stackOutputs(stack: string): Promise<ReadonlyMap<string, string>> {
  const client = new CloudFormationClient({});
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    throw new CommandError(stackTrouble(error, stack), { cause: error });
  } finally {
    client.destroy();
  }
}

/** One output; throws CommandError where the stack has none of this name. */
export function outputOf(outputs: ReadonlyMap<string, string>, name: string, stack: string): string {
  const value = outputs.get(name);
  if (value !== undefined) return value;
  throw new CommandError(
    `the stack ${printable(stack)} has no output ${name}: it is another stack, or older than this version. --stack names the pipeline's stack (cdk deploy shows its outputs)`,
  );
}

/** Calls a function and answers what it answers; what it throws is thrown under its own name. */
export async function invokeFunction(name: string, event: object): Promise<unknown> {
  const client = new LambdaClient({});
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    const answer: unknown = text === '' ? null : JSON.parse(text);
    if (FunctionError !== undefined) throw functionError(name, answer);
    return answer;
  } catch (error) {
    if (error instanceof Error && (error.name === 'UsageError' || error instanceof CommandError)) throw error;
    throw new CommandError(callTrouble(error, name), { cause: error });
  } finally {
    client.destroy();
  }
}

function functionError(name: string, answer: unknown): unknown {
  const { errorType = 'Error', errorMessage = 'it gave no reason' } = (answer ?? {}) as {
    errorType?: string;
    errorMessage?: string;
  };
  const told = toldError({ name: errorType, message: errorMessage });
  if (told instanceof Error) return told;
  return new CommandError(
    `the function ${printable(name)} failed: ${printable(errorType)}: ${printable(errorMessage)}. Its log group has the line`,
  );
}

function stackTrouble(error: unknown, stack: string): string {
  const { name, message } = error as Error;
  if (name === 'ValidationError')
    return `there is no stack ${printable(stack)} in this account and region (${printable(message)})`;
  if (name === 'AccessDenied')
    return `this identity may not look at the stack: allow cloudformation:DescribeStacks (${printable(message)})`;
  return callTrouble(error, 'CloudFormation');
}

function callTrouble(error: unknown, service: string): string {
  const { name } = error as Error;
  const called = printable(service);
  const message = printable((error as Error).message);
  if (name === 'CredentialsProviderError')
    return `there are no AWS credentials: set AWS_PROFILE, or sign in (${message})`;
  if (name.startsWith('AccessDenied'))
    return `this identity may not call ${called}: allow lambda:InvokeFunction on it (${message})`;
  if (name === 'ResourceNotReadyException' || name === 'ResourceConflictException')
    return `${called} has not been called for weeks and is waking up: type the command again in a minute (${message})`;
  if (/region is missing/i.test(message))
    return 'no AWS region is set: AWS_REGION=eu-central-1, or region in the profile';
  return `${called} could not be called: ${name}: ${message}`;
}
