import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
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
  /** Lets it end by itself; for idle ones. */
  release(): void;
}

export interface WorkerOptions {
  /** All of the environment: nothing is inherited, as in Lambda. */
  readonly env: Readonly<Record<string, string>>;
  /** Where stdout and stderr go; undefined: nowhere. */
  readonly logDescriptor: number | undefined;
  readonly memoryMb: number;
  /** Modules to load at once, before the first call. */
  readonly preload: readonly URL[];
}

/**
 * Starts a process in a session of its own: a Ctrl-C in the terminal reaches the command alone, which decides what
 * becomes of its workers. They leave by themselves when the command is gone.
 */
export function startWorker({ env, logDescriptor, memoryMb, preload }: WorkerOptions): Worker {
  const output = logDescriptor ?? 'ignore';
  const child = fork(
    fileURLToPath(new URL('worker-main.ts', import.meta.url)),
    preload.map(({ href }) => href),
    {
      execPath: pinnedNode(),
      // a function that leaks ends as it would in Lambda, instead of making the machine swap
      execArgv: [`--max-old-space-size=${memoryMb}`],
      env: { ...env },
      detached: true,
      stdio: ['ignore', output, output, 'ipc'],
    },
  );
  const state = { peakRssBytes: 0, invocations: 0, warm: new Set<string>(), endedBy: null as InvocationError | null };
  const gone = whenGone(child);
  return {
    pid: child.pid ?? -1,
    gone: gone.then(() => undefined),
    warm: state.warm,
    get usable() {
      return child.connected && !child.killed && child.exitCode === null && child.signalCode === null;
    },
    get peakRssBytes() {
      return state.peakRssBytes;
    },
    get invocations() {
      return state.invocations;
    },
    async call(call) {
      state.invocations += 1;
      state.warm.add(call.functionName);
      const timer = setTimeout(() => end(child, state, timedOut(call)), call.deadline - Date.now());
      try {
        const reply = await replyOrEnd(child, gone, call, () => state.endedBy);
        state.peakRssBytes = reply.peakRssBytes;
        if ('result' in reply) return JSON.parse(reply.result) as unknown;
        throw new InvocationError(reply.errorType, reply.errorMessage, reply.trace);
      } finally {
        clearTimeout(timer);
      }
    },
    kill: (error) => end(child, state, error ?? null),
    release() {
      if (child.connected) child.disconnect();
    },
  };
}

function end(child: ChildProcess, state: { endedBy: InvocationError | null }, error: InvocationError | null): void {
  state.endedBy ??= error;
  child.kill('SIGKILL');
}

async function replyOrEnd(
  child: ChildProcess,
  gone: Promise<string>,
  call: Call,
  endedBy: () => InvocationError | null,
): Promise<Reply> {
  const listening = new AbortController();
  try {
    const reply = once(child, 'message', { signal: listening.signal }) as Promise<[Reply]>;
    // a worker that died a moment ago takes no message; `gone` then says how it died
    child.send(call, () => undefined);
    const first = await Promise.race([reply.then(([message]) => message), gone]);
    if (typeof first !== 'string') return first;
    throw (
      endedBy() ??
      new InvocationError(
        'Runtime.ExitError',
        `RequestId: ${call.requestId} Error: Runtime exited with error: ${first}`,
      )
    );
  } finally {
    listening.abort();
  }
}

/** Says how it ended, much as Lambda does: `signal: SIGKILL`, `exit status 1`. */
function whenGone(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`the process could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit status ${code}` : `signal: ${signal}`));
  });
}

function timedOut({ requestId, deadline, functionName, timeoutError }: Call): InvocationError {
  const at = new Date(deadline).toISOString();
  return new InvocationError(
    timeoutError,
    `RequestId: ${requestId} Error: ${functionName} ran until its time limit, ${at}`,
  );
}

/** Lambda's own version, which the npm package `node` brings, also where the command runs on another. */
function pinnedNode(): string {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const pinned = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node');
  return existsSync(pinned) ? pinned : process.execPath;
}
