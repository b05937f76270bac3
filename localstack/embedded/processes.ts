import { readFile } from 'node:fs/promises';
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

/** True once a process has ended, whoever its parent is. */
export async function isGone(pid: number): Promise<boolean> {
  return (await commandLineOf(pid)) === null;
}
