import { conflictRules, typedRule } from '../../functions/conflict/all.ts';
import type { ConflictRule } from '../../functions/conflict/rule.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { parseTargetName } from '../../functions/core/target-name.ts';
import { adHocOptions, readAdHocRules, ruleTyped } from './ad-hoc-rules.ts';
import { readColumns } from './column-options.ts';
import { readCleaning } from './cleaning-options.ts';
import type { Context } from '../context.ts';
import { readControl } from './control-options.ts';
import { namedDatabase } from '../database/database.ts';
import { spooledStdin, stdinName, stdinProblem } from '../input/spooled-stdin.ts';
import { type NamedObject, readFileNames } from './files.ts';
import { formatByName, formatTyped } from './reading/format-options.ts';
import { readLeniencies } from '../../functions/words/leniencies.ts';
import { datasetProblem, datasetOfObject } from './named-datasets.ts';
import { contradictionsOf } from './checked/contradictions.ts';
import { keptThrottle, type TypedSql, typedSqlHash } from '../../functions/contract/typed-sql.ts';
import { readSqlRules } from './sql-rule-options.ts';
import { readApprove } from './hold-options.ts';
import { readWaitForParents } from './limit-options.ts';
import { readReading } from './reading/reading-options.ts';
import { readSet, type TypedSet } from './sets/read-set.ts';
import { readMerge, readSupplies } from './supply-options.ts';
import { readRules } from './rule-options.ts';
import { readThrottleQuery, readTraffic } from './traffic-options.ts';
import { type Arguments, UsageError } from './usage.ts';

export interface LoadOrders {
  readonly requests: readonly LoadRequest[];
  readonly database: ReturnType<typeof namedDatabase>;
  readonly json: boolean;
  /** Statements for the processes of this command. */
  readonly typedSql: TypedSql;
}

/** What `landfall load` was asked to do; throws UsageError with everything that is wrong. */
export async function readLoadOptions(typed: Arguments, context: Context): Promise<LoadOrders> {
  const { values, flags } = typed;
  const problems: string[] = [];
  const database = collect(problems, () => namedDatabase(values['database-url'], context));
  const shape = readTarget(typed, problems);
  const sliceBytes = readSliceBytes(values['slice-bytes'], problems);
  if (typed.positionals.length === 0 && values['manifest'] === undefined)
    problems.push('name at least one FILE or s3://bucket/key to load, or - for stdin');
  const set = await readSet(typed, context.typedIn, problems);
  const files = set ?? (await readFileNames(typed.positionals, context.typedIn, stdinProblem(context)));
  if ('problems' in files) problems.push(...files.problems);
  if (shape.dataset !== undefined) problems.push(...(await datasetProblem(shape.dataset, context)));
  const common = {
    versionId: null,
    dryRun: flags.has('dry-run'),
    force: flags.has('force'),
    ...(sliceBytes && { sliceBytes }),
    ...readTraffic(typed, problems),
    ...readApprove(typed, problems),
    ...(flags.has('undo') && { undo: true }),
    ...readControl(typed, problems),
  };
  const typedSql = { throttleQuery: readThrottleQuery(typed, problems), rules: readSqlRules(typed, problems) };
  const requests: LoadRequest[] = [];
  const typedWrongly = [...problems];
  for (const object of files.objects) {
    const target = problems.length > 0 ? shape : await targetOf(object, shape, context, problems);
    const request = { bucket: object.bucket, key: object.key, ...target, ...common, ...hashesOf(typedSql) };
    problems.push(...contradictionsOf(request, typedSql, typedWrongly));
    requests.push(request);
  }
  const all = set === null ? requests : together(set, requests, problems);
  if (database === null || problems.length > 0) throw new UsageError([...new Set(problems)]);
  return { requests: await withStdin(all, context), database, json: flags.has('json'), typedSql };
}

/** One load of all: they go the same way, and are read as the first of them is by its name. */
function together(
  { objects, manifest, ...wished }: TypedSet,
  requests: readonly LoadRequest[],
  problems: string[],
): readonly LoadRequest[] {
  const [first] = requests;
  if (first === undefined) return [];
  if (manifest !== null) return [{ ...first, key: manifest.key, manifest: true, ...wished }];
  const way = ({ key: _, ...rest }: LoadRequest): string => JSON.stringify(rest);
  const other = requests.findIndex((request) => way(request) !== way(first));
  if (other !== -1)
    problems.push(
      `--together: by their names ${objects[0]?.typed} and ${objects[other]?.typed} are of different formats or datasets; load them one by one, or say --format`,
    );
  return [{ ...first, objects: objects.map(({ key }) => ({ key })), ...wished }];
}

/** Stdin is read once nothing is wrong with what was typed. */
async function withStdin(requests: readonly LoadRequest[], context: Context): Promise<readonly LoadRequest[]> {
  if (!requests.some(({ key }) => key === stdinName)) return requests;
  const key = await spooledStdin(context);
  context.verbose(`stdin is ${key}\n`);
  return requests.map((request) => (request.key === stdinName ? { ...request, key } : request));
}

/** Whose load goes on with it is asked whether it was given the same SQL. */
function hashesOf({ rules, throttleQuery }: TypedSql): Pick<LoadRequest, 'typedRules' | 'typedThrottle'> {
  return {
    ...(rules !== null && { typedRules: typedSqlHash(rules) }),
    ...(throttleQuery !== null && { typedThrottle: typedSqlHash(keptThrottle(throttleQuery)) }),
  };
}

type Described =
  | 'reading'
  | 'clean'
  | 'constants'
  | 'lineage'
  | 'merge'
  | 'sensitive'
  | 'conflict'
  | 'replaceWhere'
  | 'limits'
  | 'rules'
  | 'waitForParents'
  | 'countByDay';
type OfColumns = 'rename' | 'ignore' | 'ignorePositions' | 'unknownColumns';

interface TargetShape extends Pick<LoadRequest, Described | OfColumns> {
  readonly dataset?: string;
  readonly into?: string;
  readonly businessKey?: string[];
  readonly format?: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly nulls?: string[];
  readonly leniencies?: string[];
  readonly timeZone?: string;
  readonly order?: string;
}

/** --dataset alone, or --into with --key and what else describes an ad-hoc dataset. */
function readTarget({ values, lists, flags }: Arguments, problems: string[]): TargetShape {
  const { dataset, into, key, lenient } = values;
  const adHoc = Object.fromEntries(
    adHocOptions.map((option) => [option, values[option] ?? lists[option] ?? (flags.has(option) || undefined)]),
  );
  if (dataset !== undefined) {
    // an --into beside it explains the options that belong to --into
    for (const [option, value] of Object.entries(into === undefined ? adHoc : { into })) {
      if (value !== undefined) problems.push(withDataset(option));
    }
    return { dataset };
  }
  if (into === undefined) {
    for (const [option, value] of Object.entries(adHoc)) {
      if (value !== undefined) problems.push(`--${option} belongs to --into SCHEMA.TABLE, which is missing`);
    }
    return {};
  }
  if (parseTargetName(into) === null) {
    problems.push(
      `--into: "${into}" is not SCHEMA.TABLE (a name with dots or blanks goes into double quotes: 'public."my.table"')`,
    );
  }
  const leniencies = lenient === undefined ? null : readLeniencies(lenient);
  problems.push(...(leniencies?.problems ?? []));
  const businessKey = readKey(key, { into, rule: ruleTyped(values['conflict']) }, problems);
  return {
    into,
    ...(businessKey.length > 0 && { businessKey }),
    ...formatTyped(values, problems),
    ...(lists['null'] === undefined ? {} : { nulls: [...lists['null']] }),
    ...readReading({ values, flags, lists }, problems),
    ...readCleaning(lists['clean'], problems),
    ...readSupplies(lists, problems),
    ...readMerge(lists['merge'] ?? [], problems),
    ...readSensitive(values['sensitive'], problems),
    ...(values['time-zone'] === undefined ? {} : { timeZone: values['time-zone'] }),
    ...(values['order'] === undefined ? {} : { order: readOrder(values['order'], problems) }),
    ...readColumns({ values, lists }, problems),
    ...(leniencies === null ? {} : { leniencies: [...leniencies.names] }),
    ...readRules(lists['rule'], problems),
    ...readWaitForParents({ values }, problems),
    ...(values['count-by-day'] !== undefined && { countByDay: values['count-by-day'] }),
    ...readAdHocRules({ values, lists, flags }, problems),
  };
}

function readSensitive(typed: string | undefined, problems: string[]): Pick<LoadRequest, 'sensitive'> {
  if (typed === undefined) return {};
  const sensitive = typed.split(',').map((name) => name.trim());
  if (sensitive.includes(''))
    problems.push(`--sensitive: "${typed}" holds an empty column name; write --sensitive email,phone`);
  return { sensitive };
}

function readOrder(typed: string, problems: string[]): string {
  if (typed !== 'strict' && typed !== 'oldest-first') {
    problems.push(
      `--order: "${typed}" is none; it is strict (refuse a file older than one merged before) or oldest-first`,
    );
  }
  return typed;
}

function withDataset(option: string): string {
  return option === 'into'
    ? '--dataset and --into exclude each other: a dataset names its own table'
    : `--${option} does not go with --dataset: the dataset declares it; use it with --into SCHEMA.TABLE`;
}

/** Empty where the conflict rule takes no key. */
function readKey(
  typed: string | undefined,
  { into, rule }: { into: string; rule: ConflictRule },
  problems: string[],
): string[] {
  if (!rule.demands.key) {
    if (typed !== undefined) problems.push(`--key does not go with --conflict ${rule.words[0]}: ${rule.keeps}`);
    return [];
  }
  if (typed === undefined) {
    const without = conflictRules
      .filter(({ demands }) => !demands.key)
      .map((each) => `; or --conflict ${typedRule(each)}: ${each.summary}`);
    problems.push(
      `--into ${into} needs --key COLUMN,...: the columns whose values identify a row, those of a unique index${without.join('')}`,
    );
    return [];
  }
  const columns = typed.split(',').map((column) => column.trim());
  if (columns.includes('')) problems.push(`--key: "${typed}" holds an empty column name; write --key a,b`);
  const twice = columns.find((column, i) => column !== '' && columns.indexOf(column) < i);
  if (twice !== undefined) problems.push(`--key names "${twice}" twice`);
  return columns;
}

function readSliceBytes(typed: string | undefined, problems: string[]): number | undefined {
  if (typed === undefined) return undefined;
  const bytes = Number(typed);
  if (/^\d+$/.test(typed) && Number.isSafeInteger(bytes) && bytes >= 1) return bytes;
  problems.push(`--slice-bytes: "${typed}" is not a whole number of bytes, 1 or more; 8 MiB is 8388608`);
  return undefined;
}

/** What one file goes into: what the options say, and its name where they do not, else the dataset whose prefix claims it. */
async function targetOf(
  object: NamedObject,
  shape: TargetShape,
  context: Context,
  problems: string[],
): Promise<TargetShape> {
  if (shape.into !== undefined) {
    return { ...formatByName(object.key, shape), ...shape };
  }
  if (shape.dataset !== undefined) return shape;
  const found = await datasetOfObject(object, context);
  if (found.dataset === null) problems.push(found.problem);
  return found.dataset === null ? {} : { dataset: found.dataset };
}

function collect<T>(problems: string[], read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}
