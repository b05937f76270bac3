import { randomUUID } from 'node:crypto';
import { resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type FunctionLog, openFunctionLog } from './function-log.ts';
import { checkPayload, executionEnded, type InvocationError, type TimeoutError } from './invocation.ts';
import { handlerUrl, type Started, started } from './started.ts';
import { startWorker, type Worker } from './worker.ts';

export interface Invocation {
  readonly executionId: string;
  /** functions/<functionName>/handler.ts, or what became of it. */
  readonly functionName: string;
  readonly event: unknown;
  /** Ends this one call, waiting or running. */
  readonly signal?: AbortSignal;
  /** Of the state (TimeoutSeconds); counts from the moment a process takes the call. */
  readonly timeoutMs?: number;
}

export interface WorkerFigures {
  readonly pid: number;
  readonly peakRssBytes: number;
  readonly invocations: number;
}

/** Execution environments: a few child processes, each calls one handler at a time; further calls wait their turn. */
export interface Pool {
  /** Answers the handler's result (JSON). Rejects with InvocationError, under the name Lambda would give. */
  invoke(call: Invocation): Promise<unknown>;
  /** Refuses this execution's further calls and ends its running ones: a failed or aborted execution does no more work. */
  endExecution(executionId: string): void;
  /** Of all processes so far, also those that are gone. */
  workers(): readonly WorkerFigures[];
  /** Ends all processes; waiting and running calls reject. Nothing keeps the command alive afterwards. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Processes at the same time; two cores, two processes. They start at once, so that this overlaps with other work. */
  readonly size: number;
  /** All of the functions' environment: nothing is inherited, as in Lambda. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder each; absent: those of this code. */
  readonly functionsDirectory?: URL | string;
  /** Gets every line that functions write and one line an invocation; without it they go nowhere. */
  readonly logFile?: string;
  /** Of one invocation; default 900 000, Lambda's most. */
  readonly timeLimitMs?: number;
  /** Heap of one process; default 512. Measured need of a worker is well below 200 MB. */
  readonly memoryMb?: number;
  /** Functions that every process loads at its start, so that this overlaps with other work too. */
  readonly preload?: readonly string[];
  /**
   * Directory for V8's compile cache: saves 130 of 350 ms of loading a handler, and 20 MB. In a folder of one's own,
   * never in a shared temporary one: who can write there chooses what code runs.
   */
  readonly compileCache?: string;
}

/** Starts the processes; close() must follow. */
export function createPool(options: PoolOptions): Pool {
  const { timeLimitMs = 900_000, memoryMb = 512 } = options;
  const state: State = {
    ...options,
    timeLimitMs,
    memoryMb,
    started: started(options.functionsDirectory === undefined ? undefined : directoryUrl(options.functionsDirectory)),
    log: openFunctionLog(options.logFile),
    all: [],
    idle: [],
    running: new Map(),
    queue: [],
    endedExecutions: new Set(),
    closed: false,
  };
  for (let i = 0; i < options.size; i += 1) addWorker(state);
  return {
    invoke: (call) => invoke(state, call),
    endExecution(executionId) {
      state.endedExecutions.add(executionId);
      drop(state, (call) => call.executionId === executionId);
    },
    workers: () => state.all.map(({ pid, peakRssBytes, invocations }) => ({ pid, peakRssBytes, invocations })),
    close: () => close(state),
  };
}

interface State extends PoolOptions {
  readonly timeLimitMs: number;
  readonly memoryMb: number;
  readonly started: Started;
  readonly log: FunctionLog;
  readonly all: Worker[];
  readonly idle: Worker[];
  readonly running: Map<Worker, Waiting>;
  queue: Waiting[];
  readonly endedExecutions: Set<string>;
  closed: boolean;
}

interface Waiting extends Invocation {
  readonly json: string;
  readonly settle: (result: Promise<unknown>) => void;
}

async function invoke(state: State, call: Invocation): Promise<unknown> {
  const { executionId, functionName, event, signal } = call;
  if (state.closed || state.endedExecutions.has(executionId) || signal?.aborted) throw executionEnded(call);
  const json = JSON.stringify(event) ?? 'null';
  checkPayload(json, `the input of ${functionName}`);
  let stop = (): void => undefined;
  try {
    return await new Promise((settle) => {
      const waiting = { ...call, json, settle };
      stop = () => drop(state, (other) => other === waiting);
      signal?.addEventListener('abort', stop, { once: true });
      state.queue.push(waiting);
      dispatch(state);
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function dispatch(state: State): void {
  const { idle, running, size } = state;
  while (state.queue.length > 0 && !state.closed) {
    if (idle.length === 0 && running.size < size) addWorker(state);
    const call = state.queue[0];
    // warm first; the one used last has the warmest caches
    const worker = idle.findLast(({ warm }) => warm.has(call?.functionName ?? '')) ?? idle.at(-1);
    if (worker === undefined || call === undefined) return;
    state.queue.shift();
    remove(idle, worker);
    call.settle(run(state, worker, call));
  }
}

async function run(state: State, worker: Worker, call: Waiting): Promise<unknown> {
  const { idle, memoryMb, running, timeLimitMs } = state;
  const { functionName, json } = call;
  const requestId = randomUUID();
  running.set(worker, call);
  try {
    const url = handlerUrl(state.started, functionName);
    const limit = timeLimit(call, timeLimitMs);
    return await worker.call({ functionName, handlerUrl: url, requestId, event: json, memoryMb, ...limit });
  } catch (error) {
    if (!worker.usable) state.log.ended({ functionName, requestId, pid: worker.pid, error: error as InvocationError });
    throw error;
  } finally {
    // a handler that threw leaves its process as it was
    if (worker.usable) idle.push(worker);
    else await worker.gone;
    running.delete(worker);
    dispatch(state);
  }
}

/**
 * glibc's malloc keeps what is freed unless a piece was over a limit that it raises by itself up to 32 MiB: chunks and pages, one after the
 * other, then leave a process 30 to 60 MB larger than what it holds. With the limit fixed at its first value each goes back at once. Other
 * systems do not know the name.
 */
const givesBack = { MALLOC_MMAP_THRESHOLD_: '131072' };

function addWorker({ all, compileCache, idle, log, memoryMb, preload = [], started: of, ...rest }: State): void {
  const env = {
    ...rest.env,
    ...givesBack,
    ...(compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }),
  };
  const modules = preload.map((functionName) => handlerUrl(of, functionName));
  const worker = startWorker({
    program: of.program,
    env,
    output: log.descriptor ?? 'ignore',
    memoryMb,
    preload: modules,
  });
  all.push(worker);
  idle.push(worker);
  void worker.gone.then(() => remove(idle, worker));
}

/** Ends calls, waiting and running. */
function drop(state: State, which: (call: Waiting) => boolean): void {
  const dropped = state.queue.filter(which);
  state.queue = state.queue.filter((call) => !which(call));
  for (const call of dropped) call.settle(Promise.reject(executionEnded(call)));
  for (const [worker, call] of state.running) if (which(call)) worker.kill(executionEnded(call));
}

async function close(state: State): Promise<void> {
  if (state.closed) return;
  state.closed = true;
  drop(state, () => true);
  for (const worker of state.idle) worker.release();
  await Promise.all(state.all.map(({ gone }) => gone));
  state.log.close();
}

/** The function's own limit, or the state's where that is shorter: the two have different names. */
function timeLimit({ timeoutMs }: Invocation, limitMs: number): { deadline: number; timeoutError: TimeoutError } {
  const byState = timeoutMs !== undefined && timeoutMs < limitMs;
  return {
    deadline: Date.now() + (byState ? timeoutMs : limitMs),
    timeoutError: byState ? 'States.Timeout' : 'Sandbox.Timedout',
  };
}

function directoryUrl(directory: URL | string): URL {
  const path = directory instanceof URL ? fileURLToPath(directory) : directory;
  return pathToFileURL(`${resolvePath(path)}/`);
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}
