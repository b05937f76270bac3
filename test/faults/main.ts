import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentOf, type FaultsPlan, faultsPlan } from './plan.ts';

/** As in sysexits.h: the command was typed wrongly. */
const wrongUsage = 64;

const usage = `npm run faults -- [--seed N] [--moments N] [test name ...]

Kills workers and whole commands at random moments of a load and of its undo, cuts their connections to PostgreSQL at random messages, runs
the same command again, and compares tables and counts with a run that nothing happened to. Does so with a set of files, and
with two sets that share files, while a reader polls. Does so, and crashes the server,
while a load's indexes are dropped, and compares them with what they were. Lets files arrive at random for
a table that is held, kills some of their commands, and compares the order in which the others are merged with their age.
  --seed N      replays a run (default: a new one, printed)
  --moments N   random moments, or arrivals, of each kind (default 20)`;

const planned = planFrom(process.argv.slice(2));
if (typeof planned === 'string') {
  process.stderr.write(`${planned}\n\n${usage}\n`);
  process.exitCode = wrongUsage;
} else {
  process.stdout.write(`seed ${planned.plan.seed}; again with: npm run faults -- --seed ${planned.plan.seed}\n`);
  run(planned.plan, planned.filters);
}

/** The plan that was asked for, or what is wrong with the asking. */
function planFrom(args: readonly string[]): { plan: FaultsPlan; filters: readonly string[] } | string {
  try {
    const options = { seed: { type: 'string' }, moments: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const { seed = String(randomInt(1, 2 ** 31)), moments = '20' } = values;
    const plan = faultsPlan({ LANDFALL_FAULTS_SEED: seed, LANDFALL_FAULTS_MOMENTS: moments });
    return { plan, filters: positionals };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function run(plan: FaultsPlan, filters: readonly string[]): void {
  const name = filters.length === 0 ? [] : ['--testNamePattern', filters.join(' ')];
  const vitest = spawn(
    process.execPath,
    [resolve('node_modules/vitest/vitest.mjs'), 'run', '--project', 'faults', ...name],
    {
      stdio: 'inherit',
      env: { ...process.env, ...environmentOf(plan) },
    },
  );
  vitest.on('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal !== null) process.stderr.write(`the tests were ended by ${signal}\n`);
  });
}
