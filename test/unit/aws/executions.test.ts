import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openExecutions } from '../../../functions/aws/executions.ts';
import { type AwsAnswer, type AwsService, startAwsService } from '../../support/aws-service.ts';

const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:Landfall';
const execution = 'arn:aws:states:eu-central-1:111122223333:execution:Landfall:1';

let service: AwsService;
let answer: AwsAnswer;
beforeEach(async () => {
  service = await startAwsService(() => answer);
});
afterEach(() => service.close());

test('an execution is started with the request as its input, its key as it is', async () => {
  answer = { body: { executionArn: execution, startDate: 1 } };
  const request = { bucket: 'landing', key: 'orders/a+b %2B ü\n.csv', versionId: null, dataset: 'orders' };
  const started = openExecutions(machine, service.connection).start({ ...request, dryRun: false, force: false });
  expect(await started).toBe(execution);
  const [call] = service.calls;
  expect(call).toMatchObject({ action: 'StartExecution', input: { stateMachineArn: machine } });
  expect(JSON.parse(String(call?.input['input']))).toEqual({ ...request, dryRun: false, force: false });
});

test('an execution is stopped with its reason; one that is forgotten needs none', async () => {
  answer = { body: { stopDate: 1 } };
  await openExecutions(machine, service.connection).stop(execution, 'cancelled by somebody');
  expect(service.calls).toEqual([
    { action: 'StopExecution', input: { executionArn: execution, cause: 'cancelled by somebody' } },
  ]);
  answer = { error: 'ExecutionDoesNotExist' };
  await openExecutions(machine, service.connection).stop(execution, 'again');
  answer = { error: 'AccessDeniedException' };
  await expect(openExecutions(machine, service.connection).stop(execution, 'again')).rejects.toThrow(execution);
});

describe('whether an execution runs', () => {
  test.each([
    ['RUNNING', true],
    ['PENDING_REDRIVE', true],
    ['SUCCEEDED', false],
    ['FAILED', false],
    ['TIMED_OUT', false],
    ['ABORTED', false],
  ])('%s: %s', async (status, runs) => {
    const times = runs ? { startDate: 1 } : { startDate: 1, stopDate: 1_700_000_000 };
    answer = { body: { executionArn: execution, stateMachineArn: machine, status, ...times } };
    expect(await openExecutions(machine, service.connection).lookAt(execution)).toEqual(
      runs ? { isRunning: true } : { isRunning: false, endedAt: 1_700_000_000_000 },
    );
    expect(service.calls).toEqual([{ action: 'DescribeExecution', input: { executionArn: execution } }]);
  });

  test('one of a command elsewhere has no ARN: nobody is asked, and nothing is known of it', async () => {
    expect(await openExecutions(machine, service.connection).lookAt('embedded:3')).toBeNull();
    expect(service.calls).toEqual([]);
  });

  test('one that is forgotten does not run', async () => {
    answer = { error: 'ExecutionDoesNotExist' };
    expect(await openExecutions(machine, service.connection).lookAt(execution)).toEqual({
      isRunning: false,
      endedAt: null,
    });
  });

  test('where nobody may look nothing is concluded', async () => {
    answer = { error: 'AccessDeniedException' };
    await expect(openExecutions(machine, service.connection).lookAt(execution)).rejects.toThrow(
      "Allow it in the policy of this function's role",
    );
  });

  test('where Step Functions is busy nothing is concluded', async () => {
    answer = { error: 'ThrottlingException' };
    await expect(openExecutions(machine, service.connection).lookAt(execution)).rejects.toMatchObject({
      name: 'TryAgain',
    });
  });
});
