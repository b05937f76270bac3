import type { LoadRequest } from '../../functions/protocol/states.ts';
import { readLeniencies } from '../../functions/words/leniencies.ts';
import { parseTargetName, type TargetName } from '../../functions/core/target-name.ts';
import { ruleTyped, readAdHocRules } from '../typed/ad-hoc-rules.ts';
import { readColumns } from '../typed/column-options.ts';
import type { Context } from '../context.ts';
import { namedDatabase } from '../database/database.ts';
import { type NamedObject, readFileNames } from '../typed/files.ts';
import { formatTyped } from '../typed/reading/format-options.ts';
import { readReading } from '../typed/reading/reading-options.ts';
import { readTraffic } from '../typed/traffic-options.ts';
import { type Arguments, UsageError } from '../typed/usage.ts';

/** What was typed: answers to questions that are not asked then. */
export interface InitOrders {
  readonly object: NamedObject;
  readonly into: TargetName | null;
  readonly name: string | null;
  readonly prefix: string | null;
  /** Columns; empty: none, every record is a row. Null: not said. */
  readonly key: readonly string[] | null;
  readonly conflict: LoadRequest['conflict'] | null;
  readonly live: string | null;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly leniencies: readonly string[];
  /** Fields of a dataset that say how the file is read. */
  readonly reading: Readonly<Record<string, unknown>>;
  readonly columns: ReturnType<typeof readColumns>;
  readonly ddl: boolean;
  readonly json: boolean;
  /** Nothing is asked. */
  readonly yes: boolean;
  readonly database: ReturnType<typeof namedDatabase>;
}

/** @throws UsageError with everything that is wrong */
export async function readInitOrders(typed: Arguments, context: Context): Promise<InitOrders> {
  const { values, lists, flags, positionals } = typed;
  const problems: string[] = [];
  if (positionals.length === 0) problems.push('FILE is missing: a sample of what comes in, the larger the better');
  if (positionals.length > 1) problems.push('name one FILE: a dataset is made by one sample of what comes in');
  const files = await readFileNames(positionals.slice(0, 1), context.typedIn);
  problems.push(...files.problems);
  const into = readInto(values['into'], problems);
  if (flags.has('ddl') && values['into'] === undefined)
    problems.push('--ddl needs --into SCHEMA.TABLE: the table to be made');
  const { conflict, limits } = readAdHocRules(typed, problems);
  const key = readKey(values['key'], values['conflict'], problems);
  const lenient = values['lenient'] === undefined ? null : readLeniencies(values['lenient']);
  problems.push(...(lenient?.problems ?? []));
  const { traffic } = readTraffic(typed, problems);
  const reading = {
    ...formatTyped(values, problems),
    ...(lists['null'] !== undefined && { null: [...lists['null']] }),
    ...readReading(typed, problems).reading,
  };
  const columns = readColumns({ values, lists }, problems);
  const [object] = files.objects;
  if (problems.length > 0 || object === undefined) throw new UsageError(problems);
  return {
    object,
    into,
    name: values['name'] ?? null,
    prefix: values['prefix'] ?? null,
    key,
    conflict: conflict ?? null,
    live: typeof traffic?.['live'] === 'string' ? traffic['live'] : null,
    limits: limits ?? {},
    leniencies: lenient?.names ?? [],
    reading,
    columns,
    ddl: flags.has('ddl'),
    json: flags.has('json'),
    yes: flags.has('yes') || flags.has('json'),
    database: namedDatabase(values['database-url'], context),
  };
}

/** PostgreSQL cuts a longer name without a word. */
const mostNameBytes = 63;

function readInto(typed: string | undefined, problems: string[]): TargetName | null {
  if (typed === undefined) return null;
  const into = parseTargetName(typed);
  if (into === null) {
    problems.push(
      `--into: "${typed}" is not SCHEMA.TABLE (a name with dots or blanks goes into double quotes: 'public."my.table"')`,
    );
    return null;
  }
  const long = [into.schema, into.table].filter((name) => Buffer.byteLength(name) > mostNameBytes);
  problems.push(
    ...long.map(
      (name) =>
        `--into: "${name.slice(0, 80)}" is longer than the ${mostNameBytes} bytes that a name of PostgreSQL has`,
    ),
  );
  return into;
}

function readKey(
  typed: string | undefined,
  conflict: string | undefined,
  problems: string[],
): readonly string[] | null {
  if (conflict !== undefined && !ruleTyped(conflict).demands.key) {
    if (typed !== undefined)
      problems.push(`--key does not go with --conflict ${conflict}: ${ruleTyped(conflict).keeps}`);
    return [];
  }
  if (typed === undefined) return null;
  const columns = typed.split(',').map((column) => column.trim());
  if (columns.includes('')) problems.push(`--key: "${typed}" holds an empty column name; write --key a,b`);
  return columns;
}
