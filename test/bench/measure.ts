import { type ChildProcess, spawn } from 'node:child_process';
import { sql } from '../../functions/core/sql.ts';
import { type Db, execute, one } from '../../functions/db/client.ts';
import { bytesRead, endedChildrenCpu, type PeakMemory, serverCpu, watchMemory } from './processes.ts';

/** A program as a person would start it. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly input?: string;
}

/** What is measured, and who may stop it. */
export interface Bench {
  /** The benchmark's own connection; idle while something is measured. */
  readonly admin: Db;
  readonly postmaster: number;
  readonly signal: AbortSignal;
}

export interface Measured {
  /** From starting the command to its end. */
  readonly wallMs: number;
  /** User and system time of the command with all its processes. */
  readonly clientCpuMs: number | null;
  /** User and system time of all processes of the server. */
  readonly serverCpuMs: number | null;
  /** Of the whole cluster. */
  readonly walBytes: number;
  readonly walFrom: string;
  readonly walTo: string;
  /** What the command's processes read, from files and sockets alike. */
  readonly readBytes: number | null;
  /** Of the command's largest single process, itself left out where it has others. */
  readonly workerPeakBytes: number | null;
  readonly commandPeakBytes: number | null;
  readonly stdout: string;
}

/** Runs a command after a CHECKPOINT. Throws where it fails, with the end of what it said. */
export async function measure(
  { admin, postmaster, signal }: Bench,
  command: Command,
  options: { memory: boolean } = { memory: true },
): Promise<Measured> {
  await execute(admin, sql`checkpoint`);
  const before = await account(admin, postmaster);
  const { stdout, peak, wallMs } = await run(command, signal, options);
  const after = await account(admin, postmaster);
  return {
    wallMs,
    clientCpuMs: difference(before.clientCpu, after.clientCpu),
    serverCpuMs: difference(before.serverCpu, after.serverCpu),
    walBytes: await walBetween(admin, before.wal, after.wal),
    walFrom: before.wal,
    walTo: after.wal,
    readBytes: difference(before.read, after.read),
    workerPeakBytes: peak?.workerBytes ?? peak?.commandBytes ?? null,
    commandPeakBytes: peak?.commandBytes ?? null,
    stdout,
  };
}

interface Account {
  readonly wal: string;
  readonly clientCpu: number | null;
  readonly serverCpu: number | null;
  readonly read: number | null;
}

async function account(admin: Db, postmaster: number): Promise<Account> {
  const { wal } = await one<{ wal: string }>(admin, sql`select pg_current_wal_insert_lsn()::text as wal`);
  const [clientCpu, server, read] = [await endedChildrenCpu(), await serverCpu(postmaster), await bytesRead()];
  return { wal, clientCpu, serverCpu: server, read };
}

async function walBetween(admin: Db, from: string, to: string): Promise<number> {
  const { bytes } = await one<{ bytes: number }>(
    admin,
    sql`select pg_wal_lsn_diff(${to}::pg_lsn, ${from}::pg_lsn)::bigint as bytes`,
  );
  return bytes;
}

interface Ended {
  readonly stdout: string;
  readonly wallMs: number;
  readonly peak: PeakMemory | null;
}

async function run(command: Command, signal: AbortSignal, { memory }: { memory: boolean }): Promise<Ended> {
  signal.throwIfAborted();
  const startedAt = performance.now();
  const child = spawn(command.program, command.arguments, { env: { ...command.environment }, stdio: 'pipe' });
  const watching = memory && child.pid !== undefined ? watchMemory(child.pid) : null;
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  // a program that ends without reading its input is judged by its exit code
  child.stdin.on('error', () => undefined);
  child.stdin.end(command.input ?? '');
  const ended = await howItEnded(child);
  const wallMs = Math.round(performance.now() - startedAt);
  signal.removeEventListener('abort', stop);
  const peak = (await watching?.stop()) ?? null;
  signal.throwIfAborted();
  if (ended !== null) {
    const tail = `${said.stdout}\n${said.stderr}`.trim().slice(-2_000);
    throw new Error(`${[command.program, ...command.arguments.slice(0, 2)].join(' ')} ${ended}:\n${tail}`);
  }
  return { stdout: said.stdout, wallMs, peak };
}

/** null where it ended well. */
function howItEnded(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, by) => resolve(code === 0 ? null : `ended with ${by ?? `exit code ${code}`}`));
  });
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}
