import { TextDecoder } from 'node:util';
import { guarded } from './formula-guard.ts';

/**
 * Pages in which spreadsheets read a CSV that has no byte order mark, by the language of the machine. Those of two bytes a
 * character are not among them: what they cannot read they replace, so nothing tells what it was.
 */
const pages = ['1252', '1250', '1251', '1253', '1254', '1255', '1256', '1257', '1258'].map((page) => `windows-${page}`);
const readers = new Map<string, TextDecoder>();

/**
 * Whether a cell says what rejects.csv had shown: to the letter, with the guard against formulas or without, with line ends of another
 * kind, or in characters that are what a spreadsheet makes of UTF-8 that it takes for another encoding (`Ã©` of `é`), and saves so.
 */
export function saysTheSame(cell: string, shown: string): boolean {
  if (cell === shown) return true;
  const safe = guarded(shown);
  if (cell === safe) return true;
  const seen = oneLineEnd(cell);
  const wanted = oneLineEnd(safe);
  return seen === wanted || isMisread(seen, wanted);
}

function isMisread(cell: string, shown: string): boolean {
  const bytes = Buffer.from(shown);
  // a character of ASCII is one in each page, any other has more bytes
  if (bytes.length === shown.length || cell.length !== bytes.length) return false;
  return pages.some((page) => readerOf(page).decode(bytes) === cell);
}

function readerOf(page: string): TextDecoder {
  const reader = readers.get(page) ?? new TextDecoder(page);
  readers.set(page, reader);
  return reader;
}

function oneLineEnd(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}
