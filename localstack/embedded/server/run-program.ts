import { spawn } from 'node:child_process';

/** Who runs a program; undefined ids: this process's own user. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** stdout and stderr together, in order of arrival. */
  readonly output: string;
}

/** Runs a program to its end, in a C locale so that its messages can be recognised; rejects where it cannot be started. */
export function runProgram(
  program: string,
  programArguments: readonly string[],
  options: { runAs?: RunAs; input?: string; cwd?: string } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      ...options.runAs,
      cwd: options.cwd ?? '/',
      env: serverEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    // a program that ends without reading its input is judged by its exit code
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
}

/** Nothing of the caller's PG* variables reaches the server; messages are English, so that they can be recognised. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
