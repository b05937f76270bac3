import { fileURLToPath } from 'node:url';
import type { Dataset, DatasetInput } from '../../functions/compile/declaration/schema.ts';
import { noTypedSql } from '../../functions/contract/typed-sql.ts';
import { parseTargetName } from '../../functions/core/target-name.ts';
import { controlTotalsSchema } from '../../functions/protocol/control-totals.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { didYouMean, showText } from '../../functions/words/did-you-mean.ts';
import type { Project } from '../../project/open-project.ts';
import type { Context } from '../context.ts';
import type { Progress } from '../loading/progress.ts';
import { contradictionsOf } from '../typed/checked/contradictions.ts';
import { type NamedObject, readFileNames } from '../typed/files.ts';
import { namedTogether } from '../typed/sets/read-set.ts';
import { formatByName } from '../typed/reading/format-options.ts';
import { datasetOfObject, datasetProblem } from '../typed/named-datasets.ts';

/** What `load()` is asked for. */
export interface LoadOrder {
  /** A path, a file: URL, or s3://bucket/key with the usual AWS credentials. Several in a list are one load, in their order: all of them or none; a folder is the files in it. */
  readonly file: string | URL | readonly (string | URL)[];
  /** Of several files one has a wrong header or cannot be read: the load is refused, or goes on without it. In place of what the dataset says. */
  readonly refusedObjects?: 'refuse' | 'leave-out';
  /**
   * Where it goes: a dataset, as `defineDataset` made it or as it is written, or the name of one of the project. May be left out
   * where the file lies in the landing folder or the bucket under a dataset's prefix.
   */
  readonly dataset?: Dataset | DatasetInput | string;
  /** In place of a dataset: SCHEMA.TABLE. Everything but the key comes from the catalogue, the format from the file's name. */
  readonly into?: string;
  /** With `into`: the columns whose values identify a row; they need a unique index. */
  readonly key?: string | readonly string[];
  /** postgres://USER:PASSWORD@HOST:5432/DATABASE; else DATABASE_URL, else the project's, else the embedded server. */
  readonly databaseUrl?: string;
  /** Everything but the merge: what would become of the records. */
  readonly dryRun?: boolean;
  /** Load again what is loaded already. */
  readonly force?: boolean;
  /** Whether a person is asked before rows are merged: the load is HELD then. In place of what the dataset says. */
  readonly approve?: 'never' | 'over-limit' | 'always';
  /** What the source says that the file holds; sums and numbers are exact, decimal text. Where it differs the file is refused. */
  readonly expect?: {
    readonly records?: number;
    readonly sums?: Readonly<Record<string, string>>;
    readonly sha256?: string;
  };
  /** Where relative paths and the search for landfall.config.* begin; else the process's own. */
  readonly folder?: string;
  /** Folder of reports, log lines and the embedded server; else LANDFALL_HOME, the project's, or `.landfall` in its folder. */
  readonly home?: string;
  /** Ends the load. What was merged stays, the same order again goes on with the rest, and load() throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where the load is, once a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** What the command would tell a person on stderr, such as a ledger that was made; one line or several. */
  readonly onNotice?: (text: string) => void;
}

const fields: Readonly<Record<keyof LoadOrder, true>> = {
  file: true,
  refusedObjects: true,
  dataset: true,
  into: true,
  key: true,
  databaseUrl: true,
  dryRun: true,
  force: true,
  approve: true,
  expect: true,
  folder: true,
  home: true,
  signal: true,
  onProgress: true,
  onNotice: true,
};

/** What TypeScript refuses and JavaScript lets pass. */
export function misfits(order: LoadOrder): readonly string[] {
  const known = Object.keys(fields);
  const { approve, file, refusedObjects } = order;
  const wishes: readonly unknown[] = [undefined, 'refuse', 'leave-out'];
  const approvals: readonly unknown[] = [undefined, 'never', 'over-limit', 'always'];
  return [
    ...Object.keys(order)
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => `${name} is no field of an order.${didYouMean(name, known)} It has ${known.join(', ')}.`),
    ...(isNamed(file) ? [] : ['file: give a path or a URL, or a list of them']),
    ...(wishes.includes(refusedObjects) ? [] : ['refusedObjects: it is refuse or leave-out']),
    ...(refusedObjects === undefined || Array.isArray(file) ? [] : ['refusedObjects is of several files: give a list']),
    ...(approvals.includes(approve) ? [] : ['approve: it is never, over-limit or always']),
    ...(['dryRun', 'force'] as const).flatMap((name) =>
      [undefined, true, false].includes(order[name]) ? [] : [`${name}: it is true or false`],
    ),
  ];
}

function isNamed(file: unknown): boolean {
  if (Array.isArray(file)) return file.length > 0 && file.every((each) => !Array.isArray(each) && isNamed(each));
  return file instanceof URL || (typeof file === 'string' && file !== '');
}

/** The project, with the dataset that an order brings in place of its own. */
export async function projectWith(
  project: Project,
  brought: LoadOrder['dataset'],
): Promise<{ readonly project: Project; readonly name: string | undefined; readonly problems: readonly string[] }> {
  if (typeof brought !== 'object') return { project, name: brought, problems: [] };
  const { datasetOrProblems, declarationOf } = await import('../../functions/compile/declaration/schema.ts');
  const { $schema: _forEditors, ...written } = (declarationOf(brought) ?? brought) as Readonly<Record<string, unknown>>;
  const { dataset, problems } = datasetOrProblems(written);
  if (dataset === null)
    return { project, name: undefined, problems: problems.map(({ message }) => `dataset: ${message}`) };
  const declared = {
    datasets: [dataset],
    files: new Map<string, string>(),
    places: new Map<string, never>(),
    problems: [],
  };
  return { project: { ...project, declared: () => Promise.resolve(declared) }, name: dataset.name, problems: [] };
}

/** The request that an order is, or all that is wrong with it. */
export async function requestOf(
  order: LoadOrder,
  dataset: string | undefined,
  context: Pick<Context, 'project' | 'home' | 'typedIn'>,
): Promise<{ readonly request: LoadRequest } | { readonly problems: readonly string[] }> {
  const named = await namedFiles(order, context.typedIn);
  const control = controlOf(order.expect);
  const problems = [...named.problems, ...control.problems];
  const [object] = named.objects;
  const target = object === undefined ? {} : await targetOf(object, { order, dataset }, context, problems);
  if (object === undefined || problems.length > 0) return { problems };
  const { dryRun = false, force = false, approve, refusedObjects } = order;
  const request: LoadRequest = {
    bucket: object.bucket,
    key: object.key,
    versionId: null,
    ...target,
    ...control.value,
    ...(named.isSet && { objects: named.objects.map(({ key }) => ({ key })) }),
    ...(refusedObjects !== undefined && { refusedObjects }),
    dryRun,
    force,
    ...(approve !== undefined && { approve }),
  };
  const contradictions = contradictionsOf(request, noTypedSql, []).map(inFields);
  return contradictions.length > 0 ? { problems: contradictions } : { request };
}

/** One file, or several that are one load. */
async function namedFiles(
  { file, expect }: LoadOrder,
  folder: string,
): Promise<{
  readonly objects: readonly NamedObject[];
  readonly problems: readonly string[];
  readonly isSet: boolean;
}> {
  if (typeof file === 'string' || file instanceof URL) {
    const { objects, problems } = await readFileNames([pathOf(file)], folder);
    const several =
      objects.length > 1 ? [`file: it stands for ${objects.length} files; give a list to load them together`] : [];
    return { objects, problems: [...problems, ...several], isSet: false };
  }
  const problems =
    expect?.sha256 === undefined ? [] : ['expect.sha256 is of one file; give records or sums of several'];
  const objects = await namedTogether(file.map(pathOf), folder, problems);
  return { objects, problems: problems.map((each) => each.replace(/^--together: /, 'file: ')), isSet: true };
}

function pathOf(file: string | URL): string {
  return file instanceof URL && file.protocol === 'file:' ? fileURLToPath(file) : String(file);
}

async function targetOf(
  object: NamedObject,
  { order: { into, key }, dataset }: { readonly order: LoadOrder; readonly dataset: string | undefined },
  context: Pick<Context, 'project' | 'home' | 'typedIn'>,
  problems: string[],
): Promise<Pick<LoadRequest, 'dataset' | 'into' | 'businessKey' | 'format' | 'delimiter'>> {
  if (into !== undefined) {
    const businessKey = typeof key === 'string' ? key.split(',').map((column) => column.trim()) : [...(key ?? [])];
    if (dataset !== undefined) problems.push('dataset and into exclude each other: a dataset names its own table');
    if (parseTargetName(into) === null) problems.push(`into: ${showText(into)} is not SCHEMA.TABLE`);
    if (businessKey.length === 0 || businessKey.includes(''))
      problems.push('key: name the columns whose values identify a row, those of a unique index: key: ["id"]');
    return { into, businessKey, ...formatByName(object.key, {}) };
  }
  if (key !== undefined) problems.push('key belongs to into: a dataset has its own');
  if (dataset !== undefined) {
    problems.push(...(await datasetProblem(dataset, context)).map(inFields));
    return { dataset };
  }
  const found = await datasetOfObject(object, context);
  if (found.dataset !== null) return { dataset: found.dataset };
  problems.push(`where shall ${object.typed} go? Give dataset, or into: "SCHEMA.TABLE" and key: ["COLUMN"]`);
  return {};
}

function controlOf(expected: LoadOrder['expect']): {
  readonly value: Pick<LoadRequest, 'control'>;
  readonly problems: readonly string[];
} {
  if (expected === undefined) return { value: {}, problems: [] };
  const parsed = controlTotalsSchema.safeParse(expected);
  if (parsed.success) return { value: { control: parsed.data }, problems: [] };
  const problems = parsed.error.issues.map(({ path, message }) => `${['expect', ...path].join('.')}: ${message}`);
  return { value: {}, problems };
}

/** `--time-zone: ...` as `timeZone: ...`: who wrote a program typed no options. */
function inFields(problem: string): string {
  const [option = '', name = ''] = /^--([a-z][a-z0-9-]*)/.exec(problem) ?? [];
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()) + problem.slice(option.length);
}
