import { LoadRejected } from '../protocol/errors.ts';
import type { Content } from '../content/content.ts';
import { byteTables, CR, LF } from '../formats/delimited/bytes.ts';
import { splitCells } from '../formats/delimited/cells.ts';
import type { Grammar } from '../formats/delimited/grammar.ts';
import { startWalk, walkRecord } from '../formats/delimited/walk.ts';
import type { MendedHeader } from './mended-header.ts';

/** A line of text of a mended rejects.csv: where it begins, and its cells; what is not UTF-8 is U+FFFD. */
export interface TextLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** 32 MiB: twice what a record may be; a quote that never closes would take the rest of the file. */
const longestLine = 32 * 1024 * 1024;

/** The lines behind the header, blank ones left out. */
export async function* mendedLines(content: Content, { delimiter, layout }: MendedHeader): AsyncGenerator<TextLine> {
  const grammar: Grammar = { delimiter: delimiter.charCodeAt(0), quoting: 'declared', lineEnd: layout.lineEnd };
  const tables = byteTables(grammar);
  let line = layout.bodyLine;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of content.read({ start: layout.bodyOffset, end: Number.MAX_SAFE_INTEGER })) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (;;) {
      const walk = startWalk(tables, line);
      const end = walkRecord(walk, { bytes, base: 0 }, from);
      if (end === -1) break;
      const read = textLine(bytes.subarray(from, end), line, grammar);
      if (read !== null) yield read;
      line = walk.line + 1;
      from = end + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > longestLine)
      throw new LoadRejected(
        'REPLAY_REFUSED',
        `the line ${line} of the file does not end within ${longestLine} bytes: a quote opens there and never closes`,
      );
  }
  const last = textLine(rest, line, grammar);
  if (last !== null) yield last;
}

/** Null for a blank line, and for one of nothing but separators, as spreadsheets write them. */
function textLine(bytes: Buffer, line: number, grammar: Grammar): TextLine | null {
  const begin = bytes[0] === LF ? 1 : 0;
  const end = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length;
  const cells = splitCells(bytes.subarray(begin, Math.max(begin, end)), grammar).map(
    (cell) => cell?.toString('utf8') ?? '',
  );
  return cells.every((cell) => cell === '') ? null : { line, cells };
}
