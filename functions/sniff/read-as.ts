import type { Contract, FileColumn } from '../core/contract.ts';
import type { DelimitedFormat } from '../core/format/file-format.ts';
import type { Sample } from './sample.ts';
import { areColumns, mapHeader } from '../compile/header/header.ts';
import { isBlank } from '../compile/header/unnamed-columns.ts';
import { cellGrammarOf } from '../formats/delimited/grammar.ts';
import { firstLines, skipLines } from '../formats/delimited/header/top-lines.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Layout } from '../formats/shared/layout.ts';
import { formCodes, isPlain, scannedForm, TEXT } from '../formats/shared/plain-forms.ts';
import type { RawRecord } from '../formats/shared/raw-record.ts';
import type { Candidate } from './candidates.ts';

/** The beginning of an object, read as a candidate has it; its header is one of the table. */
export interface Reading extends Candidate {
  readonly fileColumns: readonly FileColumn[];
  /** Columns without a name: all empty, or the candidate is none. */
  readonly unnamed: number;
  /** Whole records of the sample by their offset. */
  readonly records: ReadonlyMap<number, SampledRecord>;
  /** Records that fit the table, of all: 1 where there is none. */
  readonly share: number;
}

/** A record of the sample. */
export interface SampledRecord {
  /** It has as many cells as the header, and each of them what its column may hold. */
  readonly fits: boolean;
  /** Column of the target and the text of its cell; null is NULL. */
  readonly cells: ReadonlyMap<string, string | null>;
}

/** The first of the lines before which it may end that is a header of the table, and what stands behind it; null where none is. */
export function readAs(
  candidate: Candidate,
  contract: Contract,
  { head, skippable }: { readonly head: Sample; readonly skippable: readonly number[] },
): Reading | null {
  const found = firstHeader(candidate.format, contract, head, skippable);
  if (found === null) return null;
  const read = { ...contract, format: found.format };
  const fileColumns = mapHeader(read, found.names);
  const records = recordsOf(read, found, fileColumns, head);
  const unnamed = fileColumns.flatMap(({ unnamed: isUnnamed }, i) => (isUnnamed === true ? [i] : []));
  // further on a value in such a column is a fault of its record
  const first = records.filter(({ byteOffset }) => byteOffset < head.bytes.length);
  if (first.some(({ cells }) => unnamed.some((i) => !isBlank(cells?.[i])))) return null;
  const forms = formsOf(fileColumns);
  const sampled = new Map(records.map((record) => [record.byteOffset, sampledRecord(record, fileColumns, forms)]));
  const fitting = [...sampled.values()].filter(({ fits }) => fits).length;
  const share = sampled.size === 0 ? 1 : fitting / sampled.size;
  return { ...candidate, format: found.format, fileColumns, unnamed: unnamed.length, records: sampled, share };
}

interface FoundHeader extends Layout {
  readonly format: DelimitedFormat;
  readonly names: readonly string[];
}

/** The first line whose cells are a header of the table, where no line before it can be a record of it. */
function firstHeader(
  format: DelimitedFormat,
  contract: Contract,
  head: Sample,
  skippable: readonly number[],
): FoundHeader | null {
  for (const skipRows of skippable) {
    const found = headerBehind(format, contract, head, skipRows);
    if (found === null) continue;
    return mayHoldRecords(found, contract, head.bytes.subarray(0, found.headerOffset)) ? null : found;
  }
  return null;
}

interface HeaderBehind extends FoundHeader {
  /** Where the lines that are skipped end. */
  readonly headerOffset: number;
}

function headerBehind(
  declared: DelimitedFormat,
  contract: Contract,
  head: Sample,
  skipRows: number,
): HeaderBehind | null {
  const { skipRows: _none, ...rest } = declared;
  const format = skipRows === 0 ? rest : { ...rest, skipRows };
  const { at: headerOffset } = skipLines(head.bytes, { at: 0, line: 1 }, skipRows, cellGrammarOf(format));
  const layout = formatOf({ contract: { ...contract, format } }).layout(head.bytes, head.isAll);
  if ('problem' in layout || layout.names === null || !areColumns({ ...contract, format }, layout.names)) return null;
  return { ...layout, names: layout.names, format, headerOffset };
}

/** A line with a cell for each name, all of which their columns can hold, is one of the table: it is not passed over unasked. */
function mayHoldRecords({ format, names }: FoundHeader, contract: Contract, skipped: Buffer): boolean {
  const read = { ...contract, format };
  const { cells: split } = formatOf({ contract: read });
  if (split === null || skipped.length === 0) return false;
  const forms = formsOf(mapHeader(read, names));
  const recordEnd = format.recordEnd && Buffer.from(format.recordEnd).toString('latin1');
  const lines = firstLines(skipped.toString('latin1'), skipped.length, recordEnd);
  return lines.some((line) => {
    const cells = split(Buffer.from(line, 'latin1'));
    return cells.length === names.length && cells.some((cell) => cell !== null) && areOf(forms, cells);
  });
}

/** Those that stand whole in what is sampled: at the beginning, and behind where one is believed to begin in what stands later. */
function recordsOf(
  contract: Contract,
  { bodyOffset, lineEnd }: Layout,
  fileColumns: readonly FileColumn[],
  head: Sample,
): readonly RawRecord[] {
  const format = formatOf({ contract, lineEnd });
  const columns = fileColumns.map((column) => ({ ...column, column: withoutSteps(column.column) }));
  const recordsIn = (bytes: Buffer, startOffset: number, isEnd: boolean): readonly RawRecord[] => {
    const scanner = format.scanner({
      fileColumns: columns,
      maxRecordBytes: contract.limits.maxRecordBytes,
      maxRawBytes: bytes.length,
      startOffset,
      endOffset: Infinity,
      allRaw: true,
      zoneJumps: [],
    });
    const { raw } = scanner.push(bytes);
    return isEnd ? [...raw, ...scanner.end().raw] : raw;
  };
  const later = (head.later ?? []).flatMap(({ bytes, offset, isEnd }) => {
    const window = { fileColumns, windowOffset: offset, from: offset + 1, objectEndsInWindow: isEnd };
    const start = format.guess(bytes, window);
    return start === null ? [] : recordsIn(bytes.subarray(start - offset), start, isEnd);
  });
  return [...recordsIn(head.bytes.subarray(bodyOffset), bodyOffset, head.isAll), ...later];
}

/** Cells as the object has them. */
function withoutSteps(column: FileColumn['column']): FileColumn['column'] {
  if (column === null) return null;
  const { clean: _steps, ...rest } = column;
  return rest;
}

function sampledRecord(
  { fault, cells }: RawRecord,
  fileColumns: readonly FileColumn[],
  forms: Uint8Array,
): SampledRecord {
  if (fault !== null || cells === null) return { fits: false, cells: new Map() };
  const texts = fileColumns.flatMap(({ column }, i) =>
    column === null ? [] : [[column.name, cells[i]?.toString('utf8') ?? null] as const],
  );
  return { fits: areOf(forms, cells), cells: new Map(texts) };
}

/** Of each column; one that is cleaned may hold anything. */
function formsOf(fileColumns: readonly FileColumn[]): Uint8Array {
  return formCodes(fileColumns.map(({ column }) => (column?.clean === undefined ? scannedForm(column) : 'text')));
}

/** Whether each column can hold its cell as it stands. */
function areOf(forms: Uint8Array, cells: readonly (Buffer | null)[]): boolean {
  return forms.every((code, i) => {
    const cell = cells[i];
    return cell === null || cell === undefined || code === TEXT || isPlain(code, cell, 0, cell.length);
  });
}
