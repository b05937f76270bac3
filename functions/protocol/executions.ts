import type { LoadRequest } from './states.ts';

/** Executions of the state machine: of Step Functions, or what a command runs itself. */
export interface Executions {
  /** Starts one with a request, as a person types it; answers its id, an ARN. Twice for one object does no harm: the claim is unique. */
  start(request: LoadRequest): Promise<string>;
  /** Ends it, and says why; its end is an event, which the recorder writes into the ledger. Harmless where it has ended. */
  stop(executionId: string, why: string): Promise<void>;
  /** How it stands. Null where nobody here can know: it is an execution of another machine. */
  lookAt(executionId: string): Promise<ExecutionState | null>;
}

/** Running; or ended, at a time in ms since 1970; null: so long ago that Step Functions forgot it (90 days). */
export type ExecutionState =
  | { readonly isRunning: true }
  | { readonly isRunning: false; readonly endedAt: number | null };
