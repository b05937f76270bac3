import { dirname, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Problem } from '../functions/compile/declaration/problems.ts';
import type { Dataset } from '../functions/compile/declaration/schema.ts';
import { showText } from '../functions/words/did-you-mean.ts';
import { type FileProblem, type Place, ProjectError } from './problems.ts';
import { readFileOfProject } from './read-file.ts';

/** The datasets of a project, and what is wrong with those that are not among them. */
export interface DeclaredDatasets {
  /** Checked, in alphabetical order. */
  readonly datasets: readonly Dataset[];
  /** The file of each dataset by its name, absolute. */
  readonly files: ReadonlyMap<string, string>;
  /** Where in it each dataset stands, by its name. */
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly FileProblem[];
}

interface Declaration {
  readonly file: string;
  readonly place: Place;
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
  const datasets = checked.flatMap(({ dataset, file, place }) => (dataset === null ? [] : [{ dataset, file, place }]));
  const { unique, problems: twice } = withoutTwins(datasets, dirname(config));
  return {
    datasets: unique.map(({ dataset }) => dataset).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    files: new Map(unique.map(({ dataset, file }) => [dataset.name, file])),
    places: new Map(unique.map(({ dataset, place }) => [dataset.name, place])),
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
    patterns.map(async (pattern, place) => ({
      pattern,
      place,
      files: await glob(pattern, { cwd: folder, absolute: true, ignore: ['**/node_modules/**', '**/*.d.ts'] }),
    })),
  );
  const problems = found
    .filter(({ pattern, files }) => files.length === 0 && !isPattern(pattern))
    .map(({ pattern, place }) => ({
      file: config,
      dataset: null,
      at: ['datasets', place],
      thrownAt: null,
      message: `datasets: ${showText(pattern)} is no file below ${folder}`,
    }));
  return { files: [...new Set(found.flatMap(({ files }) => files))].toSorted(), problems };
}

/** A path that names one file has to be there; a pattern may match none yet. */
function isPattern(text: string): boolean {
  return /[*?{[(]/u.test(text);
}

/** Ends of names of files that are no modules. */
const dataFile = /\.(?:json|ya?ml)$/u;

async function declarationsIn(
  file: string,
): Promise<{ readonly declarations: readonly Declaration[]; readonly problems: readonly FileProblem[] }> {
  try {
    const { exports } = await readFileOfProject(file);
    const declarations = await declaredBy(exports);
    if (declarations.length > 0) {
      const isData = dataFile.test(file);
      // a text has no exports
      const found = declarations.map(({ value, place }) => ({ file, value, place: isData ? place.slice(1) : place }));
      return { declarations: found, problems: [] };
    }
    const message = dataFile.test(file)
      ? 'it holds no dataset: write { "name": ..., "prefix": ..., "table": ..., "key": [...] }'
      : 'it exports no dataset: write export const NAME = defineDataset({ ... }), or export default';
    return { declarations: [], problems: [{ file, dataset: null, at: [], thrownAt: null, message }] };
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return { declarations: [], problems: problemsOfReading(file, error) };
  }
}

/** What keeps a file from being read; where a `defineDataset` in it refuses its dataset, all that is wrong with that. */
function problemsOfReading(file: string, { message, cause }: ProjectError): readonly FileProblem[] {
  const thrownAt = dataFile.test(file) ? null : thrownIn(file, cause);
  const {
    code,
    dataset = null,
    problems,
  } = (cause ?? {}) as Partial<Record<string, unknown>> & {
    readonly dataset?: string | null;
  };
  const isOfDataset = code === 'DATASET_INVALID' && Array.isArray(problems);
  const messages = isOfDataset ? (problems as readonly Problem[]).map((each) => each.message) : [message];
  return messages.map((each) => ({ file, dataset, at: [], thrownAt, message: each }));
}

/** The place in a file of this error, as its stack says it; null: it says none. */
function thrownIn(file: string, error: unknown): FileProblem['thrownAt'] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const name = [pathToFileURL(file).href, file].find((each) => stack.includes(each));
  if (name === undefined) return null;
  const [, line, column] = /^:(\d{1,9})(?::(\d{1,9}))?/u.exec(stack.slice(stack.indexOf(name) + name.length)) ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column ?? 1) };
}

/** The default export, one dataset or a list of them, and whatever else came out of `defineDataset`: a module may export more. */
async function declaredBy(
  exports: Readonly<Record<string, unknown>>,
): Promise<readonly Pick<Declaration, 'value' | 'place'>[]> {
  const { declarationOf } = await import('../functions/compile/declaration/schema.ts');
  const values = Object.entries(exports).flatMap(([name, exported]) =>
    (Array.isArray(exported) ? (exported as unknown[]) : [exported]).flatMap((value, i) => {
      if (typeof value !== 'object' || value === null) return [];
      const place = Array.isArray(exported) ? [name, i] : [name];
      const written = declarationOf(value);
      if (written !== null) return [{ value: written, place }];
      return name === 'default' ? [{ value, place }] : [];
    }),
  );
  return values.filter(({ value }, i) => values.findIndex((other) => other.value === value) === i);
}

async function checkOne({ file, value, place }: Declaration): Promise<{
  readonly file: string;
  readonly place: Place;
  readonly dataset: Dataset | null;
  readonly problems: readonly FileProblem[];
}> {
  const { datasetOrProblems, declaredAs } = await import('../functions/compile/declaration/schema.ts');
  const { $schema: _forEditors, ...declared } = value as Readonly<Record<string, unknown>>;
  const { dataset, problems } = datasetOrProblems(declared);
  const name = typeof declared['name'] === 'string' ? declared['name'] : null;
  if (dataset !== null) declaredAs(dataset, declared);
  return {
    file,
    place,
    dataset,
    problems: problems.map(({ at, message }) => ({
      file,
      dataset: name,
      at: [...place, ...at],
      thrownAt: null,
      message,
    })),
  };
}

/** Of two datasets of one name or one prefix neither can be told from the other: the first file keeps it. */
function withoutTwins<T extends { readonly dataset: Dataset; readonly file: string; readonly place: Place }>(
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
      at: [...each.place, what],
      thrownAt: null,
      message: `${what}: ${showText(each.dataset[what] ?? '')} is the ${what} of ${showText(twin.dataset.name)} too (${where}): give one of them another`,
    });
  }
  return { unique, problems };
}
