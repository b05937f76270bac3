import { datasetOrProblems } from '../../functions/compile/declaration/schema.ts';
import { keylessRule } from '../../functions/conflict/all.ts';
import { contractFor } from '../../functions/contract/contract-for.ts';
import { showTarget } from '../../functions/core/target-name.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { transaction } from '../../functions/db/client.ts';
import { isNamed } from '../../functions/formats/shared/column-names.ts';
import { type ProposedKey, proposeKey } from '../../functions/propose/keys/propose-key.ts';
import { tableNames } from '../../functions/propose/table-names.ts';
import { LoadRejected } from '../../functions/protocol/errors.ts';
import { plural } from '../../functions/words/quantities.ts';
import { shortPath } from '../../functions/words/object-name.ts';
import { type Context, commandLine } from '../context.ts';
import { withDatabase } from '../database/database.ts';
import { formatByName } from '../typed/reading/format-options.ts';
import { UsageError } from '../typed/usage.ts';
import { columnsOf, datasetOfAnswers, ddlOf, keyOf, type Proposal } from './compose.ts';
import { madeColumns } from './declared-columns.ts';
import { type Dialect, dialectOf, readingDataset } from './dialect.ts';
import { cellsOf, type Observed, observe } from './observe.ts';
import type { InitOrders } from './orders.ts';
import { requireFree, writeDataset } from './place.ts';
import { beginningOf, sourceOf } from './source.ts';
import { type InitTarget, readTarget } from './target.ts';

/** What was proposed, and written where it was asked for. */
export interface Initialised {
  /** From where the person stands. */
  readonly file: string;
  readonly dataset: Readonly<Record<string, unknown>>;
  /** Tries it. */
  readonly command: string;
  /** Statements that make its table, where there is none. */
  readonly ddl: string | null;
  /** Config that was written too, from where the person stands; null: the project has one. */
  readonly config: string | null;
  readonly proposals: readonly (Proposal & { readonly question: string })[];
}

/** A file that was looked at, all of it. */
export interface Looked {
  readonly dialect: Dialect;
  readonly observed: Observed;
  readonly inFile: ProposedKey;
}

/** Reads all of the file: how it is read, what its columns hold, what tells its records apart. */
export async function lookAt({ object, reading }: InitOrders, { signal }: Context): Promise<Looked> {
  const said = { ...reading, ...formatByName(object.key, { ...reading, reading }) };
  const { delimiter, ...rest } = said as { readonly delimiter?: string };
  const fields = delimiter === '\t' ? { format: 'tsv', ...rest } : said;
  const declared = readingDataset(fields);
  const isOpen = ['format', 'delimiter', 'quote'].every((field) => !(field in fields));
  const beginning = await beginningOf(object, declared, isOpen);
  const dialect = dialectOf(beginning, fields);
  const looked = await observed(beginning, dialect, signal);
  const inFile = await proposeKey(looked.observed.table, () => cellsOf(looked.observed.source, signal));
  return { ...looked, inFile };
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

/** @throws LoadRejected, CommandError and UsageError, with nothing written */
export async function initialise(orders: InitOrders, context: Context): Promise<Initialised> {
  const { into } = orders;
  if (into === null) throw new UsageError(['where do its rows go? Say --into SCHEMA.TABLE']);
  const name = orders.name ?? into.table;
  const prefix = orders.prefix ?? `${name}/`;
  await requireFree(context, { name, prefix });
  const target = await readTarget(into, orders, context);
  const looked = await lookAt(orders, context);
  const { observed: seen, dialect, inFile } = looked;
  const made = madeColumns(seen, orders.columns.rename);
  const columns =
    target.catalogue === null
      ? {
          ...made,
          ignore: [...(orders.columns.ignore ?? [])],
          answer: plural(made.columns.length, 'new column'),
          why: 'the table is not there yet',
        }
      : columnsOf(seen, target.catalogue, orders);
  const key = keyOf(target.catalogue, columns, { said: orders.key, inFile });
  const dataset = datasetOfAnswers({
    ...{ name, prefix, into, key: key.columns, dialect, columns, more: orders.columns },
    conflict: orders.conflict ?? (key.columns.length === 0 ? { rule: keylessRule.words[0] } : null),
    leniencies: orders.leniencies,
    live: orders.live ?? 'auto',
    limits: orders.limits,
  });
  await requireFitting(dataset, target, seen);
  const written = await writeDataset(dataset, name, context);
  return {
    file: shortPath(written.file, context.typedIn),
    dataset,
    command: commandLine(`load ${shellWord(orders.object.typed)} --dataset ${shellWord(name)} --dry-run`),
    ddl: target.catalogue === null ? ddlOf(seen, into, { fills: made, key: key.columns }) : null,
    config: written.config === null ? null : shortPath(written.config, context.typedIn),
    proposals: [
      { question: 'what comes in', ...fileWords(looked, orders) },
      { question: 'where it goes', answer: showTarget(into), why: `${columns.answer}; ${columns.why}` },
      { question: 'key', answer: key.answer, why: key.why },
    ],
  };
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
  _seen: Observed,
): Promise<void> {
  const { dataset, problems } = datasetOrProblems(written);
  if (dataset === null) throw new UsageError(problems);
  if (catalogue === null || database === null) return;
  await withDatabase(database, (db) => transaction(db, {}, () => contractFor(db, dataset)));
}

function fileWords({ dialect, observed: { records, faults, source } }: Looked, { object }: InitOrders): Proposal {
  const bad = [...faults.values()].reduce((sum, { records: some }) => sum + some, 0);
  const refused = bad === 0 ? '' : `; ${plural(bad, 'record')} cannot be taken apart`;
  const packed = source.packed === null ? '' : `, unpacked from ${source.packed}`;
  return { answer: `${shellWord(object.typed)}${packed}: ${plural(records, 'record')}${refused}`, why: dialect.why };
}

export { LoadRejected };
