import type { Cells } from './column-cells.ts';
import type { Texts } from './pages/values.ts';

/** Rows whose cells are written column by column before they are put together: ~150 kB, which a processor's cache holds. */
const rowsAtOnce = 1024;
/** The first ones of a row group, of which nobody knows how long they are. */
const fewRows = 16;
const chunkBytes = 256 * 1024;
const COMMA = 0x2c;
const LF = 0x0a;

/** Which rows of a row group. */
interface RowsOfGroup {
  /** From 0 in the row group. */
  readonly start: number;
  readonly end: number;
  /** All that it has. */
  readonly rows: number;
  /** The table has one column. */
  readonly isSingle: boolean;
}

/** Rows [start, end) of a row group as CSV. Throws DecodingFault. */
export async function* rowsOfGroup(
  columns: readonly Cells[],
  { start, end, rows, isSingle }: RowsOfGroup,
): AsyncGenerator<Buffer> {
  if (start > 0) await Promise.all(columns.map((column) => skipRows(column, start)));
  const put = rowWriter(columns, isSingle);
  let most = fewRows;
  for (let done = start; done < end; ) {
    let count = Math.min(most, end - done);
    for (const column of columns) count = Math.min(count, await column.ready());
    for (const column of columns) column.fill(count);
    const bytes = put.rows(count);
    yield* put.full();
    done += count;
    // cells may be documents: what is written at once stays about as large as a chunk
    most = Math.max(1, Math.min(rowsAtOnce, 2 * most, Math.floor((chunkBytes * count) / bytes)));
  }
  if (end === rows) for (const column of columns) await column.end();
  yield* put.rest();
}

/** Pages are passed over whole; of the page that the first wanted row is in, values are read and forgotten. */
async function skipRows(column: Cells, rows: number): Promise<void> {
  for (let left = rows; left > 0; ) {
    const passed = await column.pass(left);
    left -= passed;
    if (passed > 0 || left === 0) continue;
    const count = Math.min(left, rowsAtOnce, await column.ready());
    column.fill(count);
    left -= count;
  }
}

interface RowWriter {
  /** Answers how many bytes they have. */
  readonly rows: (count: number) => number;
  readonly full: () => Buffer[];
  readonly rest: () => Buffer[];
}

/** Puts cells together to rows, and rows to chunks: column by column, each cell where its row has come to. */
function rowWriter(columns: readonly Cells[], isSingle: boolean): RowWriter {
  const ends = new Int32Array(rowsAtOnce);
  const last = columns.length - 1;
  let chunks: Buffer[] = [];
  let out = Buffer.allocUnsafeSlow(chunkBytes);
  let at = 0;
  const next = (room: number): void => {
    if (at > 0) chunks.push(out.subarray(0, at));
    out = Buffer.allocUnsafeSlow(Math.max(chunkBytes, room));
    at = 0;
  };
  const taken = (): Buffer[] => {
    const full = chunks;
    chunks = [];
    return full;
  };
  return {
    rows(count) {
      ends.fill(columns.length + (isSingle ? 1 : 0), 0, count);
      for (const { texts } of columns) addLengths(ends, texts, count);
      let total = 0;
      for (let row = 0; row < count; row += 1) {
        const length = ends[row] as number;
        ends[row] = total;
        total += length;
      }
      if (at + total > out.length) next(total);
      for (let row = 0; row < count; row += 1) ends[row] = (ends[row] as number) + at;
      columns.forEach(({ texts }, i) =>
        putCells(out, ends, { texts, count, behind: i < last || isSingle ? COMMA : LF }),
      );
      if (isSingle) for (let row = 0; row < count; row += 1) out[ends[row] as number] = LF;
      at += total;
      return total;
    },
    full: taken,
    rest() {
      next(0);
      return taken();
    },
  };
}

function addLengths(lengths: Int32Array, { starts, ends }: Texts, count: number): void {
  for (let row = 0; row < count; row += 1) {
    lengths[row] = (lengths[row] as number) + (ends[row] as number) - (starts[row] as number);
  }
}

/** Writes a column's cell into each row at its end, and a byte behind it. */
function putCells(
  out: Buffer,
  rowEnds: Int32Array,
  column: { readonly texts: Texts; readonly count: number; readonly behind: number },
): void {
  const { texts, count, behind } = column;
  const { text, starts, ends } = texts;
  for (let row = 0; row < count; row += 1) {
    const start = starts[row] as number;
    const length = (ends[row] as number) - start;
    const to = rowEnds[row] as number;
    if (length > 40) text.copy(out, to, start, start + length);
    else for (let k = 0; k < length; k += 1) out[to + k] = text[start + k] as number;
    out[to + length] = behind;
    rowEnds[row] = to + length + 1;
  }
}
