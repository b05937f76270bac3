import { type ColumnMetaData, type FileMetaData, parquetMetadata } from 'hyparquet';
import { corrupt, reading, unreadable } from './faults.ts';
import type { FileBytes } from './file-bytes.ts';

/** Read at once of the file's end: most footers are shorter. */
const tailBytes = 256 * 1024;

/** 10,000 row groups of 30 columns; what is longer is damaged, or no table. */
const mostFooterBytes = 64 * 1024 * 1024;

/** What the footer tells, and where it begins: nothing of a column lies behind. */
export interface Footer {
  readonly metadata: FileMetaData;
  readonly start: number;
}

/** Reads the footer of a file. Throws DecodingFault. */
export async function readFooter(file: FileBytes): Promise<Footer> {
  const { sizeBytes } = file;
  const shown = await file.read(0, Math.min(4, sizeBytes));
  if (shown.equals(Buffer.from('PARE'))) throw encrypted(0);
  if (!shown.equals(Buffer.from('PAR1'))) throw corrupt(0, 'it does not begin with PAR1, as Parquet does');
  if (sizeBytes < 12) throw corrupt(sizeBytes, 'it ends there, before any footer: it was cut off');
  const tail = await file.read(Math.max(0, sizeBytes - tailBytes), sizeBytes);
  const magic = tail.toString('latin1', tail.length - 4);
  if (magic === 'PARE') throw encrypted(sizeBytes - 4);
  if (magic !== 'PAR1')
    throw corrupt(
      sizeBytes,
      'it does not end with PAR1, as Parquet does: it was cut off, or written to its end by nobody',
    );
  const length = tail.readUInt32LE(tail.length - 8);
  const start = sizeBytes - 8 - length;
  if (start < 4 || length > mostFooterBytes)
    throw corrupt(sizeBytes - 8, `the length of its footer that stands there, ${length} bytes, cannot be`);
  const footer = length + 8 <= tail.length ? tail.subarray(-length - 8) : await file.read(start, sizeBytes);
  const metadata = reading(start, 'its footer', () => parquetMetadata(new Uint8Array(footer), { geoparquet: false }));
  reading(start, 'its footer', () => requireReadable(metadata, start));
  return { metadata, start };
}

function requireReadable({ row_groups, num_rows }: FileMetaData, start: number): void {
  let rows = 0n;
  for (const group of row_groups) {
    rows += group.num_rows;
    for (const { crypto_metadata, file_path, meta_data } of group.columns) {
      if (crypto_metadata !== undefined) throw encrypted(start);
      if (meta_data === undefined) throw corrupt(start, 'its footer does not say where a column is');
      if (file_path !== undefined)
        throw unreadable(start, `its columns are in another file, ${JSON.stringify(file_path)}`);
      requireSizes(meta_data, start);
    }
  }
  if (rows !== num_rows) throw corrupt(start, `its footer says ${num_rows ?? 'no'} rows, its row groups have ${rows}`);
}

/** Of a column of a row group: 1 PiB, more than any file has that is loaded. */
const mostColumnBytes = 2n ** 50n;

/** How much a column has is what slices are cut by, and memory is asked for. A negative size, as writers of old count, is none. */
function requireSizes(column: ColumnMetaData, start: number): void {
  const { num_values, total_compressed_size, total_uncompressed_size } = column;
  const path: readonly string[] | undefined = column.path_in_schema;
  const name = path === undefined ? 'a column' : `column ${path.join('.')}`;
  for (const size of [num_values, total_compressed_size, total_uncompressed_size] as readonly (bigint | undefined)[]) {
    if (size === undefined) throw corrupt(start, `its footer does not say where ${name} is`);
    if (size > mostColumnBytes) throw corrupt(start, `its footer says ${size} of ${name}, more than any file holds`);
  }
}

function encrypted(byte: number) {
  return unreadable(
    byte,
    'it is encrypted; have the source write it without (Parquet Modular Encryption), or decrypt it',
  );
}
