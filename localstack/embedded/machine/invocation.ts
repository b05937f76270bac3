/** What pool and worker say to each other over IPC, and the limits of Lambda and Step Functions that both keep. */

/** parent -> worker. `event` is JSON text. */
export interface Call {
  readonly functionName: string;
  /** URL of the module whose export `handler` is called; behind `#` the export of the module that has it, where it has several. */
  readonly handlerUrl: string;
  readonly requestId: string;
  readonly event: string;
  /** Milliseconds since 1970: what getRemainingTimeInMillis() counts down to. */
  readonly deadline: number;
  /** What the call is told to have failed with at its deadline. */
  readonly timeoutError: TimeoutError;
  readonly memoryMb: number;
}

export type TimeoutError = 'Sandbox.Timedout' | 'States.Timeout';

/** worker -> parent, one for each call. `result` is JSON text. */
export type Reply = { readonly peakRssBytes: number } & (
  | { readonly result: string }
  | { readonly errorType: string; readonly errorMessage: string; readonly trace: readonly string[] }
);

/** 256 KiB of UTF-8: the most that Step Functions takes as a state's input or output. */
export const PAYLOAD_BYTES = 256 * 1024;

/** A function that failed, under the error name that Lambda or Step Functions would give: Retry and Catch match `name`. */
export class InvocationError extends Error {
  override readonly name: string;
  /** The handler's own stack, line by line. */
  readonly trace: readonly string[];
  constructor(errorType: string, message: string, trace: readonly string[] = []) {
    super(message);
    this.name = errorType;
    this.trace = trace;
  }
}

/** What becomes of a call whose execution was aborted, failed elsewhere, or whose pool was closed. Nothing retries it. */
export function executionEnded(call: { executionId: string; functionName: string }): InvocationError {
  const what = `${call.functionName} was not run to its end`;
  return new InvocationError('ExecutionEnded', `${what}: execution ${call.executionId} has ended`);
}

/** Refuses what Step Functions would refuse. @param what for the message: `the result of merge`. */
export function checkPayload(json: string, what: string): void {
  const bytes = Buffer.byteLength(json);
  if (bytes <= PAYLOAD_BYTES) return;
  throw new InvocationError(
    'States.DataLimitExceeded',
    `${what} has ${bytes} bytes, Step Functions takes at most ${PAYLOAD_BYTES}: states carry ids and counts, rows belong into the database`,
  );
}
