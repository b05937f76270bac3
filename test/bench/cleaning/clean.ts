import { type DataFile, dataFile, warm } from '../data-files.ts';
import { type Content, contentOf, dropDatabase, freshDatabase } from '../databases.ts';
import { type OurRun, runOurs } from '../ours.ts';
import type { Setup } from '../setup.ts';
import { figure } from '../statistics.ts';
import { expectContent, expectReport, WrongResult } from '../verify.ts';
import { cleanedFiles, steps } from './cleaned-files.ts';

const cleaning = steps.flatMap((step) => ['--clean', step]);

/** W11: a load without cleaning, with four steps that no cell needs, and with four that every record needs; all end with the same rows. */
export async function benchCleaning(setup: Setup): Promise<ReturnType<typeof summarise>> {
  const { rows, runs, seed, sorted } = setup.options;
  const { sound, soiled } = await cleanedFiles(await dataFile({ kind: 'clean', rows, seed, sorted }));
  const rounds: Round[] = [];
  let expected: Content | null = null;
  for (let round = 1; round <= runs; round += 1) {
    const load = async (what: string, file: DataFile, options: readonly string[], cells: number): Promise<OurRun> => {
      const { run, content } = await loadOnce(setup, { what, file, options, cells, expected });
      expected ??= content;
      return run;
    };
    const without = await load('without steps', sound, [], 0);
    const unneeded = await load('steps that no cell needs', sound, cleaning, 0);
    const needed = await load('steps that all records need', soiled, cleaning, steps.length * rows);
    rounds.push({ without: without.wallMs, unneeded: unneeded.wallMs, needed: needed.wallMs });
    setup.note(
      `W11 round ${round} of ${runs}: without ${seconds(without)}, unneeded ${seconds(unneeded)}, needed ${seconds(needed)}`,
    );
  }
  return summarise(rows, rounds);
}

interface Round {
  readonly without: number;
  readonly unneeded: number;
  readonly needed: number;
}

async function loadOnce(
  setup: Setup,
  wanted: {
    readonly what: string;
    readonly file: DataFile;
    readonly options: readonly string[];
    readonly cells: number;
    readonly expected: Content | null;
  },
): Promise<{ readonly run: OurRun; readonly content: Content }> {
  const { what, file, options, cells, expected } = wanted;
  const name = `W11, ${what}`;
  const database = await freshDatabase(setup, { name: 'bench_clean', checks: setup.options.checks });
  await warm(file);
  const run = await runOurs(setup, { database, file: file.path, home: setup.home, memory: false, options });
  expectReport(name, run.report, 'LOADED', { records: file.rows, inserted: file.rows });
  const cleaned = (run.report.cleaned ?? []).reduce((sum, step) => sum + step.cells, 0);
  if (cleaned !== cells) throw new WrongResult(`${name}: ${cleaned} cells were cleaned, it must be ${cells}`);
  const content = await contentOf(database);
  expectContent(name, content, expected ?? { rows: file.rows });
  await dropDatabase(setup.admin, database);
  return { run, content };
}

function summarise(rows: number, rounds: readonly Round[]) {
  return {
    rows,
    steps: steps.length,
    withoutMs: figure(rounds.map(({ without }) => without)),
    unneededRatio: figure(rounds.map(({ unneeded, without }) => unneeded / without)),
    neededRatio: figure(rounds.map(({ needed, without }) => needed / without)),
  };
}

function seconds({ wallMs }: OurRun): string {
  return `${(wallMs / 1_000).toFixed(1)} s`;
}
