import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isGone } from '../../localstack/embedded/server/processes.ts';

let command: ChildProcess;
let pids: number[];

beforeEach(async () => {
  const script = fileURLToPath(new URL('../fixtures/use-pool.ts', import.meta.url));
  command = spawn(process.execPath, [script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  pids = JSON.parse(await nextLine()) as number[];
});

afterEach(async () => {
  if (command.exitCode === null && command.signalCode === null) {
    command.kill('SIGKILL');
    await once(command, 'exit');
  }
});

async function nextLine(): Promise<string> {
  const [chunk] = (await once(command.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return chunk.toString();
}

const allGone = async (): Promise<boolean> => (await Promise.all(pids.map((pid) => isGone(pid)))).every(Boolean);

test('a command that is killed takes its busy processes with it', async () => {
  expect(pids).toHaveLength(2);
  expect(await allGone()).toBe(false);
  command.kill('SIGKILL');
  await expect.poll(allGone, { timeout: 3_000 }).toBe(true);
});

test('Ctrl-C in the terminal reaches the command alone: it decides what becomes of its processes', async () => {
  process.kill(-(command.pid ?? 0), 'SIGINT');
  expect(await nextLine()).toBe('interrupted\n');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await Promise.all(pids.map((pid) => isGone(pid)))).toEqual([false, false]);
});
