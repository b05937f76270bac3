import { datasetOrProblems } from '../../functions/compile/declaration/schema.ts';
import { contractFor } from '../../functions/contract/contract-for.ts';
import { shownObject } from '../../functions/core/object-url.ts';
import { parseTargetName, showTarget, type TargetName } from '../../functions/core/target-name.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { transaction } from '../../functions/db/client.ts';
import { isNamed } from '../../functions/formats/shared/column-names.ts';
import { bestTables, onlyTable } from '../../functions/propose/best-tables.ts';
import { proposeKey } from '../../functions/propose/keys/propose-key.ts';
import { type RecordsInDocument, recordsInDocument } from '../../functions/propose/records-in-document.ts';
import { tableNames } from '../../functions/propose/table-names.ts';
import { LoadRejected } from '../../functions/protocol/errors.ts';
import { shortPath } from '../../functions/words/object-name.ts';
import { count, plural } from '../../functions/words/quantities.ts';
import { type Context, commandLine } from '../context.ts';
import { withDatabase } from '../database/database.ts';
import { formatByName } from '../typed/reading/format-options.ts';
import { UsageError } from '../typed/usage.ts';
import { answersOf } from './answers.ts';
import { type Asker, askerOf } from './ask.ts';
import { datasetOfAnswers, ddlOf, keyOf } from './compose.ts';
import { madeColumns } from './declared-columns.ts';
import { type Dialect, dialectOf, readingDataset } from './dialect.ts';
import type { Initialised } from './initialised.ts';
import type { Looked } from './looked.ts';
import { cellsOf, type Observed, observe } from './observe.ts';
import type { InitOrders } from './orders.ts';
import { nameOfFile, requireFree, writeDataset } from './place.ts';
import { beginningOf, sourceOf } from './source.ts';
import { type InitTarget, readTables, readTarget } from './target.ts';
import { writtenDataset } from './written.ts';

/** Reads all of the file: how it is read, what its columns hold, what tells its records apart. */
async function lookAt(orders: InitOrders, context: Context): Promise<Looked> {
  const { object, reading } = orders;
  const { signal } = context;
  const said = { ...reading, ...formatByName(object.key, { ...reading, reading }) };
  const { delimiter, ...rest } = said as { readonly delimiter?: string };
  const fields = delimiter === '\t' ? { format: 'tsv', ...rest } : said;
  const declared = readingDataset(fields);
  const isOpen = ['format', 'delimiter', 'quote'].every((field) => !(field in fields));
  const beginning = await beginningOf(object, declared, isOpen);
  const dialect = dialectOf(beginning, fields);
  const looked = await observed(beginning, dialect, signal);
  const inside = 'jsonPath' in fields ? [] : recordsInDocument(looked.observed.source.document);
  if (inside.length > 0) return await lookInside(inside, orders, context);
  requireRecords(looked.observed, shownObject(beginning.object));
  const inFile = await proposeKey(looked.observed.table, () => cellsOf(looked.observed.source, signal));
  return { ...looked, inFile };
}

/** A document that is one object with an array of objects in it is read by the longest of those. */
async function lookInside(
  [longest, ...others]: readonly RecordsInDocument[],
  orders: InitOrders,
  context: Context,
): Promise<Looked> {
  const { path = '', records = 0 } = longest ?? {};
  const inside = { ...orders, reading: { ...orders.reading, format: 'json', jsonPath: path } };
  const { dialect, ...rest } = await lookAt(inside, context);
  const more = others.slice(0, 3).map((one) => `${one.path} has ${count(one.records)}`);
  const rivals = more.length === 0 ? '' : `; ${more.join(', ')}`;
  const why = `the document is one object, whose ${path} is an array of ${plural(records, 'object')}${rivals}. --json-path $ takes it whole`;
  return { ...rest, dialect: { ...dialect, why } };
}

/** A file of which nothing can be read is another one than was meant, or is read otherwise. */
function requireRecords({ records, faults }: Observed, file: string): void {
  const [first] = faults;
  if (records > 0 || first === undefined) return;
  const [code, { line, detail }] = first;
  throw new LoadRejected(
    'NOTHING_ACCEPTED',
    `${file}: none of its records can be taken apart; the first, in line ${line}, is ${code}: ${detail}. Is it the file that was meant? ` +
      'If so, say how it is read: --format, --delimiter, --quote, --encoding',
  );
}

/** A column without a name that has values further on is named as all are, and the file read once more. */
async function observed(
  beginning: Parameters<typeof sourceOf>[0],
  dialect: Dialect,
  signal: AbortSignal,
): Promise<Omit<Looked, 'inFile'>> {
  const found = await observe(await sourceOf(beginning, dialect.format), signal);
  const headers = found.source.columns.map(({ header }) => header);
  const isLost = headers.some((header, i) => !isNamed(header) && (found.table.statistics[i]?.filled ?? 0) > 0);
  if (!isLost || (dialect.format.kind !== 'csv' && dialect.format.kind !== 'tsv')) return { dialect, observed: found };
  const { skipRows = 0 } = dialect.fields as { readonly skipRows?: number };
  const fields = { ...dialect.fields, header: tableNames(headers), skipRows: skipRows + 1 };
  const format = dialectOf(beginning, fields);
  return await observed(
    beginning,
    { ...format, why: 'its header lacks names of columns that have values, so all are named' },
    signal,
  );
}

/**
 * Looks, asks where somebody can be asked, and writes. Null: the person did not want it.
 * @throws LoadRejected, CommandError and UsageError, with nothing written
 */
export async function initialise(orders: InitOrders, context: Context): Promise<Initialised | null> {
  const asker = askerOf(context, orders.yes);
  try {
    return await asked(orders, context, asker);
  } finally {
    asker.close();
  }
}

async function asked(orders: InitOrders, context: Context, asker: Asker): Promise<Initialised | null> {
  const looked = orders.into === null ? await lookAt(orders, context) : null;
  const into = orders.into ?? (await askInto(looked, orders, { context, asker }));
  const name = await askName(orders, into, asker);
  const prefix = orders.prefix ?? `${name}/`;
  await requireFree(context, { name, prefix });
  // before a large file is read: it may say that nothing can be loaded
  const target = await readTarget(into, orders, context);
  const seen = looked ?? (await lookAt(orders, context));
  const answers = await answersOf({ orders, looked: seen, target, asker, signal: context.signal });
  const dataset = datasetOfAnswers({ ...answers, name, prefix, into });
  await requireFitting(dataset, target);
  if (!(await asker.confirm(`Write this?\n${writtenDataset(dataset)}`))) return null;
  const written = await writeDataset(dataset, name, context);
  const { made, key } = answers;
  return {
    file: shortPath(written.file, context.typedIn),
    dataset,
    command: commandLine(`load ${shellWord(orders.object.typed)} --dataset ${shellWord(name)} --dry-run`),
    ddl: target.catalogue === null ? ddlOf(seen.observed, into, { fills: made, key }) : null,
    config: written.config === null ? null : shortPath(written.config, context.typedIn),
    proposals: [...answers.proposals],
  };
}

async function askInto(
  looked: Looked | null,
  orders: InitOrders,
  { context, asker }: { readonly context: Context; readonly asker: Asker },
): Promise<TargetName> {
  const headers = looked?.observed.source.columns.map(({ header }) => header) ?? [];
  const likely = bestTables(headers, await readTables(orders, context));
  const only = onlyTable(likely);
  const some = likely
    .slice(0, 3)
    .map(({ table, found }) => `${showTarget(table)} has ${plural(found, 'column')} of it`);
  const answer = await asker.ask({
    question: 'Where do its rows go',
    option: '--into SCHEMA.TABLE',
    proposal: only === null ? null : showTarget(only),
    why: only === null ? likelyWords(some) : `it has a column for each of the ${headers.length} of the file`,
    problem: (typed) => (parseTargetName(typed) === null ? `"${typed}" is not SCHEMA.TABLE` : null),
  });
  const into = parseTargetName(answer);
  if (into === null) throw new Error(`${answer} was checked`);
  return into;
}

function likelyWords(some: readonly string[]): string {
  if (some.length > 0) return `${some.join(', ')}.`;
  return 'No table has its columns; one that is not there yet is proposed with its types.';
}

async function askName({ name, object }: InitOrders, into: TargetName, asker: Asker): Promise<string> {
  if (name !== null) return name;
  return await asker.ask({
    question: 'What is the dataset called',
    option: '--name NAME',
    proposal: into.table,
    why: `as its table; the file would be ${nameOfFile(object.key)}`,
  });
}

/** The statements that make a table for the file; no database is asked. */
export async function proposedTable(orders: InitOrders, context: Context): Promise<string> {
  const { observed: seen, inFile } = await lookAt(orders, context);
  if (orders.into === null) throw new Error('--ddl without --into');
  const fills = madeColumns(seen, orders.columns.rename);
  const { columns: key } = keyOf(null, fills, { said: orders.key, inFile });
  return ddlOf(seen, orders.into, { fills, key });
}

/** The dataset as it is checked when it is read, and against its table where that is there. */
async function requireFitting(
  written: Readonly<Record<string, unknown>>,
  { catalogue, database }: InitTarget,
): Promise<void> {
  const { dataset, problems } = datasetOrProblems(written);
  if (dataset === null) throw new UsageError(problems.map(({ message }) => message));
  if (catalogue === null || database === null) return;
  await withDatabase(database, (db) => transaction(db, {}, () => contractFor(db, dataset)));
}

export { LoadRejected };
