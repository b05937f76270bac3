import { parseArgs } from 'node:util';

/** What can be measured; `--only` names some of them. */
export const workloads = ['w1', 'w4', 'w5', 'w7', 'again', 'memory', 'w3', 'w8', 'w10', 'w11', 'w12', 'w13'] as const;
export type Workload = (typeof workloads)[number];

/** Minutes each, with tables of their own: only where they are named. */
export const apart: readonly Workload[] = ['w3', 'w8', 'w10', 'w11', 'w12', 'w13'];
const usual = workloads.filter((name) => !apart.includes(name));

/** Who feeds the peers' scripts to the server. */
export type ScriptClient = 'psql' | 'node';

export interface BenchOptions {
  /** Records of the measured files. */
  readonly rows: number;
  /** Rounds; every contestant runs once in each. */
  readonly runs: number;
  readonly seed: number;
  readonly only: readonly Workload[];
  /** Also a file five times as large. */
  readonly growth: boolean;
  /** Ids rise from 1; otherwise they are in random order. */
  readonly sorted: boolean;
  /** The target has CHECK constraints too. */
  readonly checks: boolean;
  /** undefined: psql where it is installed. */
  readonly client?: ScriptClient;
  /** Of w8: rows that the table holds before. */
  readonly there: number;
  /** MB of shared_buffers; undefined: 2 GB, less on a small machine. */
  readonly sharedBuffersMb?: number;
  readonly json: boolean;
}

export type Asked =
  | { readonly kind: 'bench'; readonly options: BenchOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'clean' };

export const usage = `npm run bench -- [options]

Loads generated orders with the landfall command and with the SQL scripts that people write, in turn, on a throwaway
PostgreSQL 17, proves that all end with the same rows, and prints wall, CPU, WAL, memory and the ratios.
  --rows N        records of the measured file (default 1,000,000, about 2 minutes a run)
  --runs N        rounds, each contestant once in each (default 2; of w3, w8 and w10 to w13 3)
  --only LIST     some of ${usual.join(',')} (default all), or of ${apart.join(',')}:
                  w3 upserts --rows into ten times as many with three indexes, 0, 50 and 100 % of them there, beside H1,
                  w8 seeds an empty table with four indexes, w10 upserts --rows into ten times as many beside live traffic,
                  w11 loads with cleaning steps, needed and not, plain and costly, and without,
                  w12 loads the same rows sound and with faults in every tenth record,
                  w13 loads with lineage, with derived columns and with neither
  --growth        also a file of five times as many rows
  --there N       with --only w8: rows that the table holds before (default 0, a seed)
  --shared-buffers MB  of the server (default 2048, less on a small machine)
  --sorted        ids rise from 1 (default: in random order, which is harder on the target's index)
  --checks        the target has two CHECK constraints
  --client NAME   psql or node feeds the peers' scripts (default: psql where it is installed)
  --seed N        of the generated rows (default 1)
  --json          one JSON object on stdout; everything else on stderr
  --clean         removes the generated files that are kept between runs, and ends`;

/** Throws an Error with every problem of the line. */
export function readOptions(args: readonly string[]): Asked {
  const { values } = parseArgs({ args: [...args], options: specs, strict: true });
  if (values.help === true) return { kind: 'help' };
  if (values.clean === true) return { kind: 'clean' };
  const problems: string[] = [];
  const options: BenchOptions = {
    // below this only start-up would be measured; above, ids would not fit the generator's 31 bits when grown fivefold
    rows: wholeNumber('rows', values.rows ?? '1000000', { from: 1_000, to: 400_000_000 }, problems),
    runs: wholeNumber(
      'runs',
      values.runs ?? (apart.some((name) => values.only?.includes(name)) ? '3' : '2'),
      { from: 1, to: 100 },
      problems,
    ),
    seed: wholeNumber('seed', values.seed ?? '1', { from: 0, to: 2 ** 31 - 1 }, problems),
    only: readWorkloads(values.only, problems),
    growth: values.growth === true,
    sorted: values.sorted === true,
    checks: values.checks === true,
    there: wholeNumber('there', values.there ?? '0', { from: 0, to: 400_000_000 }, problems),
    ...(values['shared-buffers'] !== undefined && {
      sharedBuffersMb: wholeNumber('shared-buffers', values['shared-buffers'], { from: 16, to: 2 ** 20 }, problems),
    }),
    json: values.json === true,
    ...readClient(values.client, problems),
  };
  if (options.only.some((name) => apart.includes(name)) && !options.only.every((name) => apart.includes(name))) {
    problems.push(`--only: ${apart.slice(0, -1).join(', ')} and ${apart.at(-1)} run without the others`);
  }
  if (options.there > 0 && !options.only.every((name) => name === 'w8')) problems.push('--there goes with --only w8');
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { kind: 'bench', options };
}

const specs = {
  rows: { type: 'string' },
  runs: { type: 'string' },
  only: { type: 'string' },
  seed: { type: 'string' },
  client: { type: 'string' },
  there: { type: 'string' },
  'shared-buffers': { type: 'string' },
  growth: { type: 'boolean' },
  sorted: { type: 'boolean' },
  checks: { type: 'boolean' },
  json: { type: 'boolean' },
  clean: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function wholeNumber(
  option: string,
  typed: string,
  { from, to }: { from: number; to: number },
  problems: string[],
): number {
  const number = /^[\d_,]+$/.test(typed) ? Number(typed.replaceAll(/[_,]/g, '')) : Number.NaN;
  if (!(number >= from && number <= to)) {
    problems.push(`--${option} is ${JSON.stringify(typed)}; it must be a whole number from ${from} to ${to}`);
  }
  return number;
}

function readWorkloads(typed: string | undefined, problems: string[]): readonly Workload[] {
  if (typed === undefined) return usual;
  const names = typed.split(',').map((name) => name.trim().toLowerCase());
  const unknown = names.filter((name) => !workloads.includes(name as Workload));
  if (unknown.length > 0) {
    problems.push(
      `--only: ${unknown.map((name) => JSON.stringify(name)).join(', ')}; known are ${workloads.join(', ')}`,
    );
  }
  return workloads.filter((name) => names.includes(name));
}

function readClient(typed: string | undefined, problems: string[]): { client?: ScriptClient } {
  if (typed === undefined) return {};
  if (typed === 'psql' || typed === 'node') return { client: typed };
  problems.push(`--client is ${JSON.stringify(typed)}; it must be psql or node`);
  return {};
}
