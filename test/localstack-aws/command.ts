import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../localstack/cli/context.ts';
import type { Deployment } from '../../localstack/deploy/outputs.ts';

/** `npm run deploy:localstack` for this database; what it says goes to this run's stderr. Throws where it deployed nothing. */
export async function deployByCommand(url: string, more: Readonly<Record<string, string>>): Promise<Deployment> {
  const child = spawn(process.execPath, [join(projectFolder, 'localstack/deploy/main.ts')], {
    env: { ...process.env, DATABASE_URL: url, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString().split('\n');
  if (lines.length !== 2)
    throw new Error(`deploy:localstack printed ${lines.length - 1} lines, not one; what it said is above`);
  return JSON.parse(lines[0] ?? '') as Deployment;
}

/** How the functions reach a database of this run, where that is another way than this process's. */
export function functionsUrl(database: string): Record<string, string> {
  const given = process.env['LANDFALL_FUNCTIONS_DATABASE_URL'];
  if (!given) return {};
  const url = new URL(given);
  url.pathname = `/${database}`;
  return { LANDFALL_FUNCTIONS_DATABASE_URL: url.href };
}
