import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** The command line of a process, or null where there is no such process (a zombie has none either). */
export async function commandLineOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text === '' ? null : text.replaceAll('\0', ' ').trim();
  }
  const { output } = await runProgram('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return output.trim() || null;
}

/** The uid of who started a process (its real one: a set-uid program changes the other), or null where there is none. */
export async function userOf(pid: number): Promise<number | null> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const uid = /^Uid:\t(\d+)\t/m.exec(status)?.[1];
    return uid === undefined ? null : Number(uid);
  }
  const { code, output } = await runProgram('ps', ['-o', 'ruid=', '-p', String(pid)]);
  return code === 0 && /^\s*\d+\s*$/.test(output) ? Number(output) : null;
}

/** True once a process has ended, whoever its parent is. */
export async function isGone(pid: number): Promise<boolean> {
  return (await commandLineOf(pid)) === null;
}

/**
 * Ends the processes that a killed server left behind: one in the middle of a statement does not notice for as long as
 * that takes, and no server can start on its directory. They work in that directory, and Linux tells; elsewhere they
 * are waited for. Only to be called when the server itself is gone.
 */
export async function endOrphans(dataDirectory: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const owner = (await lstat(dataDirectory)).uid;
  for (const pid of (await readdir('/proc')).map(Number).filter(Number.isInteger)) {
    // gone meanwhile, or another user's: not ours
    const directory = await readlink(join('/proc', String(pid), 'cwd')).catch(() => '');
    if (directory !== dataDirectory || !(await commandLineOf(pid))?.startsWith('postgres: ')) continue;
    if ((await userOf(pid)) !== owner) continue;
    try {
      process.kill(pid, 'SIGQUIT');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
