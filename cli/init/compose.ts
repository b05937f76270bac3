import type { Catalogue } from '../../functions/compile/catalogue/catalogue.ts';
import { showTarget, type TargetName } from '../../functions/core/target-name.ts';
import { createTable } from '../../functions/propose/ddl.ts';
import { keyOfTable } from '../../functions/propose/key-of-table.ts';
import type { ProposedKey } from '../../functions/propose/keys/propose-key.ts';
import { matchTable } from '../../functions/propose/table-match.ts';
import { showList } from '../../functions/words/did-you-mean.ts';
import { plural } from '../../functions/words/quantities.ts';
import { CommandError } from '../typed/usage.ts';
import { madeColumns } from './declared-columns.ts';
import type { Dialect } from './dialect.ts';
import type { Observed } from './observe.ts';
import type { InitOrders } from './orders.ts';

/** An answer that is proposed, and why. */
export interface Proposal {
  readonly answer: string;
  readonly why: string;
}

/** Columns of the table that identify a row. */
export interface KeyProposal extends Proposal {
  readonly columns: readonly string[];
}

/** What becomes of the columns of a file. */
export interface ColumnsProposal extends Proposal {
  /** The column that each column of the file fills; null: none. */
  readonly fills: readonly (string | null)[];
  readonly rename: readonly (readonly [string, string])[];
  readonly ignore: readonly string[];
}

/** Of a table that is there: its own columns. */
export function columnsOf(observed: Observed, catalogue: Catalogue, { columns: said }: InitOrders): ColumnsProposal {
  const headers = observed.source.columns.map(({ header }) => header);
  const match = matchTable(headers, catalogue.columns, said);
  const table = showTarget(catalogue);
  if (match.fills.every((name) => name === null)) {
    throw new CommandError(
      `${table} has none of the columns of the file, which are ${showList(headers)}. Name the table that was meant, or say which column each of them fills: --rename HEADER=COLUMN`,
    );
  }
  if (match.missing.length > 0) {
    const free = match.unknown.length === 0 ? '' : `, and ${showList(match.unknown)} that it has not`;
    throw new CommandError(
      `${table} needs ${showList(match.missing)}, which the file lacks${free}. Say which of its columns is meant, --rename HEADER=COLUMN, or give the columns a default`,
    );
  }
  const filled = match.fills.filter((name) => name !== null).length;
  const ignored = match.unknown.length === 0 ? '' : `; ${table} has no ${showList(match.unknown)}: read and dropped`;
  return {
    fills: match.fills,
    rename: match.rename,
    ignore: [...(said.ignore ?? []), ...match.unknown.map((header) => header.trim())],
    answer: `${plural(filled, 'column')} of ${table}`,
    why: `by their names${ignored}`,
  };
}

/** What is said, else what a unique index of the table is on. */
export function keyOf(
  catalogue: Catalogue | null,
  columns: Pick<ColumnsProposal, 'fills'>,
  { said, inFile }: { readonly said: readonly string[] | null; readonly inFile: ProposedKey },
): KeyProposal {
  if (said !== null) return keyProposal(said, said.length === 0 ? 'no rule for keys was said' : 'as it is said');
  if (catalogue === null) {
    const names = inFile.columns.map((i) => columns.fills[i] ?? '').filter((name) => name !== '');
    return keyProposal(names, inFile.why);
  }
  const own = keyOfTable(catalogue, columns.fills);
  if (own !== null) return keyProposal(own.columns, `the unique index ${own.index} of the table is on it`);
  const unique =
    catalogue.uniqueIndexes.length === 0
      ? 'the table has no unique index'
      : 'the file lacks columns of each unique index of the table';
  return keyProposal([], unique);
}

function keyProposal(columns: readonly string[], why: string): KeyProposal {
  return {
    columns,
    why,
    answer: columns.length === 0 ? 'none: every record is a new row (append)' : columns.join(', '),
  };
}

/** Statements that make the table for the file, with what they were made of. */
export function ddlOf(
  observed: Observed,
  target: TargetName,
  { fills, key }: { readonly fills: ReturnType<typeof madeColumns>; readonly key: readonly string[] },
): string {
  const about = `-- proposed by landfall init from ${plural(observed.records, 'record')}: each type holds every cell. Read it, then run it\n`;
  return `${about}${createTable({ target, columns: fills.columns, key })}`;
}

/** Everything that is written down, in the order in which it is read. */
export interface Answers {
  readonly name: string;
  readonly prefix: string;
  readonly into: TargetName;
  readonly key: readonly string[];
  readonly dialect: Dialect;
  readonly conflict: unknown;
  readonly columns: Pick<ColumnsProposal, 'rename' | 'ignore'>;
  readonly more: InitOrders['columns'];
  /** Steps of cleaning by column. */
  readonly clean: Readonly<Record<string, readonly string[]>>;
  readonly leniencies: readonly string[];
  readonly live: string;
  readonly limits: Readonly<Record<string, unknown>>;
}

/** The dataset, without what is so where nothing is said. */
export function datasetOfAnswers(answers: Answers): Readonly<Record<string, unknown>> {
  const { name, prefix, into, key, dialect, conflict, clean, leniencies, live, limits, more } = answers;
  const { rename, ignore } = answers.columns;
  const { format, ...reading } = dialect.fields;
  const columns = {
    ...(rename.length > 0 && { rename: Object.fromEntries(rename) }),
    ...(ignore.length > 0 && { ignore }),
    ...(more.ignorePositions !== undefined && { ignorePositions: more.ignorePositions }),
    ...(more.unknownColumns !== undefined && { unknown: more.unknownColumns }),
    ...(Object.keys(clean).length > 0 && { clean }),
  };
  return {
    name,
    prefix,
    table: showTarget(into),
    ...(key.length > 0 && { key }),
    ...(format !== undefined && format !== 'csv' && { format }),
    ...reading,
    ...(conflict !== null && { conflict }),
    ...(Object.keys(columns).length > 0 && { columns }),
    ...(leniencies.length > 0 && { leniencies }),
    ...(live !== 'auto' && { live }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}
