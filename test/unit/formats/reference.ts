/**
 * The grammar of functions/formats/README.md read literally: one character after the other, no tables, no chunks, one
 * string for the whole object (latin1: a character a byte). Slow and independent on purpose; imports nothing from there.
 */
import { isUtf8 } from 'node:buffer';
import type { PlainForm } from '../../../functions/core/contract.ts';

export interface ReferenceCell {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly hasEscapes: boolean;
  readonly isStray: boolean;
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
export function readAll(object: Buffer, delimiter: string, from = 0): ReferenceItem[] {
  const text = object.toString('latin1');
  const items: ReferenceItem[] = [];
  let line = 1;
  for (let at = from; at < text.length; ) {
    const item = lineEndLength(text, at) > 0 ? blankLine(text, at, line) : readItem(text, delimiter, at, line);
    items.push(item);
    line += item.lineEnds;
    at = item.next;
  }
  return items;
}

function lineEndLength(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return 2;
  return text[at] === '\n' || text[at] === '\r' ? 1 : 0;
}

function blankLine(text: string, at: number, line: number): ReferenceItem {
  const next = at + lineEndLength(text, at);
  return { start: at, end: at, next, line, lineEnds: 1, cells: null, openQuote: null };
}

function readItem(text: string, delimiter: string, start: number, line: number): ReferenceItem {
  const cells: ReferenceCell[] = [];
  for (let at = start; ; at += 1) {
    const cell = readCell(text, delimiter, at);
    if (cell === null) {
      const openQuote = { offset: at, line: line + lineEndsIn(text.slice(start, at)) };
      return { start, end: text.length, next: text.length, line, lineEnds: 0, cells, openQuote };
    }
    cells.push(cell.cell);
    at = cell.end;
    if (text[at] === delimiter) continue;
    const terminator = lineEndLength(text, at);
    const lineEnds = lineEndsIn(text.slice(start, at)) + (terminator > 0 ? 1 : 0);
    return { start, end: at, next: at + terminator, line, lineEnds, cells, openQuote: null };
  }
}

/** null: its quote is never closed. */
function readCell(text: string, delimiter: string, start: number): { cell: ReferenceCell; end: number } | null {
  const endsAt = (at: number): boolean => at >= text.length || text[at] === delimiter || lineEndLength(text, at) > 0;
  let at = start;
  let value = '';
  let hasEscapes = false;
  const isQuoted = text[at] === '"';
  if (isQuoted) {
    for (at += 1; ; at += 1) {
      if (at >= text.length) return null;
      if (text[at] !== '"') value += text[at];
      else if (text[at + 1] === '"') {
        value += '"';
        hasEscapes = true;
        at += 1;
      } else break;
    }
    at += 1;
  }
  const afterQuotes = at;
  while (!endsAt(at)) at += 1;
  const rest = text.slice(afterQuotes, at);
  const isStray = isQuoted ? rest !== '' : rest.includes('"');
  const cell = isQuoted && !isStray ? value : text.slice(start, at);
  return { cell: { text: cell, isQuoted, hasEscapes, isStray }, end: at };
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** The structural fault of a record, null for a sound one. */
export function faultOf(object: Buffer, item: ReferenceItem, columns: number, maxRecordBytes: number): string | null {
  const bytes = object.subarray(item.start, item.end);
  if (bytes.length > maxRecordBytes) return 'RECORD_TOO_LONG';
  if (bytes.includes(0)) return 'NUL_BYTE';
  if (!isUtf8(bytes)) return 'INVALID_UTF8';
  if (item.cells?.some(({ isStray }) => isStray)) return 'STRAY_QUOTE';
  return item.cells?.length === columns ? null : 'FIELD_COUNT';
}

/** Whether a sound record's cells all have the plain form of their columns. */
export function isPlainRecord(cells: readonly ReferenceCell[], forms: readonly PlainForm[]): boolean {
  return cells.every((cell, i) => isPlainCell(cell, forms[i] as PlainForm));
}

function isPlainCell({ text, isQuoted, hasEscapes }: ReferenceCell, form: PlainForm): boolean {
  if (form === 'text') return true;
  if (text === '') return !isQuoted;
  return !hasEscapes && plainText[form](text);
}

const number = /^-?\d+(\.\d+)?$/;
const offset = '([+-]((0\\d|1[0-5])(:[0-5]\\d)?)|Z)?';
const clock = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?';

export const plainText: Readonly<Record<PlainForm, (text: string) => boolean>> = {
  text: () => true,
  int2: (text) => /^-?\d{1,4}$/.test(text),
  int4: (text) => /^-?\d{1,9}$/.test(text),
  int8: (text) => /^-?\d{1,18}$/.test(text),
  numeric: (text) => number.test(text) && text.length <= 1000,
  float8: (text) => /^-?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/.test(text) && text.replace(/[eE].*$/, '').length <= 200,
  boolean: (text) => /^(true|false)$/i.test(text),
  date: isCalendarDate,
  time: (text) => new RegExp(`^${clock}$`).test(text),
  timestamp: (text) =>
    isCalendarDate(text.slice(0, 10)) && new RegExp(`^[T ]${clock}(Z|[+-]00(:00)?)?$`).test(text.slice(10)),
  timestamptz: (text) =>
    isCalendarDate(text.slice(0, 10)) && new RegExp(`^[T ]${clock}${offset}$`).test(text.slice(10)),
  uuid: (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text),
};

/** A date that does not exist is moved to another one by Date, which then prints differently. */
function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
