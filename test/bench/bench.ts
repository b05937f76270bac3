import { dataFile } from './data-files.ts';
import { jsonFiles } from './json-file.ts';
import { requireRoom, thisMachine } from './machine.ts';
import { loadGrown, loadSmall, warmUp } from './once.ts';
import type { BenchOptions } from './options.ts';
import { runRound, type Round } from './rounds.ts';
import { withSetup } from './setup.ts';
import { summarise, type Summary } from './summary.ts';

/** Generates, warms up, runs every round, and sums up. Throws where any contestant ended with other rows. */
export async function runBench(
  options: BenchOptions,
  world: { signal: AbortSignal; note: (line: string) => void },
): Promise<Summary> {
  const machine = thisMachine();
  await requireRoom(options);
  const { rows, runs, seed, sorted, only } = options;
  world.note(`generating ${rows} rows, unless they are there from an earlier run`);
  const clean = await dataFile({ kind: 'clean', rows, seed, sorted });
  const dirty = only.includes('w5') ? await dataFile({ kind: 'dirty', rows, seed, sorted }) : null;
  const json = only.includes('w7') ? await jsonFiles(clean) : null;
  return await withSetup(options, world, async (setup) => {
    const baseline = await warmUp(setup, clean);
    const rounds: Round[] = [];
    for (let round = 1; round <= runs; round += 1) {
      world.note(`run ${round} of ${runs}`);
      rounds.push(await runRound(setup, { clean, dirty, json }, round));
    }
    const small = only.includes('memory') ? await loadSmall(setup) : null;
    const grown = options.growth ? await loadGrown(setup) : null;
    return summarise(setup, { machine, rounds, baseline, fileBytes: clean.bytes, small, grown });
  });
}

/** 1 MB of WAL a million rows, and never less than a hundredth of that: a page or two that something else touched. */
export function brokenPromises({ rows, w4, again }: Summary): readonly string[] {
  const limit = Math.max(10_000, rows);
  const broken: string[] = [];
  if (w4 !== null && w4.targetWalBytes > limit) {
    broken.push(
      `W4 wrote ${w4.targetWalBytes} bytes of WAL on the target though nothing changed; the limit is ${limit}`,
    );
  }
  if (again?.fileWasRead === true) broken.push('loading the same object again read the file');
  return broken;
}
