import * as zlib from 'node:zlib';
import type { CompressionCodec } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { corrupt, unreadable } from '../faults.ts';

/** A page of a sound file has about 1 MiB; one cell of 16 MiB fits, and what a worker has is not spent on one page. */
const mostPageBytes = 64 * 1024 * 1024;

/** What the page at that byte unpacks to, all of the bytes that its header says. Throws DecodingFault. */
export function unpackedPage(
  packed: Buffer,
  size: number,
  into: { readonly codec: CompressionCodec; room: Buffer },
  byte: number,
): Buffer {
  const { codec } = into;
  if (size < 0) throw corrupt(byte, `a page says that it has ${size} bytes`);
  requirePageSize(size, byte);
  if (size === 0) return Buffer.alloc(0);
  const page = unpack(packed, size, codec, byte);
  if (page.length !== size) throw corrupt(byte, `a page unpacks to ${page.length} bytes, its header says ${size}`);
  if (codec === 'UNCOMPRESSED') return packed;
  if (into.room.length < size) into.room = Buffer.allocUnsafeSlow(size);
  into.room.set(page);
  return into.room.subarray(0, size);
}

/** Refuses a page that no worker could hold. */
export function requirePageSize(size: number, byte: number): void {
  if (size > mostPageBytes)
    throw unreadable(
      byte,
      `a page has ${size} bytes, the limit is ${mostPageBytes}; have the source write smaller pages`,
    );
}

function unpack(packed: Uint8Array, size: number, codec: CompressionCodec, byte: number): Uint8Array {
  const limit = { maxOutputLength: size };
  try {
    switch (codec) {
      case 'UNCOMPRESSED':
        return packed;
      case 'GZIP':
        return zlib.gunzipSync(packed, limit);
      case 'BROTLI':
        return zlib.brotliDecompressSync(packed, limit);
      case 'ZSTD':
        return unzstd(packed, size);
      case 'SNAPPY':
      case 'LZ4':
      case 'LZ4_RAW':
        return compressors[codec]?.(packed, size) ?? Buffer.alloc(0);
      default:
        throw unreadable(byte, `its pages are packed with ${codec ?? 'what nobody knows'}, which is not read`);
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'DecodingFault') throw error;
    throw corrupt(
      byte,
      `a page packed with ${codec} does not unpack (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** Node's own from 22.15 on; it may stop after the first of several frames. */
function unzstd(packed: Uint8Array, size: number): Uint8Array {
  if (typeof zlib.zstdDecompressSync === 'function') {
    const page = zlib.zstdDecompressSync(packed, { maxOutputLength: size });
    if (page.length === size) return page;
  }
  return compressors.ZSTD?.(packed, size) ?? Buffer.alloc(0);
}
