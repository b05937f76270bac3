import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { corrupt, cutOff } from './gzip-faults.ts';
import type { PackedInput } from './packed-input.ts';

/** 256 KiB: what a scan takes at once. */
const chunkSize = 256 * 1024;

/** zlib does not say at which byte of what it was given it failed: in pieces of 16 KiB the place is known that well. */
const pieceBytes = 16 * 1024;

/**
 * Inflates the deflate stream that begins at the input's next byte, and takes its bytes to the last one and no further. zlib
 * works ahead of the consumer by one chunk, in a thread of its own, and then waits.
 */
export async function* inflateMember(input: PackedInput): AsyncGenerator<Buffer, void, undefined> {
  const inflating = watched(createInflateRaw({ chunkSize }));
  let piece = 0;
  try {
    for (;;) {
      const chunk = inflating.stream.read() as Buffer | null;
      if (inflating.error !== null) throw notDeflate(input, piece, inflating.error);
      if (chunk !== null) {
        yield chunk;
        continue;
      }
      if (inflating.ended || inflating.left > 0) break;
      if (!inflating.hungry) {
        await inflating.something();
        continue;
      }
      input.take(piece);
      piece = 0;
      const bytes = await input.peek();
      if (bytes === null) throw cutOff(input);
      piece = Math.min(bytes.length, pieceBytes);
      inflating.feed(bytes.subarray(0, piece));
    }
    input.take(piece - inflating.left);
  } finally {
    inflating.stream.destroy();
  }
}

function notDeflate(input: PackedInput, piece: number, error: Error): Error {
  const words = `its deflate stream is damaged there or in the ${piece} bytes before (${error.message})`;
  return corrupt(input.offset + piece, words);
}

interface Watched {
  readonly stream: InflateRaw;
  readonly ended: boolean;
  readonly error: Error | null;
  /** Bytes of what it was fed that are behind the stream's end; 0 before it. */
  readonly left: number;
  /** All that it was fed is inflated. */
  readonly hungry: boolean;
  feed(bytes: Buffer): void;
  /** Until one of those changed, or there is something to read. */
  something(): Promise<void>;
}

/** A stream of zlib, asked instead of listened to: it ends in the middle of a write, which some versions of Node call back and some do not. */
function watched(stream: InflateRaw): Watched {
  let ended = false;
  let error: Error | null = null;
  let fed = 0;
  let hungry = true;
  let changed = false;
  let wake = (): void => undefined;
  const noted = (note: () => void) => (): void => {
    note();
    changed = true;
    wake();
  };
  const change = noted(() => undefined);
  stream.on('readable', change);
  stream.on(
    'end',
    noted(() => (ended = true)),
  );
  stream.on('error', (cause) => noted(() => (error = cause))());
  return {
    stream,
    get ended() {
      return ended;
    },
    get error() {
      return error;
    },
    get left() {
      return ended || hungry ? fed - stream.bytesWritten : 0;
    },
    get hungry() {
      return hungry;
    },
    feed(bytes) {
      hungry = false;
      fed += bytes.length;
      stream.write(
        bytes,
        noted(() => (hungry = true)),
      );
    },
    async something() {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
    },
  };
}
