import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Null where the command printed none. */
  readonly report: LoadReport | null;
  readonly stderr: string;
}

/** The real command as a process of its own, in a session of its own, so that all of it can be killed. */
export class Command {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(args: readonly string[], home: string) {
    // those of the test's own process are another pipeline's, and its folder may be gone
    const { LANDFALL_REPORTS: _reports, ...environment } = process.env;
    this.process = spawn(process.execPath, [main, ...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, LANDFALL_HOME: home },
    });
    this.ended = collect(this.process);
  }

  /** The command and every process it started, its workers first. */
  pids(): readonly number[] {
    const { pid } = this.process;
    return pid === undefined ? [] : [...this.workers(), pid];
  }

  /** Processes that run the functions: children of the command. */
  workers(): readonly number[] {
    const { pid } = this.process;
    return pid === undefined ? [] : childrenOf(pid);
  }

  /** SIGKILL to the command and all of its workers, at once. */
  killAll(): void {
    for (const pid of this.pids()) kill(pid);
  }
}

/** SIGKILL; a process that has just ended is no error. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // it has just ended
    return null;
  }
}

async function collect(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('close', (...ended) => resolve(ended));
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return { code, signal, report: last === '' ? null : (JSON.parse(last) as LoadReport), stderr };
}

/**
 * One worker of a load, or all of it, is killed at a moment of it.
 * @param whom 0 to 1, of the workers there are.
 * @returns how the command ended, and whether the kill met somebody
 */
export async function struck(
  command: Command,
  { afterMs, whom, all }: { readonly afterMs: number; readonly whom: number; readonly all: boolean },
): Promise<{ readonly first: Ended; readonly isHit: boolean }> {
  await Promise.race([sleep(afterMs), command.ended]);
  const workers = command.workers();
  const victim = workers[Math.floor(whom * workers.length)];
  if (all) command.killAll();
  const hitWorker = !all && victim !== undefined && kill(victim);
  const first = await command.ended;
  return { first, isHit: hitWorker || first.signal === 'SIGKILL' };
}
