import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { zipArchive } from '../support/zip-archive.ts';

/** How a file may be packed. */
export const packings = ['gzip', 'zstd', 'zip', 'gzip in zip', 'members of gzip', 'frames of zstd'] as const;
/** One of them, or not at all. */
export type Packing = (typeof packings)[number] | 'none';

/** A frame of zstd that readers pass over. */
export const skippedFrame = Buffer.from('502a4d18020000006162', 'hex');

/** As the program zstd packs: with a check sum, which the library leaves out unless it is asked. */
export function zstd(bytes: Buffer): Buffer {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

/** The bytes packed. @param member its name inside of an archive */
export function pack(bytes: Buffer, packing: Packing, member: string): Buffer {
  const middle = bytes.length >> 1;
  const halves = [bytes.subarray(0, middle), bytes.subarray(middle)];
  switch (packing) {
    case 'none':
      return bytes;
    case 'gzip':
      return gzipSync(bytes);
    case 'zstd':
      return zstd(bytes);
    case 'zip':
      return zipArchive([{ name: member, bytes }]);
    case 'gzip in zip':
      return zipArchive([{ name: `${member}.gz`, bytes: gzipSync(bytes), method: 0 }]);
    case 'members of gzip':
      return Buffer.concat(halves.map((half) => gzipSync(half)));
    case 'frames of zstd':
      return Buffer.concat(halves.flatMap((half) => [skippedFrame, zstd(half)]));
  }
}
