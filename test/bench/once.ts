import { type DataFile, dataFile } from './data-files.ts';
import { dropDatabase, freshDatabase } from './databases.ts';
import type { Measured } from './measure.ts';
import type { OurRun } from './ours.ts';
import { f2 } from './peers.ts';
import { append, appendOurs, loadAgain } from './rounds.ts';
import type { Setup } from './setup.ts';

/** About 10 MB. */
const smallRows = 80_000;
/** 1.3 MB: more than the command takes for a small file, so that it starts all its workers. */
const tinyRows = 10_000;

/**
 * What is not measured, so that nobody has to be first: F2 at full size makes the server create its WAL files and touch
 * its shared buffers; two small loads of ours compile its modules. Answers what ours reads where it has nothing to read.
 */
export async function warmUp(setup: Setup, clean: DataFile): Promise<{ readBytes: number | null; fileBytes: number }> {
  const { admin, options } = setup;
  setup.note('warming up (not counted)');
  const silent = { ...setup, note: () => undefined };
  const large = await freshDatabase(setup, { name: 'bench_warm_f2', checks: options.checks });
  await append(silent, { name: 'F2', steps: f2 }, { database: large, file: clean });
  await dropDatabase(admin, large);
  const tiny = await dataFile({ kind: 'clean', rows: tinyRows, seed: options.seed, sorted: options.sorted });
  const small = await freshDatabase(setup, { name: 'bench_warm_ours', checks: options.checks });
  await appendOurs(silent, small, tiny);
  const { readBytes } = await loadAgain(silent, small, tiny);
  await dropDatabase(admin, small);
  return { readBytes, fileBytes: tiny.bytes };
}

/** A file of 10 MB: what our workers need there is what they must need everywhere. */
export async function loadSmall(setup: Setup): Promise<{ run: OurRun; fileBytes: number }> {
  const { options } = setup;
  const file = await dataFile({ kind: 'clean', rows: smallRows, seed: options.seed, sorted: options.sorted });
  setup.note(`memory, a file of ${smallRows} rows`);
  return { run: await loadOnce(setup, file), fileBytes: file.bytes };
}

export interface Grown {
  readonly rows: number;
  readonly fileBytes: number;
  readonly ours: OurRun;
  readonly f2: Measured;
}

/** Five times the rows, ours and F2, once: a larger index costs both more, so one is read beside the other. */
export async function loadGrown(setup: Setup): Promise<Grown> {
  const { admin, options } = setup;
  const rows = 5 * options.rows;
  setup.note(`growth, a file of ${rows} rows`);
  const file = await dataFile({ kind: 'clean', rows, seed: options.seed, sorted: options.sorted });
  const ours = await loadOnce(setup, file);
  const database = await freshDatabase(setup, { name: 'bench_grown_f2', checks: options.checks });
  const { run } = await append(setup, { name: 'F2', steps: f2 }, { database, file });
  await dropDatabase(admin, database);
  return { rows, fileBytes: file.bytes, ours, f2: run };
}

async function loadOnce(setup: Setup, file: DataFile): Promise<OurRun> {
  const database = await freshDatabase(setup, { name: 'bench_once', checks: setup.options.checks });
  const { run } = await appendOurs(setup, database, file);
  await dropDatabase(setup.admin, database);
  return run;
}
