import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from '../../../functions/core/sql.ts';
import { execute, withClient } from '../../../functions/db/client.ts';
import { packageFolder } from '../../../project/own-package.ts';
import { endedChildrenCpu } from '../processes.ts';

/**
 * `npm run bench:start [-- --runs N] [--program FILE]`: what a load of ten lines takes from Return to prompt, into a server and a
 * ledger that are warm: wall, and CPU of the command with its worker. FILE is the command of an installed package
 * (node_modules/landfall/dist/cli/landfall.mjs); else the sources of this repository are run.
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' }, program: { type: 'string' } } });
const home = mkdtempSync(join(tmpdir(), 'landfall-start-'));
const sources = ['--import', join(packageFolder, 'cli/check-node.mjs'), join(packageFolder, 'cli/main.ts')];
const program = values.program === undefined ? sources : [values.program];

function landfall(...words: readonly string[]): string {
  const { INIT_CWD: _typedIn, DATABASE_URL: _url, ...inherited } = process.env;
  const env = { ...inherited, LANDFALL_HOME: join(home, 'home') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...words], {
    cwd: home,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`landfall ${words.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}

function loadOf(name: string): void {
  const lines = Array.from({ length: 10 }, (_, i) => `${i},name ${i},${i}.5,2026-01-0${(i % 9) + 1}\n`);
  writeFileSync(join(home, name), `id,name,amount,day\n${lines.join('')}`);
  landfall('load', name, '--into', 'public.t', '--key', 'id');
}

async function measured(name: string): Promise<{ readonly wall: number; readonly cpu: number }> {
  const [before, startedAt] = [await endedChildrenCpu(), performance.now()];
  loadOf(name);
  const wall = performance.now() - startedAt;
  return { wall, cpu: ((await endedChildrenCpu()) ?? 0) - (before ?? 0) };
}

const inOrder = (all: readonly number[]): string =>
  all
    .toSorted((one, other) => one - other)
    .map((milliseconds) => (milliseconds / 1_000).toFixed(2))
    .join(' ');

try {
  await withClient({ connectionString: landfall('url'), applicationName: 'bench' }, async (db) => {
    await execute(db, sql`create table public.t (id bigint primary key, name text, amount numeric(12,2), day date)`);
  });
  // caches of compiled code, the ledger, the server's own
  loadOf('warm.csv');
  loadOf('warmer.csv');
  const runs: Awaited<ReturnType<typeof measured>>[] = [];
  for (let i = 0; i < Number(values.runs); i += 1) runs.push(await measured(`ten-${i}.csv`));
  process.stdout.write(`wall s        ${inOrder(runs.map(({ wall }) => wall))}\n`);
  process.stdout.write(`client CPU s  ${inOrder(runs.map(({ cpu }) => cpu))}\n`);
  process.stdout.write(`load average  ${loadavg()[0]?.toFixed(1)}\n`);
} finally {
  landfall('stop');
  rmSync(home, { recursive: true, force: true });
}
