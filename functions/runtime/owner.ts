import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { LeaseOwner } from '../core/lease-owner.ts';

/**
 * The process that runs an embedded load, so that a lease whose owner died is replaced at once. A pid alone is not
 * enough, it is used again: startedAt says which process it was (Linux: boot id and start tick, else what ps prints).
 */
export function thisOwner(pid: number = process.pid): LeaseOwner {
  const startedAt = startOf(pid);
  if (startedAt === null) throw new Error(`process ${pid} does not run, so it can own nothing`);
  return { pid, startedAt, host: hostname() };
}

/** False only where the owner is certainly gone; an owner on another host counts as alive, its lease expires by time. */
export function ownerIsAlive(owner: LeaseOwner): boolean {
  if (owner.host !== hostname()) return true;
  return startOf(owner.pid) === owner.startedAt;
}

function startOf(pid: number): string | null {
  return process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
}

/** Field 22 of /proc/<pid>/stat counts ticks since boot, hence the boot id. A zombie (state Z) runs nothing any more. */
function startOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // field 2 is the command in parentheses and may hold anything, so fields are counted from the last one
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

/** ps answers with exit code 1 and no output where there is no such process. */
function startByPs(pid: number): string | null {
  try {
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } } as const;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || null;
  } catch (error) {
    if ((error as { status?: unknown }).status === 1) return null;
    throw error;
  }
}
