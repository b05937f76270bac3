import type { RowGroup } from 'hyparquet';
import type { DecodingSource } from '../decoder.ts';
import { headerLine } from '../shared/table-text.ts';
import type { Cells } from './column-cells.ts';
import { corrupt } from './faults.ts';
import { fileBytes } from './file-bytes.ts';
import { readFooter } from './footer.ts';
import { openRowGroup } from './row-group.ts';
import { tableOf } from './schema.ts';

/** Rows whose cells are written column by column before they are put together: ~150 kB, which a processor's cache holds. */
const rowsAtOnce = 1024;
const chunkBytes = 256 * 1024;
const COMMA = 0x2c;
const LF = 0x0a;

/** The rows of a Parquet file as CSV with a header, a row group after the other. Throws DecodingFault. */
export async function* parquetRows(source: DecodingSource): AsyncGenerator<Buffer> {
  const file = await fileBytes(source);
  const footer = await readFooter(file);
  const { metadata, start } = footer;
  const fields = tableOf(metadata.schema, start);
  const isSingle = fields.length === 1;
  yield headerLine(fields.map(({ name }) => name));
  for (const group of metadata.row_groups) {
    const rows = rowsOf(group, fields.at(-1)?.until ?? 0, start);
    if (rows === 0) continue;
    yield* rowsOfGroup(await openRowGroup(file, footer, { fields, group }), rows, isSingle);
  }
}

function rowsOf({ num_rows, columns }: RowGroup, leaves: number, footerStart: number): number {
  if (columns.length !== leaves)
    throw corrupt(footerStart, `a row group has ${columns.length} columns, the schema has ${leaves}`);
  if (num_rows < 0n || num_rows > 2n ** 40n) throw corrupt(footerStart, `a row group has ${num_rows} rows`);
  return Number(num_rows);
}

async function* rowsOfGroup(columns: readonly Cells[], rows: number, isSingle: boolean): AsyncGenerator<Buffer> {
  const put = rowWriter(columns, isSingle);
  for (let done = 0; done < rows; ) {
    let count = Math.min(rowsAtOnce, rows - done);
    for (const column of columns) count = Math.min(count, await column.ready());
    for (const column of columns) column.fill(count);
    put.rows(count);
    yield* put.full();
    done += count;
  }
  for (const column of columns) await column.end();
  yield* put.rest();
}

interface RowWriter {
  readonly rows: (count: number) => void;
  readonly full: () => Buffer[];
  readonly rest: () => Buffer[];
}

/** Puts cells together to rows, and rows to chunks. */
function rowWriter(columns: readonly Cells[], isSingle: boolean): RowWriter {
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
      const last = columns.length - 1;
      for (let row = 0; row < count; row += 1) {
        for (let i = 0; i <= last; i += 1) {
          const { text, starts, ends } = (columns[i] as Cells).texts;
          const start = starts[row] as number;
          const length = (ends[row] as number) - start;
          if (at + length + 2 > out.length) next(length + 2);
          if (length > 40) text.copy(out, at, start, start + length);
          else for (let k = 0; k < length; k += 1) out[at + k] = text[start + k] as number;
          at += length;
          if (i < last || isSingle) out[at++] = COMMA;
        }
        out[at++] = LF;
      }
    },
    full: taken,
    rest() {
      next(0);
      return taken();
    },
  };
}
