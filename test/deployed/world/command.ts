import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Deployment } from '../../../localstack/deploy/outputs.ts';
import { ownAccount } from './account.ts';

/** `npm run deploy:localstack` in a project for this database; what it says goes to this run's stderr. Throws where it deployed nothing. */
export async function deployByCommand(project: string, url: string): Promise<Deployment> {
  const child = spawn(process.execPath, [join(project, 'localstack/deploy/main.ts')], {
    env: { ...process.env, DATABASE_URL: url, ...functionsUrl(url) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = (await text(child.stdout)).split('\n');
  if (lines.length !== 2)
    throw new Error(`deploy:localstack printed ${lines.length - 1} lines, not one; what it said is above`);
  return JSON.parse(lines[0] ?? '') as Deployment;
}

/** How a command ended, and what it said. */
export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `landfall` in a project, with the usual settings of a person who has an account there. */
export async function typeCommand(project: string, words: readonly string[]): Promise<Typed> {
  const child = spawn(process.execPath, [join(project, 'cli/main.ts'), ...words], {
    env: {
      ...process.env,
      AWS_REGION: ownAccount.region,
      AWS_ACCESS_KEY_ID: ownAccount.account,
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return await endOf(child);
}

/** Waits for a program to end. */
export async function endOf(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Promise<Typed> {
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code: code ?? -1, out, err };
}

/** How the functions reach this database, where that is another way than this process's. */
export function functionsUrl(databaseUrl: string): Record<string, string> {
  const given = process.env['LANDFALL_FUNCTIONS_DATABASE_URL'];
  if (!given) return {};
  const url = new URL(given);
  url.pathname = new URL(databaseUrl).pathname;
  return { LANDFALL_FUNCTIONS_DATABASE_URL: url.href };
}
