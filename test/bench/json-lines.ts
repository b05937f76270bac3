import { type DataFile, warm } from './data-files.ts';
import { type BenchDatabase, type Content, contentOf, dropDatabase, freshDatabase } from './databases.ts';
import type { jsonFiles } from './json-file.ts';
import type { Measured } from './measure.ts';
import { type OurRun, runOurs } from './ours.ts';
import { jsonPopulate } from './peers.ts';
import { runScript } from './run-script.ts';
import type { Setup } from './setup.ts';
import { expectContent, expectReport } from './verify.ts';

/** W7: the rows of W1 as JSON lines into an empty table, ours and a script, as they are and packed. */
export interface JsonRound {
  readonly plain: JsonPair;
  readonly packed: JsonPair;
}

interface JsonPair {
  readonly ours: OurRun;
  readonly script: Measured;
}

/** All four must end with the rows that W1 ended with. Their databases are gone afterwards. */
export async function loadJsonLines(
  setup: Setup,
  files: Awaited<ReturnType<typeof jsonFiles>>,
  expected: Content,
): Promise<JsonRound> {
  const pair = async (what: string, file: DataFile): Promise<JsonPair> => ({
    ours: await measured(setup, `W7${what}, ours`, { file, expected }, async (database) => {
      const run = await runOurs(setup, { database, file: file.path, home: setup.home });
      expectReport(`W7${what}, ours`, run.report, 'LOADED', { records: file.rows, inserted: file.rows });
      return run;
    }),
    script: await measured(setup, `W7${what}, script`, { file, expected }, (database) =>
      runScript(setup, setup.client, { steps: jsonPopulate, database, file: file.path }),
    ),
  });
  return { plain: await pair('', files.plain), packed: await pair(' packed', files.packed) };
}

async function measured<Run extends Measured>(
  setup: Setup,
  name: string,
  { file, expected }: { readonly file: DataFile; readonly expected: Content },
  run: (database: BenchDatabase) => Promise<Run>,
): Promise<Run> {
  const database = await freshDatabase(setup, { name: 'bench_json', checks: setup.options.checks });
  await warm(file);
  const result = await run(database);
  expectContent(name, await contentOf(database), expected);
  // at once, or autovacuum would clear up behind it while the next one is measured
  await dropDatabase(setup.admin, database);
  setup.note(`${name} ${(result.wallMs / 1_000).toFixed(2)} s`);
  return result;
}
