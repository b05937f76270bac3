import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { UndoRequest } from '../protocol/undo/undo-states.ts';
import type { Executions } from '../protocol/executions.ts';
import { type AwsConnection, patience } from './connection.ts';
import { awsFault } from './fault.ts';

/**
 * AWS Step Functions. An id that is no ARN is that of a command, which worked on the same ledger: nobody here knows it.
 * @throws TryAgain, or an Error that names what was tried.
 */
export function openExecutions(stateMachineArn: string, connection: AwsConnection = {}): Executions {
  const client = new SFNClient({ ...patience, ...connection });
  return {
    start: async (request) => await startWith(client, stateMachineArn, request),
    async stop(executionArn, cause) {
      await client.send(new StopExecutionCommand({ executionArn, cause })).catch((error: unknown) => {
        if (isForgotten(error)) return;
        throw awsFault(`stopping ${executionArn}`, error);
      });
    },
    async lookAt(executionArn) {
      if (!executionArn.startsWith('arn:')) return null;
      try {
        const { status, stopDate } = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { isRunning: true };
        return { isRunning: false, endedAt: stopDate?.getTime() ?? null };
      } catch (error) {
        if (isForgotten(error)) return { isRunning: false, endedAt: null };
        throw awsFault(`looking at ${executionArn}`, error);
      }
    },
  };
}

/** Starts executions of the state machine of undos. */
export function startUndoOf(
  stateMachineArn: string,
  connection: AwsConnection = {},
): (request: UndoRequest) => Promise<string> {
  const client = new SFNClient({ ...patience, ...connection });
  return async (request) => await startWith(client, stateMachineArn, request);
}

async function startWith(client: SFNClient, stateMachineArn: string, request: object): Promise<string> {
  const input = JSON.stringify(request);
  const answer = await client.send(new StartExecutionCommand({ stateMachineArn, input })).catch((error: unknown) => {
    throw awsFault(`starting an execution of ${stateMachineArn}`, error);
  });
  return answer.executionArn ?? '';
}

function isForgotten(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExecutionDoesNotExist';
}
