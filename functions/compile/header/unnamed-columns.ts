import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { Contract, FileColumn } from '../../core/contract.ts';
import { ownColumns, ownHeaders } from '../../core/format/file-columns.ts';
import { formatOf } from '../../formats/format-of.ts';
import { headerLine } from './header-shape.ts';
import { byPosition } from '../../words/whose-dataset.ts';

/** Enough to tell a column of row numbers from a stray value, which is a reject of its record alone. */
const sampledRecords = 100;
const sampledBytes = 256 * 1024;

/**
 * Refuses a file whose columns without a name hold values in most of its first records: they are no empty remains of a
 * spreadsheet but a column that nobody has named. `body` is the object's bytes after the header, as many as are at hand.
 */
export function requireEmptyColumns(contract: Contract, fileColumns: readonly FileColumn[], body: Buffer): void {
  const unnamed = fileColumns.flatMap(({ unnamed: isUnnamed }, i) => (isUnnamed === true ? [i] : []));
  if (unnamed.length === 0) return;
  const records = firstRecords(contract, ownColumns(fileColumns).length, body);
  const filled = unnamed.filter((i) => 2 * records.filter((cells) => !isBlank(cells[i])).length > records.length);
  if (filled.length === 0) return;
  const places = filled.map((i) => i + 1);
  const one = places.length === 1;
  const names = ownHeaders(fileColumns);
  throw new LoadRejected(
    loadCodes.UNNAMED_COLUMN,
    [
      `The header has ${one ? 'a column' : 'columns'} without a name that ${one ? 'holds' : 'hold'} values, at position ` +
        `${places.slice(0, 12).join(', ')}${places.length > 12 ? ` and ${places.length - 12} more` : ''} of ${names.length}.`,
      `Have the source name ${one ? 'it' : 'them'}, or ignore ${one ? 'it' : 'them'} by position: ${byPosition(contract, places)}.`,
      ...headerLine(contract, names),
    ].join(' '),
  );
}

/** Lines of as many cells as the header has; one whose quotes hold a line end is passed over. */
function firstRecords(contract: Contract, columns: number, body: Buffer): readonly (readonly (Buffer | null)[])[] {
  const { cells } = formatOf({ contract });
  if (cells === null) return [];
  const lines = body.toString('latin1', 0, sampledBytes).split(/\r\n|\n|\r/, sampledRecords);
  return lines.map((line) => cells(Buffer.from(line, 'latin1'))).filter(({ length }) => length === columns);
}

/** NULL, or nothing but blanks. */
export function isBlank(cell: Buffer | null | undefined): boolean {
  return cell === null || cell === undefined || cell.toString('utf8').trim() === '';
}
