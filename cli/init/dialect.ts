import { keylessRule } from '../../functions/conflict/all.ts';
import { declaredFormat } from '../../functions/compile/declaration/reading/declared-format.ts';
import { type Dataset, datasetOrProblems } from '../../functions/compile/declaration/schema.ts';
import type { DelimitedFormat, FileFormat } from '../../functions/core/format/file-format.ts';
import { tableNames } from '../../functions/propose/table-names.ts';
import { LoadRejected } from '../../functions/protocol/errors.ts';
import { describedTable } from '../../functions/sniff/alone/described.ts';
import { guessDialect } from '../../functions/sniff/alone/guess-dialect.ts';
import { type Table, tableOf } from '../../functions/sniff/alone/table-of.ts';
import { optionsSaying, saidFields } from '../../functions/sniff/words.ts';
import { plural } from '../../functions/words/quantities.ts';
import { UsageError } from '../typed/usage.ts';
import type { Beginning } from './source.ts';

/** Fields of a dataset that say how a file is read. */
export type ReadingFields = Readonly<Record<string, unknown>>;

/** How a file is read, and why it is believed. */
export interface Dialect {
  readonly format: FileFormat;
  /** As a dataset says it: what differs from what is read where nothing is said. */
  readonly fields: ReadingFields;
  readonly why: string;
}

/**
 * A dataset that says how a file is read, and nothing else.
 * @throws UsageError with what these fields say against each other
 */
export function readingDataset(fields: ReadingFields): Dataset {
  const { dataset, problems } = datasetOrProblems({
    ...{ name: 'init', prefix: 'init/', table: 'init', conflict: { rule: keylessRule.words[0] } },
    ...fields,
  });
  if (dataset === null) throw new UsageError(problems.map(({ message }) => message));
  return dataset;
}

/**
 * What is said, and for the rest what the beginning of the file shows.
 * @param said fields that were typed or that the name of the file tells
 */
export function dialectOf({ format, head, decoding }: Beginning, said: ReadingFields): Dialect {
  if (format.kind !== 'csv' && format.kind !== 'tsv') {
    const fields = { ...said, format: format.kind };
    return { format: declaredFormat(readingDataset(fields)), fields, why: kindWords[format.kind] };
  }
  const { undeclared } = readingDataset(said);
  const sample = { ...head, isAll: head.isAll && decoding === null };
  const isSaid = !undeclared.includes('delimiter');
  const guess = isSaid ? null : guessDialect(sample, format.recordEnd);
  const tables = guess === null ? [tableOf(format, head)] : guess.kind === 'found' ? [guess.table] : guess.tables;
  const [table = null, second = null] = tables;
  if (table === null) return noTable(format, said, head.bytes.length);
  const found = { ...fieldsOf(table.format, undeclared, head.bytes), ...namesOf(table, undeclared) };
  const fields = { ...said, ...found };
  return { format: declaredFormat(readingDataset(fields)), fields, why: whyRead(table, isSaid, second) };
}

const kindWords: Readonly<Record<FileFormat['kind'], string>> = {
  csv: 'delimited text',
  tsv: 'delimited text',
  ndjson: 'each line is an object of JSON',
  json: 'it is a document of JSON',
  'json-seq': 'each text behind a record separator is an object of JSON (RFC 7464)',
  parquet: 'it is a Parquet file, which names and types its columns',
  xlsx: 'it is a workbook of Excel; the first row with values names the columns',
  fixed: 'as it is said',
};

/** An empty file, and what is no text, are told by whoever reads the header. */
function noTable(format: FileFormat, said: ReadingFields, bytes: number): Dialect {
  if (bytes === 0 || 'delimiter' in said) return { format, fields: said, why: 'as it is said' };
  throw new LoadRejected(
    'WRONG_DELIMITER',
    'Nothing in its beginning is like a table, or a quote opens in it that is never closed. Is it the file that was meant? If so, say how it is read: --format, --delimiter, --quote',
  );
}

function fieldsOf(
  { delimiter, quote = '"', escape }: DelimitedFormat,
  undeclared: Dataset['undeclared'],
  bytes: Buffer,
): ReadingFields {
  const isTab = delimiter === '\t';
  // between tabs quotes mean what they mean elsewhere only where that is said
  const saysQuote = quote !== '"' || (isTab && bytes.includes('"'));
  return {
    ...(undeclared.includes('delimiter') && delimiter !== ',' && (isTab ? { format: 'tsv' } : { delimiter })),
    ...(undeclared.includes('quote') && saysQuote && { quote }),
    ...(undeclared.includes('quote') && escape !== undefined && { escape }),
  };
}

/** Where no load can take the header as it stands, all columns are named, and it is passed over. */
function namesOf(table: Table, undeclared: Dataset['undeclared']): ReadingFields {
  if (!undeclared.includes('skipRows')) return {};
  const { header, isOwn, skipRows, linesBefore } = describedTable(table);
  if (header !== null && isOwn) return skipRows === 0 ? {} : { skipRows };
  const names = tableNames(header ?? Array.from({ length: table.columns }, () => ''));
  return { header: names, ...(linesBefore > 0 && { skipRows: linesBefore }) };
}

function whyRead(table: Table, isSaid: boolean, second: Table | null): string {
  const { header, isOwn, skipRows, whole, records } = describedTable(table);
  const named =
    header === null
      ? 'its first record looks like the others, so its columns are named by their places'
      : isOwn
        ? `line ${skipRows + 1} names ${plural(header.length, 'column')}`
        : 'its header has a name twice or lacks some, so all columns are named';
  const doubt =
    second === null ? '' : `; it may be meant otherwise: ${optionsSaying(second.format, saidFields(second.format))}`;
  const shape = isSaid
    ? 'as it is said'
    : `${whole} of the first ${plural(records, 'record')} have ${plural(table.columns, 'cell')}`;
  return `${shape}; ${named}${doubt}`;
}
