/** How a run of the kill tests goes; the same plan gives the same kills. */
export interface FaultsPlan {
  /** Of every random choice: which process dies, and when. */
  readonly seed: number;
  /** Random moments at which something is killed or cut, a test each and of each kind. */
  readonly moments: number;
}

const names = { seed: 'LANDFALL_FAULTS_SEED', moments: 'LANDFALL_FAULTS_MOMENTS' } as const;
type Setting = keyof typeof names;

/** The plan that `npm run faults -- --seed N --moments N` asked for; 20 moments from seed 1 where a test is run by itself. */
export function faultsPlan(environment: NodeJS.ProcessEnv = process.env): FaultsPlan {
  return {
    seed: wholeNumber('seed', environment[names.seed] ?? '1'),
    moments: wholeNumber('moments', environment[names.moments] ?? '20'),
  };
}

/** The plan as the environment of the test processes. */
export function environmentOf({ seed, moments }: FaultsPlan): Readonly<Record<string, string>> {
  return { [names.seed]: String(seed), [names.moments]: String(moments) };
}

function wholeNumber(setting: Setting, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 2 ** 31) {
    const given = `--${setting} (or ${names[setting]}) is ${JSON.stringify(text)}`;
    throw new RangeError(`${given}; it must be a whole number from 1 to ${2 ** 31}`);
  }
  return value;
}
