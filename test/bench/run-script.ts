import { fileURLToPath } from 'node:url';
import { runProgram } from '../../localstack/embedded/server/run-program.ts';
import type { BenchDatabase } from './databases.ts';
import { type Bench, type Command, type Measured, measure } from './measure.ts';
import type { ScriptClient } from './options.ts';
import { csvOptions, type ScriptStep } from './peers.ts';

/** What feeds the scripts: psql as it is installed, or our own small client. */
export interface Client {
  readonly name: ScriptClient;
  /** With its version. */
  readonly label: string;
}

/** The wished client, or psql where it is on the PATH, else our own. Throws where psql is wished and missing. */
export async function chooseClient(wished: ScriptClient | undefined): Promise<Client> {
  const own: Client = { name: 'node', label: 'script-client.ts (one connection, COPY in chunks of 1 MiB)' };
  if (wished === 'node') return own;
  const psql = await runProgram('psql', ['--version']).catch(() => null);
  if (psql?.code === 0) return { name: 'psql', label: psql.output.trim() };
  if (wished === 'psql') throw new Error('--client psql: there is no psql on the PATH. Leave the option out.');
  return own;
}

/** Runs a script in a process of its own, one connection, each statement its own transaction, as psql does. */
export async function runScript(
  bench: Bench,
  client: Client,
  script: { readonly steps: readonly ScriptStep[]; readonly database: BenchDatabase; readonly file: string },
): Promise<Measured> {
  const measured = await measure(bench, client.name === 'psql' ? psqlCommand(script) : ownCommand(script));
  if (client.name === 'psql') return measured;
  // without the start of a runtime that the script's author would not have
  const { milliseconds } = JSON.parse(measured.stdout) as { milliseconds: number };
  return { ...measured, wallMs: milliseconds };
}

type Script = Parameters<typeof runScript>[2];

function psqlCommand({ steps, database, file }: Script): Command {
  const lines = steps.map((step) =>
    'sql' in step
      ? `${step.sql};`
      : `\\copy ${step.copyInto} from ${psqlSource(file)} with (${step.options ?? csvOptions})`,
  );
  return {
    program: 'psql',
    arguments: ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', database.url],
    environment: { ...plainEnvironment(), PGCLIENTENCODING: 'UTF8' },
    input: `${lines.join('\n')}\n`,
  };
}

function psqlSource(file: string): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return file.endsWith('.gz') ? `program ${quoted(`gzip -dc ${quoted(file)}`)}` : quoted(file);
}

function ownCommand({ steps, database, file }: Script): Command {
  return {
    program: process.execPath,
    arguments: [fileURLToPath(new URL('script-client.ts', import.meta.url))],
    environment: plainEnvironment(),
    input: JSON.stringify({ steps, url: database.url, file }),
  };
}

/** Nothing of the caller's PostgreSQL settings changes what is measured. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PG|^DATABASE_URL$/.test(name)));
}
