import { isUtf8 } from 'node:buffer';
import { LoadRejected } from '../protocol/errors.ts';
import type { Content } from '../content/content.ts';
import { byteTables, CR, LF } from '../formats/delimited/bytes.ts';
import { splitCells } from '../formats/delimited/cells.ts';
import type { Grammar } from '../formats/delimited/grammar.ts';
import { startWalk, walkRecord } from '../formats/delimited/walk.ts';
import type { Head } from '../content/head.ts';
import { type MendedHeader, mendedHeader } from './mended-header.ts';
import { placeColumns } from './rejects-columns.ts';

/** A line of text of a mended rejects.csv: where it begins, and its cells; what is not UTF-8 is U+FFFD, and the line then no text. */
export interface TextLine {
  readonly line: number;
  readonly cells: readonly string[];
  readonly isText: boolean;
}

/** 32 MiB: twice what a record may be; a quote that never closes would take the rest of the file. */
const longestLine = 32 * 1024 * 1024;

/** The lines behind the header, blank ones left out. A line of many pieces is walked over once. */
export async function* mendedLines(content: Content, header: MendedHeader): AsyncGenerator<TextLine> {
  const { layout } = header;
  const grammar = grammarOf(header);
  const tables = byteTables(grammar);
  let line = layout.bodyLine;
  let walk = startWalk(tables, line);
  // of the line that the pieces before began
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const bytes of content.read({ start: layout.bodyOffset, end: Number.MAX_SAFE_INTEGER })) {
    let from = 0;
    for (;;) {
      const end = walkRecord(walk, { bytes, base: 0 }, from);
      if (end === -1) break;
      const piece = bytes.subarray(from, end);
      const read = textLine(begun.length === 0 ? piece : Buffer.concat([...begun, piece]), line, grammar);
      if (read !== null) yield read;
      line = walk.line + 1;
      walk = startWalk(tables, line);
      [begun, begunBytes] = [[], 0];
      from = end + 1;
    }
    begun.push(Buffer.from(bytes.subarray(from)));
    begunBytes += bytes.length - from;
    if (begunBytes > longestLine)
      throw new LoadRejected(
        'REPLAY_REFUSED',
        `the line ${line} of the file does not end within ${longestLine} bytes: a quote opens there and never closes`,
      );
  }
  const last = textLine(Buffer.concat(begun), line, grammar);
  if (last !== null) yield last;
}

/** Of which load the first line says that it is; words where none does. */
export function loadOfRejects(head: Head): number | string {
  const header = mendedHeader(head, []);
  if (typeof header === 'string') return header;
  const named = firstLine(head, header)?.cells[header.load ?? -1]?.trim() ?? '';
  return /^[1-9]\d{0,14}$/.test(named)
    ? Number(named)
    : `no line of it says in ${placeColumns.load} of which load it is`;
}

/** Null where none ends in the head. */
function firstLine({ bytes, isAll }: Head, header: MendedHeader): TextLine | null {
  const grammar = grammarOf(header);
  let { bodyOffset: from, bodyLine: line } = header.layout;
  while (from < bytes.length) {
    const walk = startWalk(byteTables(grammar), line);
    const end = walkRecord(walk, { bytes, base: 0 }, from);
    if (end === -1) return isAll ? textLine(bytes.subarray(from), line, grammar) : null;
    const read = textLine(bytes.subarray(from, end), line, grammar);
    if (read !== null) return read;
    line = walk.line + 1;
    from = end + 1;
  }
  return null;
}

function grammarOf({ delimiter, layout }: MendedHeader): Grammar {
  return { delimiter: delimiter.charCodeAt(0), quoting: 'declared', lineEnd: layout.lineEnd };
}

/** Null for a blank line, and for one of nothing but separators, as spreadsheets write them. */
function textLine(bytes: Buffer, line: number, grammar: Grammar): TextLine | null {
  const begin = bytes[0] === LF ? 1 : 0;
  const end = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length;
  const cells = splitCells(bytes.subarray(begin, Math.max(begin, end)), grammar).map(
    (cell) => cell?.toString('utf8') ?? '',
  );
  return cells.every((cell) => cell === '') ? null : { line, cells, isText: isUtf8(bytes) };
}
