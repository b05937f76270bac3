import { mostCellBytes, writeTextCell } from '../shared/table-text.ts';
import type { SheetAsked } from '../../core/decoding/sheet-asked.ts';

const COMMA = 0x2c;
const LF = 0x0a;
const chunkBytes = 256 * 1024;

/** Writes the rows of a sheet as lines of CSV: line 1 is row 1, a row without values is a blank line. */
export interface RowWriter {
  /** Values of the row so far. */
  readonly cells: number;
  /** Begins the row of that number; rows between were left out. */
  readonly begin: (row: number) => void;
  /** A value that is a cell of CSV already, at bytes[start, end). Columns from 0, ascending. */
  readonly cell: (column: number, bytes: Buffer, start: number, end: number) => void;
  readonly text: (column: number, text: string) => void;
  readonly end: () => void;
  /** What is full, or all that there is. */
  readonly take: (all: boolean) => Buffer[];
}

/**
 * The first row that has values, behind those that are skipped, begins the header, which says how many columns the others have at
 * least; without a header `columns` does.
 */
export function rowWriter({ skipRows = 0, headerRows = 1, columns: declared }: SheetAsked = {}): RowWriter {
  let full: Buffer[] = [];
  let out = Buffer.allocUnsafeSlow(chunkBytes);
  let at = 0;
  /** Rows that were written. */
  let rows = 0;
  /** Of the row: its values, and the column after the last one. */
  let cells = 0;
  let columns = 0;
  /** Of the header as far as it was read; 0 before it. */
  let width = declared === undefined ? 0 : Math.max(declared, 2);
  let headersLeft = declared === undefined ? headerRows : 0;
  let isSkipped = false;
  const room = (bytes: number): void => {
    if (at + bytes <= out.length) return;
    if (at > 0) full.push(out.subarray(0, at));
    out = Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytes));
    at = 0;
  };
  /** Up to where the value of a column begins. */
  const upTo = (column: number, bytes: number): void => {
    const commas = cells === 0 ? column : column - columns + 1;
    room(commas + bytes);
    out.fill(COMMA, at, at + commas);
    at += commas;
    columns = column + 1;
    cells += 1;
  };
  return {
    get cells() {
      return cells;
    },
    begin(row) {
      const left = row - 1 - rows;
      room(left);
      out.fill(LF, at, at + left);
      at += left;
      rows = row;
      isSkipped = row <= skipRows;
      cells = 0;
      columns = 0;
    },
    cell(column, bytes, start, end) {
      if (isSkipped) return;
      upTo(column, end - start);
      at += bytes.copy(out, at, start, end);
    },
    text(column, text) {
      if (isSkipped) return;
      const bytes = Buffer.from(text);
      upTo(column, mostCellBytes(bytes.length));
      at = writeTextCell(bytes, 0, bytes.length, out, at);
    },
    end() {
      // a table of one column has a second one without a name (table-text.ts)
      if (cells > 0 && headersLeft > 0) {
        width = Math.max(width, columns, 2);
        headersLeft -= 1;
      }
      const commas = cells === 0 ? 0 : Math.max(0, width - columns);
      room(commas + 1);
      out.fill(COMMA, at, at + commas);
      at += commas;
      out[at] = LF;
      at += 1;
    },
    take(all) {
      if (all && at > 0) room(out.length + 1);
      const taken = full;
      full = [];
      return taken;
    },
  };
}
