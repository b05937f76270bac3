import { sql } from '../../../functions/core/sql.ts';
import { one, withClient } from '../../../functions/db/client.ts';
import { type DataFile, dataFile, warm } from '../data-files.ts';
import { type BenchDatabase, type Content, contentOf, dropDatabase, freshDatabase } from '../databases.ts';
import { type OurRun, runOurs } from '../ours.ts';
import type { Setup } from '../setup.ts';
import { type Beside, beside, said } from '../beside.ts';
import { expectContent, expectReport, WrongResult } from '../verify.ts';
import { cleanedFiles, costlySteps, steps } from './cleaned-files.ts';

const typed = (chosen: readonly string[]): readonly string[] => chosen.flatMap((step) => ['--clean', step]);

/** What is compared with a load without steps. */
const contestants = ['unneeded', 'needed', 'costly'] as const;
type Contestant = (typeof contestants)[number];

/**
 * W11: a load without cleaning, with four steps that no cell needs, with four that every record needs, and with six that every record
 * needs and that read their cells (groups, words, a pattern, moments); all end with the same rows.
 */
export async function benchCleaning(setup: Setup): Promise<{
  readonly rows: number;
  readonly steps: Readonly<Record<Contestant, number>>;
  /** Share of the records that went through the raw half. */
  readonly rawShare: Readonly<Record<Contestant, number>>;
  readonly beside: Readonly<Record<Contestant, Beside>>;
}> {
  const { rows, runs, seed, sorted } = setup.options;
  const { sound, soiled, written } = await cleanedFiles(await dataFile({ kind: 'clean', rows, seed, sorted }));
  const found: Loaded[][] = [];
  let expected: Content | null = null;
  for (let round = 1; round <= runs; round += 1) {
    const load = async (what: string, file: DataFile, chosen: readonly string[], cells: number): Promise<Loaded> => {
      const loaded = await loadOnce(setup, { what, file, options: typed(chosen), cells, expected });
      expected ??= loaded.content;
      return loaded;
    };
    const loads = [
      await load('without steps', sound, [], 0),
      await load('steps that no cell needs', sound, steps, 0),
      await load('steps that all records need', soiled, steps, steps.length * rows),
      await load('costly steps that all records need', written, costlySteps, costlySteps.length * rows),
    ];
    found.push(loads);
    const [without, ...others] = loads;
    setup.note(
      `W11 round ${round} of ${runs}: without ${said(without?.run)}, ${contestants.map((name, i) => `${name} ${said(others[i]?.run)}`).join(', ')}`,
    );
  }
  const column = (i: number): readonly OurRun[] => found.flatMap((loads) => loads[i]?.run ?? []);
  const ofEach = <T>(make: (i: number) => T): Record<Contestant, T> => ({
    unneeded: make(1),
    needed: make(2),
    costly: make(3),
  });
  return {
    rows,
    steps: { unneeded: steps.length, needed: steps.length, costly: costlySteps.length },
    rawShare: ofEach((i) => (found[0]?.[i]?.rawRecords ?? 0) / rows),
    beside: ofEach((i) => beside(column(i), column(0))),
  };
}

interface Loaded {
  readonly run: OurRun;
  readonly content: Content;
  readonly rawRecords: number;
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
): Promise<Loaded> {
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
  const rawRecords = await rawRecordsOf(database);
  await dropDatabase(setup.admin, database);
  return { run, content, rawRecords };
}

async function rawRecordsOf({ url }: BenchDatabase): Promise<number> {
  return await withClient({ connectionString: url, applicationName: 'landfall:bench' }, async (db) => {
    const { records } = await one<{ records: number }>(
      db,
      sql`select coalesce(sum(raw_records), 0)::bigint as records from landfall.slices`,
    );
    return records;
  });
}
