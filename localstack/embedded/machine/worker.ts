import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Call, InvocationError, type Reply } from './invocation.ts';

/** One execution environment, seen from the pool. */
export interface Worker {
  readonly pid: number;
  /** Most resident memory so far, as of its last reply. */
  readonly peakRssBytes: number;
  readonly invocations: number;
  /** Functions whose module is loaded. */
  readonly warm: ReadonlySet<string>;
  /** False once it was killed, released or ended by itself. */
  readonly usable: boolean;
  /** Resolves once the process is gone. */
  readonly gone: Promise<void>;
  /** One call at a time. Rejects with InvocationError: the handler's own, Runtime.ExitError, Sandbox.Timedout. */
  call(call: Call): Promise<unknown>;
  /** SIGKILL. The running call rejects with `error`, by default the one of a crash. */
  kill(error?: InvocationError): void;
  /** Lets an idle one end by itself, which takes milliseconds; after a second it is killed. */
  release(): void;
}

export interface WorkerOptions {
  /** What the process runs: worker-main.ts, or what became of it. */
  readonly program: URL;
  /** All of the environment: nothing is inherited, as in Lambda. */
  readonly env: Readonly<Record<string, string>>;
  /** Where stdout and stderr go: a file descriptor. */
  readonly output: number | 'ignore';
  readonly memoryMb: number;
  /** Handlers to load at once, before the first call: their URLs, as a call has them. */
  readonly preload: readonly string[];
}

/**
 * Starts a process in a session of its own: a Ctrl-C in the terminal reaches the command alone, which decides what
 * becomes of its workers. They leave by themselves when the command is gone.
 */
export function startWorker({ program, env, output, memoryMb, preload }: WorkerOptions): Worker {
  const child = fork(fileURLToPath(program), preload, {
    execPath: pinnedNode(),
    // a function that leaks ends as it would in Lambda, instead of making the machine swap
    // a larger young generation only holds buffers longer: peaks of 230 MB against 150 MB, at the same speed
    execArgv: [`--max-old-space-size=${memoryMb}`, '--max-semi-space-size=4'],
    env: { ...env },
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  const state: State = { child, peakRssBytes: 0, invocations: 0, warm: new Set(), killedFor: null, ended: null };
  const gone = whenGone(state);
  return {
    pid: child.pid ?? -1,
    warm: state.warm,
    gone: gone.then(() => undefined),
    get usable() {
      return child.connected && !child.killed && state.ended === null;
    },
    get peakRssBytes() {
      return state.peakRssBytes;
    },
    get invocations() {
      return state.invocations;
    },
    call: (call) => callHandler(state, gone, call),
    kill: (error) => kill(state, error ?? null),
    release() {
      if (child.connected) child.disconnect();
      const patience = setTimeout(() => kill(state, null), 1_000);
      void gone.then(() => clearTimeout(patience));
    },
  };
}

interface State {
  readonly child: ChildProcess;
  peakRssBytes: number;
  invocations: number;
  readonly warm: Set<string>;
  /** What its running call is told, where it was killed on purpose. */
  killedFor: InvocationError | null;
  /** How it ended, once it has. */
  ended: string | null;
}

async function callHandler(state: State, gone: Promise<string>, call: Call): Promise<unknown> {
  state.invocations += 1;
  state.warm.add(call.functionName);
  const timer = setTimeout(() => kill(state, timedOut(call)), call.deadline - Date.now());
  try {
    const reply = await replyOrEnd(state, gone, call);
    state.peakRssBytes = reply.peakRssBytes;
    if ('result' in reply) return JSON.parse(reply.result) as unknown;
    throw new InvocationError(reply.errorType, reply.errorMessage, reply.trace);
  } finally {
    clearTimeout(timer);
  }
}

async function replyOrEnd(state: State, gone: Promise<string>, call: Call): Promise<Reply> {
  const { child } = state;
  let listen = (_message: unknown): void => undefined;
  const reply = new Promise<Reply>((resolve) => {
    listen = (message) => resolve(message as Reply);
    child.once('message', listen);
  });
  // a worker that died a moment ago takes no message; `gone` then says how it died
  child.send(call, () => undefined);
  const first = await Promise.race([reply, gone]);
  if (typeof first !== 'string') return first;
  child.off('message', listen);
  const crashed = `RequestId: ${call.requestId} Error: Runtime exited with error: ${first}`;
  throw state.killedFor ?? new InvocationError('Runtime.ExitError', crashed);
}

function kill(state: State, error: InvocationError | null): void {
  state.killedFor ??= error;
  state.child.kill('SIGKILL');
}

/** Says how it ended, much as Lambda does: `signal: SIGKILL`, `exit status 1`. */
function whenGone(state: State): Promise<string> {
  return new Promise((resolve) => {
    const end = (how: string): void => {
      state.ended ??= how;
      resolve(how);
    };
    state.child.once('error', (error) => end(`the process could not be started: ${error.message}`));
    state.child.once('exit', (code, signal) => end(signal === null ? `exit status ${code}` : `signal: ${signal}`));
  });
}

function timedOut({ requestId, deadline, functionName, timeoutError }: Call): InvocationError {
  const at = new Date(deadline).toISOString();
  return new InvocationError(
    timeoutError,
    `RequestId: ${requestId} Error: ${functionName} ran until its time limit, ${at}`,
  );
}

/** Lambda's own version, which this repository's npm package `node` brings, also where the command runs on another. */
function pinnedNode(): string {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  return ownNode24() ?? process.execPath;
}

/** Null where it is not installed, as in somebody's project, or is another one. */
function ownNode24(): string | null {
  const require = createRequire(import.meta.url);
  try {
    const described = require.resolve('node/package.json');
    const { version } = JSON.parse(readFileSync(described, 'utf8')) as { readonly version: string };
    const program = join(dirname(described), 'bin/node');
    return version.startsWith('24.') && existsSync(program) ? program : null;
  } catch {
    return null;
  }
}
