import { charactersAt, type TrailerPlace } from '../../../core/control/trailer-totals.ts';
import { type FileFormat, namesColumns } from '../../../core/format/file-format.ts';
import { keysOfPath } from '../../../core/format/json-path.ts';
import { crossCheckNames } from './named-twice.ts';
import { type Reading, readingNames } from './reading-fields.ts';

/** What of a declaration says how files are read. */
interface Read extends Reading {
  readonly format: FileFormat['kind'];
  readonly delimiter: string | undefined;
  readonly quote: string | undefined;
  readonly null: readonly string[] | undefined;
  readonly columns: { readonly ignorePositions: readonly number[]; readonly unknown?: unknown };
}
type Report = (path: readonly (string | number)[], message: string) => void;

/** What fields about the reading of a file say against each other, and such as are for another format. */
export function crossCheckReading(
  { format, columns, delimiter, quote, null: nulls, ...rest }: Read,
  report: Report,
): void {
  const isDelimited = format === 'csv' || format === 'tsv';
  const isTable = format === 'parquet' || format === 'xlsx';
  for (const field of ['sheet', 'cells'] as const) {
    if (rest[field] !== undefined && format !== 'xlsx') report([field], 'is for workbooks, format xlsx');
  }
  const isFixed = format === 'fixed';
  crossCheckFixed(isFixed, { columns, ...rest }, report);
  if (rest.jsonPath !== undefined && format !== 'json') report(['jsonPath'], 'is for documents of JSON, format json');
  if (!isDelimited) {
    const {
      encoding,
      jsonPath: _document,
      fixed: _widths,
      sheet: _sheet,
      cells: _cells,
      member: _member,
      recordEnd,
      skipRows,
      shortRows,
      header: names,
      headerRows: namingRows,
      headerJoin: join,
      trailerRows: _behind,
      trailerTotals: _totals,
      ...ofText
    } = readingOf(rest);
    if (isTable && encoding !== undefined) report(['encoding'], `is for text: format ${format} has its own`);
    if (!isFixed && recordEnd !== undefined) report(['recordEnd'], recordEndElsewhere(format));
    const ofNames = { header: names, headerRows: namingRows, headerJoin: join };
    const ofLines = {
      ...(!isFixed && { null: nulls?.length === 0 ? undefined : nulls, shortRows }),
      ...(!isFixed && format !== 'xlsx' && { skipRows }),
      ...(format !== 'xlsx' && ofNames),
    };
    const misplaced = { delimiter, quote, ...ofLines, ...ofText };
    for (const [field, value] of Object.entries(misplaced)) {
      if (value !== undefined) report([field], 'is for delimited text, format csv or tsv');
    }
    if (!isTable && !isFixed && columns.ignorePositions.length > 0) {
      report(
        ['columns', 'ignorePositions'],
        'is for delimited text, format csv or tsv: keys have no place, name them in columns.ignore',
      );
    }
  }
  const { escape, comment, header, headerRows, headerJoin } = rest;
  if (header !== undefined && headerRows !== undefined)
    report(['headerRows'], 'does not go with header: the file has one, or its columns are named here');
  if (headerJoin !== undefined && (headerRows ?? 1) < 2)
    report(['headerJoin'], 'is for a header of several rows: headerRows');
  crossCheckEnd({ isDelimited, delimiter, quote, null: nulls, format }, rest, report);
  crossCheckTrailer(format, rest, report);
  crossCheckNames(rest, columns.ignorePositions, report);
  const enclosing = quote ?? '"';
  const between = delimiter ?? (format === 'tsv' ? '\t' : ',');
  (isFixed ? [] : (nulls ?? [])).forEach((word, i) => {
    if (word.includes(between)) report(['null', i], 'holds the delimiter, so no cell without quotes can be it');
    if (word.includes(enclosing) && quote !== 'none')
      report(['null', i], `holds a quote, so no cell without quotes can be it`);
  });
  if (isDelimited && comment?.startsWith(between))
    report(['comment'], 'begins as a record does whose first cell is empty');
  if (isDelimited && quote !== 'none' && comment?.startsWith(enclosing))
    report(['comment'], 'begins with the quote, as a cell does');
  if (isDelimited && escape !== undefined && between.includes(escape))
    report(['escape'], 'is the delimiter too: one of them has to be another');
  if (isDelimited && escape !== undefined && quote === 'none')
    report(['escape'], "stands between quotes, and quote: 'none' says that there are none");
  if (isDelimited && quote !== undefined && between.includes(quote))
    report(['quote'], 'is the delimiter too: one of them has to be another');
}

/** Lines at the end are told where lines are records; what they say is found as the format has it. */
function crossCheckTrailer(format: Read['format'], { trailerRows, trailerTotals }: Reading, report: Report): void {
  const nowhere = trailerNowhere[format];
  if (nowhere !== undefined) {
    for (const [field, value] of Object.entries({ trailerRows, trailerTotals }))
      if (value !== undefined)
        report([field], `is for delimited text, lines of fixed width and JSON lines: ${nowhere}`);
    return;
  }
  if (trailerTotals === undefined) return;
  const { line, records, sums = {} } = trailerTotals;
  if (line > (trailerRows ?? 0))
    report(
      ['trailerRows'],
      `is ${trailerRows ?? 0}, and line ${line} of them has the totals (trailerTotals; --trailer-records, --trailer-sum)`,
    );
  const told = [
    [['records'], records] as const,
    ...Object.entries(sums).map(([name, at]) => [['sums', name], at] as const),
  ];
  for (const [path, place] of told) {
    const problem = place === undefined ? null : problemOfPlace(format, place);
    if (problem !== null) report(['trailerTotals', ...path], problem);
  }
}

const trailerNowhere: Partial<Record<Read['format'], string>> = {
  json: 'a document of JSON ends with its bracket; name the array that has the records (jsonPath, --json-path)',
  parquet: 'a Parquet file holds records alone, and counts them itself',
  xlsx: 'rows below the table of a sheet are records; have them left out of the sheet, or rejected by their columns',
};

function problemOfPlace(format: Read['format'], place: TrailerPlace): string | null {
  if (namesColumns({ kind: format })) {
    if (typeof place === 'string' && (keysOfPath(place)?.length ?? 0) > 0) return null;
    return `is "${place}", and a line of JSON has keys: say which lead there, like "totals.count"`;
  }
  if (typeof place === 'number' || (format === 'fixed' && charactersAt(place) !== null)) return null;
  const characters = format === 'fixed' ? ', or characters, first and last, like "4-9"' : '';
  return `is "${place}", which is no cell: say its number, counted from 1${characters}`;
}

/** A declared end goes before all else that stands outside quotes. */
function crossCheckEnd(
  {
    isDelimited,
    delimiter,
    quote,
    null: nulls,
    format,
  }: Pick<Read, 'delimiter' | 'quote' | 'null' | 'format'> & {
    readonly isDelimited: boolean;
  },
  { recordEnd, comment }: Reading,
  report: Report,
): void {
  if (recordEnd === undefined) return;
  (nulls ?? []).forEach((word, i) => {
    if (word.includes(recordEnd)) report(['null', i], 'holds what ends records, so no cell without quotes can be it');
  });
  if (!isDelimited) return;
  const between = delimiter ?? (format === 'tsv' ? '\t' : ',');
  if (between.includes(recordEnd))
    report(['recordEnd'], 'is the delimiter, or a part of it: one of them has to be another');
  if (comment?.includes(recordEnd)) report(['comment'], 'holds what ends records');
  if (quote !== undefined && quote !== 'none' && recordEnd.includes(quote))
    report(['recordEnd'], 'holds the quote: one of them has to be another');
}

function recordEndElsewhere(format: string): string {
  if (format === 'ndjson' || format === 'json' || format === 'json-seq')
    return 'is for delimited text and lines of fixed width: a record of JSON ends with its line (ndjson), where its brackets say (json) or where the next one begins (json-seq)';
  return `is for delimited text and lines of fixed width: format ${format} is no text`;
}

function crossCheckFixed(isFixed: boolean, { columns, fixed }: Pick<Read, 'columns' | 'fixed'>, report: Report): void {
  if (!isFixed && fixed !== undefined) report(['fixed'], 'is for lines of fixed width, format fixed');
  if (isFixed && fixed === undefined)
    report(['fixed'], 'is missing: the columns of a line with their widths, like [{ name: "id", width: 10 }]');
  if (isFixed && typeof columns.unknown === 'object')
    report(['columns', 'unknown'], "of lines of fixed width is 'refuse' or 'ignore': their columns are named here");
}

/** The fields of reading among all of a declaration. */
function readingOf(declared: Reading): Reading {
  return Object.fromEntries(readingNames.map((name) => [name, declared[name]]));
}
