import type { LineEnd } from '../../../core/format/file-format.ts';
import { lineEndIn } from '../../../core/format/line-end.ts';
import { byteTables, CR, LF } from '../bytes.ts';
import { type CellGrammar, type Grammar, lineEndBeside } from '../grammar.ts';
import { startWalk, type Walk, walkRecord } from '../walk.ts';
import type { Place } from './top-lines.ts';

/** Where the first record's line end begins, -1 where it has none, and of which kind it is: a CR that no LF follows is one too. */
export function headerEnd(head: Buffer, grammar: CellGrammar, start: Place): RecordEnd {
  const { recordEnd: declared } = grammar;
  if (declared !== undefined) return recordEnd(head, { ...grammar, lineEnd: lineEndBeside(declared) }, start);
  const lf = recordEnd(head, { ...grammar, lineEnd: 'lf' }, start);
  const cr = recordEnd(head, { ...grammar, lineEnd: 'cr' }, start);
  // a quote that is never closed: a file without line feeds has lines all the same
  if (lf.endsAt === -1 && cr.endsAt === -1) return lineEndIn(head) === 'lf' ? lf : cr;
  if (cr.endsAt === -1 || (lf.endsAt !== -1 && lf.endsAt < cr.endsAt)) return lf;
  return lf.endsAt === cr.endsAt + 1 ? { ...lf, endsAt: cr.endsAt } : cr;
}

/** Of a row behind the first one. */
export function rowEnd(head: Buffer, grammar: Grammar, start: Place): RecordEnd {
  const end = recordEnd(head, grammar, start);
  const isCrLf =
    grammar.recordEnd === undefined && grammar.lineEnd === 'lf' && end.endsAt > start.at && head[end.endsAt - 1] === CR;
  return isCrLf ? { ...end, endsAt: end.endsAt - 1 } : end;
}

/** Where a record of a head ends. */
export interface RecordEnd {
  readonly walk: Walk;
  readonly lineEnd: LineEnd;
  readonly endsAt: number;
}

/** The same of a record whose lines end in a known way; a CR before that LF is left to the caller. */
function recordEnd(head: Buffer, grammar: Grammar, start: Place): RecordEnd {
  const walk = startWalk(byteTables(grammar), start.line);
  const end = walkRecord(walk, { bytes: head, base: 0 }, start.at);
  const endsAt = end === -1 ? -1 : end + 1 - (grammar.recordEnd?.length ?? 1);
  return { walk, lineEnd: grammar.lineEnd, endsAt };
}

/** Index behind the end of a record at `at`; -1 where the head is cut between what may be the two bytes of a CRLF. */
export function afterRecordEnd(
  head: Buffer,
  at: number,
  { recordEnd: declared }: CellGrammar,
  objectEnds: boolean,
): number {
  if (at === head.length) return at;
  if (declared !== undefined) return at + declared.length;
  if (head[at] === LF) return at + 1;
  if (at + 1 === head.length) return objectEnds ? at + 1 : -1;
  return head[at + 1] === LF ? at + 2 : at + 1;
}
