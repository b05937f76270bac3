import { crc32 } from 'node:zlib';
import type { ColumnChunk, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { corrupt } from '../faults.ts';
import type { FileBytes } from '../file-bytes.ts';
import type { Footer } from '../footer.ts';
import { requirePageSize } from './unpacked.ts';

/** A page as it stands in the file. */
export interface PackedPage {
  readonly header: PageHeader;
  readonly bytes: Buffer;
  /** Of its first byte after the header. */
  readonly byte: number;
}

/** A header has some 30 bytes, and statistics that may hold long values. */
const mostHeaderBytes = 16 * 1024 * 1024;
const firstHeaderBytes = 1024;

/** parquet-mr before 1.2.9 counted the header of a dictionary page not (PARQUET-816). */
const uncountedBytes = 100;

/** Read forward. */
interface ChunkPages {
  readonly next: () => Promise<PackedPage>;
  /** Passes over the next page, of which only the header is read, where it has at most so many values; answers how many, 0 where it has more, null where it is none of values. */
  readonly pass: (values: number) => Promise<number | null>;
  /** Of the file's byte that is read next. */
  readonly offset: number;
}

/** Read at once where pages are passed over: larger ones are never read, smaller ones come together. */
const passedBytes = 64 * 1024;

/** Reads the pages of one column of a row group in order, `windowBytes` at once. The caller knows when they are all. */
export function pagesOf(
  { file, footer }: { readonly file: FileBytes; readonly footer: Footer },
  chunk: ColumnChunk,
  windowBytes: number,
): ChunkPages {
  const { start, end } = chunkRange(chunk, footer);
  let window: Buffer = Buffer.alloc(0);
  /** Of windows, one after the other: no page is in use any more when the next is read. */
  let room: Buffer = Buffer.alloc(0);
  let windowStart = start;
  let offset = start;

  /** So many bytes from the offset on, fewer where the column ends before. */
  const at = async (wanted: number, most = windowBytes): Promise<Buffer> => {
    const until = Math.min(offset + wanted, end);
    if (until > windowStart + window.length || offset < windowStart) {
      windowStart = offset;
      const windowEnd = Math.min(Math.max(until, offset + most), end);
      if (room.length < windowEnd - offset) room = Buffer.allocUnsafeSlow(windowEnd - offset);
      window = await file.read(offset, windowEnd, room);
    }
    return window.subarray(offset - windowStart, until - windowStart);
  };
  const header = async (most?: number): Promise<PageHeader> => {
    for (let wanted = firstHeaderBytes; ; wanted *= 16) {
      const bytes = await at(wanted, most);
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
      try {
        const read = parquetHeader(reader);
        offset += reader.offset;
        return read;
      } catch (error) {
        const isAll = bytes.length < wanted || wanted >= mostHeaderBytes;
        if (isAll)
          throw corrupt(offset, `no page begins there (${error instanceof Error ? error.message : String(error)})`);
      }
    }
  };
  const sized = async (most?: number): Promise<{ readonly header: PageHeader; readonly size: number }> => {
    const headerAt = offset;
    const read = await header(most);
    const { compressed_page_size: size } = read;
    if (!(size >= 0)) throw corrupt(headerAt, 'a page has no length');
    requirePageSize(size, headerAt);
    return { header: read, size };
  };
  return {
    get offset() {
      return offset;
    },
    async pass(values) {
      const headerAt = offset;
      const { header: read, size } = await sized(passedBytes);
      const count = (read.data_page_header ?? read.data_page_header_v2)?.num_values ?? null;
      if (count === null || count <= 0 || count > values) {
        offset = headerAt;
        return count === null ? null : 0;
      }
      offset += size;
      if (offset > end) throw corrupt(headerAt, `a page of ${size} bytes reaches over the end of its column`);
      return count;
    },
    async next() {
      const { header: read, size } = await sized();
      const { crc } = read;
      const bytes = await at(size);
      const byte = offset;
      if (bytes.length < size) throw corrupt(byte, `a page of ${size} bytes reaches over the end of its column`);
      if (crc !== undefined && crc32(bytes) !== crc >>> 0)
        throw corrupt(byte, 'a page does not have its check sum (CRC-32)');
      offset += size;
      return { header: read, bytes, byte };
    },
  };
}

function chunkRange({ meta_data: column }: ColumnChunk, footer: Footer): { start: number; end: number } {
  if (column === undefined) throw corrupt(footer.start, 'its footer does not say where a column is');
  const data = Number(column.data_page_offset);
  const dictionary = Number(column.dictionary_page_offset ?? 0);
  const start = dictionary > 0 && dictionary < data ? dictionary : data;
  const end = start + Number(column.total_compressed_size);
  if (!(start >= 4 && end >= start && end <= footer.start)) {
    const name = column.path_in_schema.join('.');
    // a damaged footer may lack either of them
    const words = Number.isNaN(end)
      ? `does not say where column ${name} is`
      : `says that column ${name} is in bytes ${start} to ${end}`;
    throw corrupt(footer.start, `its footer ${words}`);
  }
  return { start, end: Math.min(end + uncountedBytes, footer.start) };
}
