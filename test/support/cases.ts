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

/** The time-out of such a test: two seconds a load, five times what it takes. */
export function casesTimeout(loads: number): number {
  return Math.max(60_000, loads * times * 2_000);
}
