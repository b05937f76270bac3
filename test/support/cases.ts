import { randomInt } from 'node:crypto';

/** `npm run test:long` sets it: how many times the cases of `npm test` a property over whole loads has. */
const times = Number(process.env['LANDFALL_TEST_TIMES'] ?? 1);
/** Another one in each run; given, the same cases come again. */
const seed = Number(process.env['LANDFALL_TEST_SEED'] ?? randomInt(2 ** 31));

/** The cases of a property whose case is a whole load: a few in `npm test`, a hundred times as many in the long run. */
export function cases(few: number): { numRuns: number; seed: number } {
  if (times > 1) process.stdout.write(`${few * times} cases, LANDFALL_TEST_SEED=${seed}\n`);
  return { numRuns: few * times, seed };
}

/** The time-out of such a test: five seconds a load, ten times what it takes, for a machine that does other things too. */
export function casesTimeout(loads: number): number {
  return Math.max(240_000, loads * times * 5_000);
}
