/**
 * The grammar of functions/formats/delimited/README.md read literally: one character after the other, no tables, no chunks, one
 * string for the whole object (latin1: a character a byte). Slow and independent on purpose; imports nothing from there.
 */
import { isUtf8 } from 'node:buffer';
import type { LineEnd } from '../../../../functions/core/format/file-format.ts';
import type { ScannedForm } from '../../../../functions/formats/shared/plain-forms.ts';

export interface ReferenceGrammar {
  readonly delimiter: string;
  readonly lineEnd: LineEnd;
  /** none: quotes are data. assumed: a quoted cell with a line end and a delimiter inside is a fault. */
  readonly quoting: 'declared' | 'assumed' | 'none';
  /** What encloses cells; absent: `"`. */
  readonly quote?: string;
  /** Between quotes: before a quote, or before itself, that is data; absent: the quote. */
  readonly escape?: string;
  /** What a line begins with that is no record. */
  readonly comment?: string;
  /** What ends a record, before a delimiter; absent: a line end does. */
  readonly recordEnd?: string;
  /** Unquoted cells that are NULL. */
  readonly nulls?: readonly string[];
}

export interface ReferenceCell {
  readonly text: string;
  /** As it stands in the record. */
  readonly source: string;
  readonly isNull: boolean;
  readonly isQuoted: boolean;
  readonly hasEscapes: boolean;
  readonly isStray: boolean;
  /** Outside quotes: a CR or LF that ends no line. */
  readonly isBare: boolean;
  /** What stands between its quotes; nothing where it has none. */
  readonly inside: string;
}

export interface ReferenceItem {
  readonly start: number;
  /** Before and after the line end. */
  readonly end: number;
  readonly next: number;
  readonly line: number;
  readonly lineEnds: number;
  /** null: a blank line. */
  readonly cells: readonly ReferenceCell[] | null;
  /** The object ended between quotes. */
  readonly openQuote: { readonly offset: number; readonly line: number } | null;
}

/** Every record and blank line from `from` to the object's end. */
export function readAll(object: Buffer, grammar: ReferenceGrammar, from = 0): ReferenceItem[] {
  const text = object.toString('latin1');
  const items: ReferenceItem[] = [];
  let line = 1;
  for (let at = from; at < text.length; ) {
    const isBlank = blankLength(text, at, grammar) !== -1;
    const isComment = grammar.comment !== undefined && text.startsWith(grammar.comment, at);
    const item = isBlank
      ? blankLine(text, at, line, grammar)
      : isComment
        ? commentLine(text, at, line, grammar)
        : readItem(text, grammar, at, line);
    items.push(item);
    line += item.lineEnds;
    at = item.next;
  }
  return items;
}

function lineEndLength(text: string, at: number, { lineEnd, recordEnd }: ReferenceGrammar): number {
  if (recordEnd !== undefined) return text.startsWith(recordEnd, at) ? recordEnd.length : 0;
  if (text.startsWith('\r\n', at)) return 2;
  return text[at] === ends[lineEnd] ? 1 : 0;
}

const ends: Readonly<Record<LineEnd, string>> = { lf: '\n', cr: '\r' };
const others: Readonly<Record<LineEnd, string>> = { lf: '\r', cr: '\n' };

/** Where a record end is declared, line ends before one are nothing; -1: it is a record. */
function blankLength(text: string, from: number, grammar: ReferenceGrammar): number {
  let at = from;
  while (grammar.recordEnd !== undefined && lineEndLength(text, at, grammar) === 0 && /[\r\n]/.test(text[at] ?? ''))
    at += 1;
  return lineEndLength(text, at, grammar) > 0 || (at === text.length && at > from) ? at - from : -1;
}

function blankLine(text: string, start: number, line: number, grammar: ReferenceGrammar): ReferenceItem {
  const end = start + blankLength(text, start, grammar);
  const next = end + lineEndLength(text, end, grammar);
  const lineEnds = grammar.recordEnd === undefined ? 1 : lineEndsIn(text.slice(start, next), grammar);
  return { start, end, next, line, lineEnds, cells: null, openQuote: null };
}

function commentLine(text: string, start: number, line: number, grammar: ReferenceGrammar): ReferenceItem {
  let end = start;
  while (end < text.length && lineEndLength(text, end, grammar) === 0) end += 1;
  const next = end + lineEndLength(text, end, grammar);
  const declared = grammar.recordEnd === undefined ? null : lineEndsIn(text.slice(start, next), grammar);
  return { start, end, next, line, lineEnds: declared ?? (next > end ? 1 : 0), cells: null, openQuote: null };
}

function readItem(text: string, grammar: ReferenceGrammar, start: number, line: number): ReferenceItem {
  const cells: ReferenceCell[] = [];
  for (let at = start; ; at += 1) {
    const cell = readCell(text, grammar, at);
    if (cell === null) {
      const openQuote = { offset: at, line: line + lineEndsIn(text.slice(start, at), grammar) };
      return { start, end: text.length, next: text.length, line, lineEnds: 0, cells, openQuote };
    }
    cells.push(cell.cell);
    at = cell.end;
    if (text.startsWith(grammar.delimiter, at) && lineEndLength(text, at, grammar) === 0) {
      at += grammar.delimiter.length - 1;
      continue;
    }
    const terminator = lineEndLength(text, at, grammar);
    const lineEnds =
      grammar.recordEnd === undefined
        ? lineEndsIn(text.slice(start, at), grammar) + (terminator > 0 ? 1 : 0)
        : lineEndsIn(text.slice(start, at + terminator), grammar);
    return { start, end: at, next: at + terminator, line, lineEnds, cells, openQuote: null };
  }
}

/** null: its quote is never closed. */
function readCell(text: string, grammar: ReferenceGrammar, start: number): { cell: ReferenceCell; end: number } | null {
  const endsAt = (at: number): boolean =>
    at >= text.length || text.startsWith(grammar.delimiter, at) || lineEndLength(text, at, grammar) > 0;
  let at = start;
  let value = '';
  let hasEscapes = false;
  const { quote = '"', escape = quote } = grammar;
  const isQuoted = text[at] === quote && grammar.quoting !== 'none';
  if (isQuoted) {
    for (at += 1; ; at += 1) {
      if (at >= text.length) return null;
      if (text[at] === escape && [quote, escape].includes(text[at + 1] ?? '')) {
        value += text[at + 1];
        hasEscapes = true;
        at += 1;
      } else if (text[at] === quote) break;
      else value += text[at];
    }
    at += 1;
  }
  const afterQuotes = at;
  while (!endsAt(at)) at += 1;
  const rest = text.slice(afterQuotes, at);
  const isBare = grammar.recordEnd === undefined && rest.includes(others[grammar.lineEnd]);
  const isStray = isQuoted ? rest !== '' : rest.includes(quote) && grammar.quoting !== 'none';
  const cell = isQuoted && !isStray ? value : text.slice(start, at);
  const source = text.slice(start, at);
  const isNull = source === '' || (grammar.nulls ?? []).includes(source);
  return {
    cell: { text: cell, source, isNull, isQuoted, hasEscapes, isStray, isBare, inside: isQuoted ? value : '' },
    end: at,
  };
}

/** A line is what the header's line end says, between quotes too. */
function lineEndsIn(text: string, { lineEnd }: ReferenceGrammar): number {
  return text.split(ends[lineEnd]).length - 1;
}

/** What a record is judged by. */
export interface ReferenceLimits extends ReferenceGrammar {
  readonly columns: number;
  readonly maxRecordBytes: number;
  /** Names of the header as UTF-8 read byte by byte; a record of these is a fault. */
  readonly header?: readonly string[] | undefined;
}

/** The structural fault of a record, null for a sound one. */
export function faultOf(object: Buffer, item: ReferenceItem, limits: ReferenceLimits): string | null {
  const { lineEnd, quoting, columns, maxRecordBytes } = limits;
  const spansRecords = ({ inside }: ReferenceCell): boolean =>
    inside.includes(limits.recordEnd ?? ends[lineEnd]) && inside.includes(limits.delimiter);
  const bytes = object.subarray(item.start, item.end);
  if (bytes.length > maxRecordBytes) return 'RECORD_TOO_LONG';
  if (bytes.includes(0)) return 'NUL_BYTE';
  if (!isUtf8(bytes)) return 'INVALID_UTF8';
  if (isHeader(bytes, limits)) return 'REPEATED_HEADER';
  if (item.cells?.some(({ isBare }) => isBare)) return lineEnd === 'lf' ? 'BARE_CR' : 'BARE_LF';
  if (quoting === 'assumed' && item.cells?.some(spansRecords)) return 'QUOTED_LINES';
  if (item.cells?.some(({ isStray }) => isStray)) return 'STRAY_QUOTE';
  return item.cells?.length === columns ? null : 'FIELD_COUNT';
}

function isHeader(record: Buffer, { header, ...grammar }: ReferenceLimits): boolean {
  const text = record.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  const [only, ...more] = readAll(Buffer.from(text, 'latin1'), grammar);
  const cells = only?.cells ?? [];
  const isSound = only?.openQuote === null && more.length === 0 && !cells.some((cell) => cell.isStray || cell.isBare);
  return isSound && cells.length === header?.length && cells.every((cell, i) => cell.text === header[i]);
}

/** Whether a sound record's cells all have the plain form of their columns. */
export function isPlainRecord(cells: readonly ReferenceCell[], forms: readonly ScannedForm[]): boolean {
  return cells.every((cell, i) => isPlainCell(cell, forms[i] as ScannedForm));
}

function isPlainCell({ text, isNull, hasEscapes }: ReferenceCell, form: ScannedForm): boolean {
  return form === 'text' || isNull || (!hasEscapes && plainText[form](text));
}

const number = /^-?\d+(\.\d+)?$/;
const offset = '([+-]((0\\d|1[0-5])(:[0-5]\\d)?)|Z)?';
const clock = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?';

export const plainText: Readonly<Record<ScannedForm, (text: string) => boolean>> = {
  text: () => true,
  int2: (text) => /^-?\d{1,4}$/.test(text),
  int4: (text) => /^-?\d{1,9}$/.test(text),
  int8: (text) => /^-?\d{1,18}$/.test(text),
  numeric: (text) => number.test(text) && text.length <= 1000,
  float8: (text) => /^-?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/.test(text) && text.replace(/[eE].*$/, '').length <= 200,
  boolean: (text) => /^(true|false|t|f)$/i.test(text),
  date: isCalendarDate,
  time: (text) => new RegExp(`^${clock}$`).test(text),
  timestamp: (text) =>
    isCalendarDate(text.slice(0, 10)) && new RegExp(`^[T ]${clock}(Z|[+-]00(:00)?)?$`).test(text.slice(10)),
  timestamptz: (text) =>
    isCalendarDate(text.slice(0, 10)) && new RegExp(`^[T ]${clock}${offset}$`).test(text.slice(10)),
  'offset moment': (text) =>
    isCalendarDate(text.slice(0, 10)) &&
    new RegExp(`^[T ]${clock}${offset}$`).test(text.slice(10)) &&
    /Z$|[+-]\d\d(:\d\d)?$/.test(text.slice(11)),
  uuid: (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text),
};

/** A date that does not exist is moved to another one by Date, which then prints differently. */
function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
