import { mostCellBytes, writeTextCell } from '../shared/table-text.ts';

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

/** The first row that has values is the header, and says how many columns the others have at least. */
export function rowWriter(): RowWriter {
  let full: Buffer[] = [];
  let out = Buffer.allocUnsafeSlow(chunkBytes);
  let at = 0;
  /** Rows that were written. */
  let rows = 0;
  /** Of the row: its values, and the column after the last one. */
  let cells = 0;
  let columns = 0;
  /** Of the header; 0 before it. */
  let width = 0;
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
      cells = 0;
      columns = 0;
    },
    cell(column, bytes, start, end) {
      upTo(column, end - start);
      at += bytes.copy(out, at, start, end);
    },
    text(column, text) {
      const bytes = Buffer.from(text);
      upTo(column, mostCellBytes(bytes.length));
      at = writeTextCell(bytes, 0, bytes.length, out, at);
    },
    end() {
      // a table of one column has a second one without a name (table-text.ts)
      if (cells > 0 && width === 0) width = Math.max(columns, 2);
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
