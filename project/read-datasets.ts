import { dirname, relative, sep } from 'node:path';
import type { Dataset } from '../functions/compile/declaration/schema.ts';
import { showText } from '../functions/words/did-you-mean.ts';
import { type FileProblem, ProjectError } from './problems.ts';
import { readFileOfProject } from './read-file.ts';

/** The datasets of a project, and what is wrong with those that are not among them. */
export interface DeclaredDatasets {
  /** Checked, in alphabetical order. */
  readonly datasets: readonly Dataset[];
  /** The file of each dataset by its name, absolute. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly FileProblem[];
}

interface Declaration {
  readonly file: string;
  readonly value: unknown;
}

/**
 * Reads and checks the files that a config names. One that is wrong keeps no other from being used.
 * @param config the config's path: patterns begin in its folder
 */
export async function readDatasets(config: string, patterns: readonly string[]): Promise<DeclaredDatasets> {
  const { files, problems: unmatched } = await filesOf(config, patterns);
  const read = await Promise.all(files.map(declarationsIn));
  const checked = await Promise.all(read.flatMap(({ declarations }) => declarations).map(checkOne));
  const datasets = checked.flatMap(({ dataset, file }) => (dataset === null ? [] : [{ dataset, file }]));
  const { unique, problems: twice } = withoutTwins(datasets, dirname(config));
  return {
    datasets: unique.map(({ dataset }) => dataset).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    files: new Map(unique.map(({ dataset, file }) => [dataset.name, file])),
    problems: [
      ...unmatched,
      ...read.flatMap((each) => each.problems),
      ...checked.flatMap((each) => each.problems),
      ...twice,
    ],
  };
}

async function filesOf(
  config: string,
  patterns: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly problems: readonly FileProblem[] }> {
  const { glob } = await import('tinyglobby');
  const folder = dirname(config);
  const found = await Promise.all(
    patterns.map(async (pattern) => ({
      pattern,
      files: await glob(pattern, { cwd: folder, absolute: true, ignore: ['**/node_modules/**', '**/*.d.ts'] }),
    })),
  );
  const problems = found
    .filter(({ pattern, files }) => files.length === 0 && !isPattern(pattern))
    .map(({ pattern }) => ({
      file: config,
      dataset: null,
      message: `datasets: ${showText(pattern)} is no file below ${folder}`,
    }));
  return { files: [...new Set(found.flatMap(({ files }) => files))].toSorted(), problems };
}

/** A path that names one file has to be there; a pattern may match none yet. */
function isPattern(text: string): boolean {
  return /[*?{[(]/u.test(text);
}

async function declarationsIn(
  file: string,
): Promise<{ readonly declarations: readonly Declaration[]; readonly problems: readonly FileProblem[] }> {
  try {
    const { exports } = await readFileOfProject(file);
    const declarations = await declaredBy(exports);
    if (declarations.length > 0) return { declarations: declarations.map((value) => ({ file, value })), problems: [] };
    const message = /json$|ya?ml$/u.test(file)
      ? 'it holds no dataset: write { "name": ..., "prefix": ..., "table": ..., "key": [...] }'
      : 'it exports no dataset: write export const NAME = defineDataset({ ... }), or export default';
    return { declarations: [], problems: [{ file, dataset: null, message }] };
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return { declarations: [], problems: [{ file, dataset: null, message: error.message }] };
  }
}

/** The default export, one dataset or a list of them, and whatever else came out of `defineDataset`: a module may export more. */
async function declaredBy(exports: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
  const { declarationOf } = await import('../functions/compile/declaration/schema.ts');
  const values = Object.entries(exports).flatMap(([name, exported]) =>
    (Array.isArray(exported) ? (exported as unknown[]) : [exported]).flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      const written = declarationOf(value);
      if (written !== null) return [written];
      return name === 'default' ? [value] : [];
    }),
  );
  return [...new Set(values)];
}

async function checkOne({ file, value }: Declaration): Promise<{
  readonly file: string;
  readonly dataset: Dataset | null;
  readonly problems: readonly FileProblem[];
}> {
  const { datasetOrProblems } = await import('../functions/compile/declaration/schema.ts');
  const { $schema: _forEditors, ...declared } = value as Readonly<Record<string, unknown>>;
  const { dataset, problems } = datasetOrProblems(declared);
  const name = typeof declared['name'] === 'string' ? declared['name'] : null;
  return { file, dataset, problems: problems.map((message) => ({ file, dataset: name, message })) };
}

/** Of two datasets of one name or one prefix neither can be told from the other: the first file keeps it. */
function withoutTwins<T extends { readonly dataset: Dataset; readonly file: string }>(
  all: readonly T[],
  folder: string,
): { readonly unique: readonly T[]; readonly problems: readonly FileProblem[] } {
  const unique: T[] = [];
  const problems: FileProblem[] = [];
  for (const each of all) {
    const twin = unique.find(
      ({ dataset }) => dataset.name === each.dataset.name || dataset.prefix === each.dataset.prefix,
    );
    if (twin === undefined) {
      unique.push(each);
      continue;
    }
    const what = twin.dataset.name === each.dataset.name ? 'name' : 'prefix';
    const where = relative(folder, twin.file).split(sep).join('/');
    problems.push({
      file: each.file,
      dataset: each.dataset.name,
      message: `${what}: ${showText(each.dataset[what] ?? '')} is the ${what} of ${showText(twin.dataset.name)} too (${where}): give one of them another`,
    });
  }
  return { unique, problems };
}
