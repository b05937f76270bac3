import type { Format } from '../formats/format.ts';
import { HIDDEN } from '../ledger/rejects/shown-text.ts';
import { withoutGuard } from './formula-guard.ts';
import { saysTheSame } from './same-text.ts';
import { shownRecord } from './shown-record.ts';

/** A line of a mended rejects.csv: its cells of the source's columns (absent: the file has the column no more), and the whole record. */
export interface MendedLine {
  readonly cells: readonly (string | undefined)[];
  readonly whole: string;
}

/** What becomes of the record: its bytes, `isWhole` where they are those that are kept; or why there are none. */
export type Mended =
  | { readonly bytes: Buffer; readonly isWhole: boolean }
  | { readonly bytes: null; readonly why: 'notKept' | 'notWritable' | 'severalLines' | 'stillHidden' };

/**
 * A record as a person mended it. A cell that says what rejects.csv had shown, whatever quotes a spreadsheet put around it, keeps
 * the bytes of the quarantine: NULL stays NULL and an empty text one. Only cells that say something else are written anew, an
 * emptied one as NULL.
 * @param raw all bytes of the record; null where they are not kept.
 */
export function mendedRecord(
  raw: Buffer | null,
  line: MendedLine,
  { texts: split, writer, hidden }: Pick<Format, 'texts' | 'writer'> & { readonly hidden: readonly boolean[] },
): Mended {
  const shown = raw === null ? null : shownRecord(raw, { split, columns: line.cells.length, hidden });
  const saysCells = line.cells.some((cell) => cell !== undefined && cell !== '');
  if (raw !== null && shown?.cells != null && writer.cells !== null && line.whole === '') {
    const own = writer.cells.of(raw);
    const isKept = line.cells.map((cell, i) => cell === undefined || saysTheSame(cell, shown.cells[i] ?? ''));
    if (!isKept.includes(false)) return { bytes: raw, isWhole: true };
    return joined(
      line.cells.map((cell, i) => (isKept[i] === true ? (own[i] as Buffer) : textOf(cell))),
      writer.cells,
    );
  }
  if (saysCells && writer.cells !== null) {
    if (line.cells.some((cell, i) => cell === HIDDEN && hidden[i] === true)) return stillHidden;
    return joined(line.cells.map(textOf), writer.cells);
  }
  if (raw !== null && (line.whole === '' || saysTheSame(line.whole, shown?.whole ?? '')))
    return { bytes: raw, isWhole: true };
  if (line.whole === '') return { bytes: null, why: 'notKept' };
  if (line.whole === HIDDEN && hidden.includes(true)) return stillHidden;
  if (split === null && /[\r\n]/.test(line.whole)) return { bytes: null, why: 'severalLines' };
  return { bytes: Buffer.from(withoutGuard(line.whole)), isWhole: false };
}

/** What stands for a value of a sensitive column is no value. */
const stillHidden = { bytes: null, why: 'stillHidden' } as const;

function textOf(cell: string | undefined): string {
  return withoutGuard(cell ?? '');
}

function joined(cells: readonly (Buffer | string)[], writer: NonNullable<Format['writer']['cells']>): Mended {
  const written = cells.map((cell) => (typeof cell === 'string' ? writer.written(cell) : cell));
  if (written.some((cell) => cell === null)) return { bytes: null, why: 'notWritable' };
  return { bytes: writer.joined(written as readonly Buffer[]), isWhole: false };
}
