import { randomUUID } from 'node:crypto';
import { checkPayload, InvocationError } from './invocation.ts';
import { type FunctionCall, type Machine, type MapOver, MOST_AT_ONCE, prepareMachine } from './machine.ts';
import type { Pool } from './pool.ts';
import { importStatesLibrary } from './states-library.ts';

/** Runs a state machine definition on this machine, its functions in a pool of processes. */
export interface Runner {
  /** @param options.name unique; default: a new UUID. It is `$$.Execution.Name`, and part of `$$.Execution.Id`. */
  start(input: unknown, options?: { name?: string }): Execution;
}

export interface Execution {
  /** `$$.Execution.Id` */
  readonly id: string;
  /** Never rejects. */
  readonly result: Promise<ExecutionResult>;
  /** Ends it and its running functions at once (SIGKILL); the result is ABORTED. */
  abort(): void;
}

/** error and cause as DescribeExecution gives them: a function's cause is JSON, see functions/words/cause-message.ts. */
export type ExecutionResult =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string }
  | { readonly status: 'ABORTED' };

type Library = typeof import('aws-local-stepfunctions');
type Run = ReturnType<InstanceType<Library['StateMachine']>['run']>;

/** What all states of an execution, or of a Map's item, share. */
interface Scope {
  readonly library: Library;
  readonly pool: Pool;
  readonly executionId: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** Aborted when nothing of this scope may go on. */
  readonly signal: AbortSignal;
}

/** Cause of a FAILED execution is at most this long in Step Functions. */
const CAUSE_CHARACTERS = 32_768;

/**
 * A runner of this definition (ASL, JSONPath; every Task's Resource an ARN `...:function:<name>`). Throws on what it
 * would run otherwise than Step Functions. Make it early: loading the library overlaps with other work.
 */
export function createRunner({ pool, definition }: { pool: Pool; definition: object }): Runner {
  const machine = prepareMachine(definition);
  const library = importStatesLibrary();
  // start() awaits it again and reports; until then it must not count as unhandled
  library.catch(() => undefined);
  return {
    start(input, { name = randomUUID() } = {}) {
      const executionId = `embedded:${name}`;
      const stopping = new AbortController();
      const context = { Execution: { Id: executionId, Name: name } };
      const run = async (): Promise<unknown> =>
        runStates(machine, input, { library: await library, pool, executionId, context, signal: stopping.signal });
      return {
        id: executionId,
        result: settle(run(), stopping.signal).finally(() => pool.endExecution(executionId)),
        abort() {
          stopping.abort();
          pool.endExecution(executionId);
        },
      };
    },
  };
}

/** The ARN that a Task's Resource names for a function of this machine. */
export function localFunctionArn(functionName: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;
}

async function settle(run: Promise<unknown>, signal: AbortSignal): Promise<ExecutionResult> {
  try {
    return { status: 'SUCCEEDED', output: await run };
  } catch (error) {
    if (signal.aborted) return { status: 'ABORTED' };
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { status: 'FAILED', error: name === 'ExecutionTimeoutError' ? 'States.Timeout' : name, cause: message };
  }
}

async function runStates(machine: Machine, input: unknown, scope: Scope): Promise<unknown> {
  scope.signal.throwIfAborted();
  const { StateMachine, ExecutionError } = scope.library;
  // validated by a test of the definition; here it would cost more than the run
  const states = new StateMachine(machine.definition, { validationOptions: { noValidate: true } });
  const run = states.run(input as never, {
    context: scope.context,
    overrides: { taskResourceLocalHandlers: handlersOf(machine, scope) as never },
  });
  const stop = (): void => run.abort();
  scope.signal.addEventListener('abort', stop, { once: true });
  const sizes = checkSizes(run);
  try {
    // sizes rejects at once and ends otherwise with the run, so that the last state is checked too
    const [result] = await Promise.all([run.result, sizes]);
    return result;
  } catch (error) {
    run.abort();
    throw error instanceof ExecutionError ? error.cause : error;
  } finally {
    scope.signal.removeEventListener('abort', stop);
  }
}

/** The library knows no limit of 256 KiB: input and output of every state are measured as they pass by. */
async function checkSizes({ eventLogs }: Run): Promise<void> {
  for await (const event of eventLogs) {
    if (event.type === 'StateEntered')
      checkPayload(JSON.stringify(event.state.input) ?? '', `the input of state ${event.state.name}`);
    if (event.type === 'StateExited')
      checkPayload(JSON.stringify(event.state.output) ?? '', `the output of state ${event.state.name}`);
  }
}

function handlersOf({ work }: Machine, scope: Scope): Record<string, (input: unknown) => Promise<unknown>> {
  return Object.fromEntries(
    Object.entries(work).map(([name, does]) => [
      name,
      (input: unknown) => (does.kind === 'map' ? runMap(does, input, scope) : callFunction(does, input, scope)),
    ]),
  );
}

/** After an abort the library still tries a state again whose retry was waiting: the aborted signal refuses that. */
async function callFunction({ functionName, timeoutMs }: FunctionCall, event: unknown, scope: Scope): Promise<unknown> {
  const { pool, executionId, signal } = scope;
  try {
    return await pool.invoke({
      executionId,
      functionName,
      event,
      signal,
      ...(timeoutMs === null ? {} : { timeoutMs }),
    });
  } catch (error) {
    throw error instanceof InvocationError ? asStepFunctionsTells(error) : error;
  }
}

/** Items in order, `atOnce` at a time. One that fails ends the others and keeps the rest from starting. */
async function runMap(map: MapOver, input: unknown, scope: Scope): Promise<unknown[]> {
  const items = await itemsOf(map, input, scope);
  const atOnce = await atOnceOf(map, input, scope);
  const stopping = new AbortController();
  const signal = AbortSignal.any([scope.signal, stopping.signal]);
  const outputs: unknown[] = items.map(() => null);
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      signal.throwIfAborted();
      const context = { ...scope.context, Map: { Item: { Index: index, Value: item } } };
      outputs[index] = await runStates(map.processor, map.hasSelector ? input : item, { ...scope, context, signal });
    }
  };
  const lanes = Array.from({ length: Math.min(atOnce, items.length) }, lane);
  try {
    await Promise.all(lanes);
    return outputs;
  } catch (error) {
    stopping.abort();
    await Promise.allSettled(lanes);
    throw error;
  }
}

async function itemsOf({ itemsPath }: MapOver, input: unknown, scope: Scope): Promise<readonly unknown[]> {
  const items = await valueAt(itemsPath, input, scope);
  if (!Array.isArray(items))
    throw new InvocationError('States.Runtime', `ItemsPath ${itemsPath} does not lead to an array`);
  return items;
}

async function atOnceOf({ atOnce }: MapOver, input: unknown, scope: Scope): Promise<number> {
  if (typeof atOnce === 'number') return atOnce || MOST_AT_ONCE;
  const items = await valueAt(atOnce.path, input, scope);
  if (!Number.isInteger(items) || (items as number) < 0)
    throw new InvocationError('States.Runtime', `MaxConcurrencyPath ${atOnce.path} does not lead to a whole number`);
  return (items as number) || MOST_AT_ONCE;
}

/** A path as the library itself reads it: a Pass state with that InputPath. */
async function valueAt(path: string, input: unknown, scope: Scope): Promise<unknown> {
  const definition = { StartAt: 'value', States: { value: { Type: 'Pass', InputPath: path, End: true } } };
  return await runStates(prepareMachine(definition), input, scope);
}

/** Cause of a failed function, as Lambda writes it: JSON with errorType, errorMessage and trace. */
function asStepFunctionsTells({ name, message, trace }: InvocationError): Error {
  if (name.startsWith('States.')) return new InvocationError(name, message);
  const whole = JSON.stringify({ errorType: name, errorMessage: message, trace });
  const short = JSON.stringify({ errorType: name, errorMessage: message.slice(0, CAUSE_CHARACTERS / 4) });
  return new InvocationError(name, whole.length <= CAUSE_CHARACTERS ? whole : short);
}
