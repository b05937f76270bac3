import type { DecodingSource } from '../decoder.ts';
import { ranged, readRange } from '../shared/ranged.ts';
import { unreadable } from './faults.ts';

/** A file that is read by ranges. */
export interface FileBytes {
  readonly sizeBytes: number;
  /** Bytes [start, end), all of them; in `room`, or elsewhere. */
  readonly read: (start: number, end: number, room?: Buffer) => Promise<Buffer>;
}

/** The bytes by ranges of the object, or of memory where another decoder makes them. */
export async function fileBytes(source: DecodingSource): Promise<FileBytes> {
  const file = await ranged(source, (limit) =>
    unreadable(
      limit,
      `it is packed and unpacks to more than ${limit} bytes; its end is read first, so a larger one is loaded as it is: unpack it`,
    ),
  );
  return { sizeBytes: file.sizeBytes, read: (start, end, room) => readRange(file, { start, end }, room) };
}
