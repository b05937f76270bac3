import { isUtf8 } from 'node:buffer';
import { byteTables, CR, LF, QUOTE } from './bytes.ts';
import { closingQuote, splitCells } from './cells.ts';
import { otherFormat } from './other-format.ts';
import { isBetweenQuotes, startWalk, walkRecord } from './walk.ts';

/** The header of a file: the names as they stand, unquoted, and where the body starts. */
export interface Header {
  readonly names: readonly string[];
  /** First byte after the header's line end. */
  readonly bodyOffset: number;
  /** Its physical line, from 1. */
  readonly bodyLine: number;
}

/** Load codes are these with HEADER_ before them. */
export type HeaderProblem =
  | 'EMPTY'
  | 'OTHER_FORMAT'
  | 'UTF16'
  | 'INVALID_UTF8'
  | 'TOO_LONG'
  | 'UNTERMINATED_QUOTE'
  | 'STRAY_QUOTE'
  | 'NUL_BYTE';

/** Why a file has no header that could be used, in words for a person. */
export interface NoHeader {
  readonly problem: HeaderProblem;
  readonly message: string;
}

/**
 * Reads the first record of an object as its header. `head` is the object's first bytes, all of them where objectEnds.
 * A UTF-8 BOM and blank lines before the header are skipped; any line end ends it, and so does the object's end.
 */
export function readHeader(head: Buffer, delimiter: number, objectEnds: boolean): Header | NoHeader {
  const other = otherFormat(head);
  if (other !== null) return noHeader('OTHER_FORMAT', `the file is ${other.what}, not delimited text; ${other.advice}`);
  const encoding = foreignEncoding(head);
  if (encoding !== null) return noHeader('UTF16', `the file is ${encoding}; save it as UTF-8 and load it again`);
  const start = skipBlankLines(head, hasUtf8Bom(head) ? UTF8_BOM.length : 0);
  if (start.at === head.length) return objectEnds ? emptyFile() : tooLong(head);
  const walk = startWalk(byteTables(delimiter), start.line);
  const lineEnd = walkRecord(walk, { bytes: head, base: 0 }, start.at);
  if (lineEnd === -1) {
    if (!objectEnds) return tooLong(head);
    if (isBetweenQuotes(walk)) return unterminated(walk.quoteLine);
  }
  const end = lineEnd === -1 ? head.length : lineEnd;
  const bodyOffset = afterLineEnd(head, end, objectEnds);
  if (bodyOffset === -1) return tooLong(head);
  const record = head.subarray(start.at, end);
  const fault = headerFault(record, delimiter, start.line);
  if (fault !== null) return fault;
  const names = splitCells(record, delimiter).map((cell) => cell?.toString('utf8') ?? '');
  return { names, bodyOffset, bodyLine: lineEnd === -1 ? walk.line : walk.line + 1 };
}

/** What makes two header names the same: case, surrounding blanks and Unicode composition do not count. */
export function foldHeader(name: string): string {
  return exactHeader(name).toLowerCase().normalize('NFC');
}

/** The name with its case: what tells columns apart that differ in case only. */
export function exactHeader(name: string): string {
  return name.normalize('NFC').trim();
}

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

function hasUtf8Bom(head: Buffer): boolean {
  return head.subarray(0, UTF8_BOM.length).equals(UTF8_BOM);
}

/** The encoding that a byte order mark other than UTF-8's tells; UTF-32 first, because its mark starts with UTF-16's. */
function foreignEncoding(head: Buffer): string | null {
  const mark = head.subarray(0, 4).toString('hex');
  if (mark === 'fffe0000' || mark === '0000feff') return 'UTF-32';
  return mark.startsWith('fffe') || mark.startsWith('feff') ? 'UTF-16' : null;
}

function skipBlankLines(head: Buffer, from: number): { at: number; line: number } {
  let at = from;
  let line = 1;
  while (head[at] === LF || head[at] === CR) {
    at += head[at] === CR && head[at + 1] === LF ? 2 : 1;
    line += 1;
  }
  return { at, line };
}

/** -1 where the head is cut between what may be the two bytes of a CRLF. */
function afterLineEnd(head: Buffer, at: number, objectEnds: boolean): number {
  if (at === head.length) return at;
  if (head[at] === LF) return at + 1;
  if (at + 1 === head.length) return objectEnds ? at + 1 : -1;
  return head[at + 1] === LF ? at + 2 : at + 1;
}

function headerFault(record: Buffer, delimiter: number, line: number): NoHeader | null {
  const nul = record.indexOf(0);
  if (nul !== -1) {
    const hint = isEverySecondNul(record)
      ? 'so has every second byte, as in UTF-16: save the file as UTF-8 and load it again'
      : 'no text has one: is this a CSV file, and did it arrive whole?';
    return noHeader('NUL_BYTE', `the header (line ${line}) has a NUL byte, its byte ${nul + 1}; ${hint}`);
  }
  if (!isUtf8(record)) {
    return noHeader('INVALID_UTF8', `the header (line ${line}) is not UTF-8; save the file as UTF-8 and load it again`);
  }
  const stray = strayCell(record, delimiter);
  if (stray === -1) return null;
  return noHeader(
    'STRAY_QUOTE',
    `name ${stray} of the header (line ${line}) has a quote inside, or text after its closing quote; write the whole name between quotes and each quote in it twice`,
  );
}

/** ASCII in UTF-16: all bytes of one parity are NUL, none of the other. */
function isEverySecondNul(record: Buffer): boolean {
  const parity = record.indexOf(0) % 2;
  return record.every((byte, i) => (byte === 0) === (i % 2 === parity));
}

/** Number of the first cell whose quotes do not enclose the whole of it; -1 where there is none. The last quote is closed. */
function strayCell(record: Buffer, delimiter: number): number {
  let start = 0;
  for (let cell = 1; ; cell += 1) {
    const closing = record[start] === QUOTE ? closingQuote(record, start) : -1;
    const next = record.indexOf(delimiter, closing === -1 ? start : closing + 1);
    const end = next === -1 ? record.length : next;
    const isStray = closing === -1 ? record.subarray(start, end).includes(QUOTE) : closing + 1 !== end;
    if (isStray) return cell;
    if (next === -1) return -1;
    start = next + 1;
  }
}

function noHeader(problem: HeaderProblem, message: string): NoHeader {
  return { problem, message };
}

function emptyFile(): NoHeader {
  return noHeader('EMPTY', 'the file is empty: its first line must name the columns');
}

function tooLong(head: Buffer): NoHeader {
  return noHeader(
    'TOO_LONG',
    `the header does not end within the first ${head.length} bytes; is this a text file, and are the quotes of its first line closed?`,
  );
}

function unterminated(line: number): NoHeader {
  return noHeader('UNTERMINATED_QUOTE', `a quote that opens in the header on line ${line} is never closed`);
}
