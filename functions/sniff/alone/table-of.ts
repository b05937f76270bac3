import type { DelimitedFormat } from '../../core/format/file-format.ts';
import { delimited } from '../../formats/delimited/format.ts';
import { skipLines } from '../../formats/delimited/header/top-lines.ts';
import type { RawRecord } from '../../formats/shared/raw-record.ts';
import type { Sample } from '../sample.ts';
import { isKnownCell } from './known-cell.ts';

/** As many records tell what a file is like. */
const sampledRecords = 200;

/** The beginning of an object as one way of reading has it. */
export interface Table {
  readonly format: DelimitedFormat;
  /** Cells of each record, header and lines before it included; null is empty. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Line of each record, from 1: physical, and where a record end is declared what that or a line end ends (`skipRows`). */
  readonly lines: readonly number[];
  /** Those whose quotes are no quotes, by their place in `rows`. */
  readonly faulty: ReadonlySet<number>;
  /** Lines that the records are. */
  readonly linesRead: number;
  /** Cells that most records have, and the share of those that do. */
  readonly columns: number;
  readonly uniform: number;
  /** Cells that are quoted or look like something, of all. */
  readonly known: number;
  /**
   * How much of a table it is: the pattern score of van den Burg, Nazábal and Sutton (2019), records of more cells and of fewer
   * kinds, times the share of known cells, less what stray quotes spoil.
   */
  readonly score: number;
}

/** Null where a quote never closes, or there is no record. */
export function tableOf(format: DelimitedFormat, sample: Sample): Table | null {
  const lineEnd = sample.bytes.includes('\n') ? 'lf' : 'cr';
  const read = delimited(format, lineEnd);
  const scanner = read.scanner({
    fileColumns: [],
    maxRecordBytes: sample.bytes.length,
    maxRawBytes: sample.bytes.length,
    startOffset: 0,
    endOffset: Infinity,
    allRaw: true,
    zoneJumps: [],
  });
  const found = [...scanner.push(sample.bytes).raw, ...(sample.isAll ? scanner.end().raw : [])];
  if (sample.isAll && scanner.counts().openQuote !== null) return null;
  const records = found.slice(0, sampledRecords);
  if (records.length === 0) return null;
  const written = records.map(({ raw }) => read.writer.cells?.of(raw) ?? []);
  const rows = records.map(({ raw }) => (read.cells?.(raw) ?? []).map((cell) => cell?.toString('utf8') ?? null));
  const quote = format.quote ?? '"';
  const cells = written.flat();
  const isKnown = (cell: Buffer): boolean => {
    const text = cell.toString('utf8');
    return text.startsWith(quote) || isKnownCell(text);
  };
  const known = cells.filter(isKnown).length / cells.length;
  const stray = records.filter(({ fault }) => fault === 'STRAY_QUOTE').length;
  const spoiled = stray === 0 ? 1 : Math.max(0.1, 1 - (3 * stray) / cells.length);
  const { columns, uniform, pattern } = patternOf(rows);
  return {
    format,
    rows,
    lines:
      format.recordEnd === undefined
        ? records.map(({ line }) => line)
        : skippedLines(records, format.recordEnd, sample),
    faulty: new Set(records.flatMap(({ fault }, i) => (fault === null || fault === 'FIELD_COUNT' ? [] : [i]))),
    linesRead: scanner.counts().lines + (format.recordEnd === undefined ? 0 : records.length),
    columns,
    uniform,
    known,
    score: pattern * known * spoiled,
  };
}

/** As many lines and one stand before each record as `skipRows` would have to pass over. */
function skippedLines(records: readonly RawRecord[], recordEnd: string, { bytes }: Sample): readonly number[] {
  const ends = { recordEnd: Buffer.from(recordEnd) };
  let at = 0;
  let lines = 0;
  return records.map(({ byteOffset }) => {
    for (; at < byteOffset; lines += 1) ({ at } = skipLines(bytes, { at, line: 1 }, 1, ends));
    return lines + 1;
  });
}

function patternOf(rows: Table['rows']): { columns: number; uniform: number; pattern: number } {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [[columns, most]] = [...counts].toSorted((a, b) => b[1] - a[1]) as [[number, number]];
  const sum = [...counts].reduce((all, [cells, records]) => all + (records * Math.max(1e-3, cells - 1)) / cells, 0);
  return { columns, uniform: most / rows.length, pattern: sum / counts.size };
}
