import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { LoadRequest } from '../protocol/states.ts';
import { type AwsConnection, patience } from './connection.ts';
import { awsFault } from './fault.ts';

/** Executions of the state machine. @throws TryAgain, or an Error that names what was tried. */
export interface Executions {
  /** Starts one with a request, as a person types it; answers its ARN. Twice for one object does no harm: the claim is unique. */
  start(request: LoadRequest): Promise<string>;
  /** Aborts one, and says why; harmless where it has ended. */
  stop(executionArn: string, cause: string): Promise<void>;
  /** How it stands. */
  lookAt(executionArn: string): Promise<ExecutionState>;
}

/** Running; or ended, at a time in ms since 1970; null: so long ago that Step Functions forgot it (90 days). */
export type ExecutionState =
  | { readonly isRunning: true }
  | { readonly isRunning: false; readonly endedAt: number | null };

/** AWS Step Functions. */
export function openExecutions(stateMachineArn: string, connection: AwsConnection = {}): Executions {
  const client = new SFNClient({ ...patience, ...connection });
  return {
    async start(request) {
      const input = JSON.stringify(request);
      const answer = await client
        .send(new StartExecutionCommand({ stateMachineArn, input }))
        .catch((error: unknown) => {
          throw awsFault(`starting an execution of ${stateMachineArn}`, error);
        });
      return answer.executionArn ?? '';
    },
    async stop(executionArn, cause) {
      await client.send(new StopExecutionCommand({ executionArn, cause })).catch((error: unknown) => {
        if (isForgotten(error)) return;
        throw awsFault(`stopping ${executionArn}`, error);
      });
    },
    async lookAt(executionArn) {
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

function isForgotten(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExecutionDoesNotExist';
}
