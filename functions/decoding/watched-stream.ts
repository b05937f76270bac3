import type { InflateRaw, ZstdDecompress } from 'node:zlib';

/** The streams of zlib that are used here. */
export type Unpacking = InflateRaw | ZstdDecompress;

/** A stream of zlib, asked instead of listened to. */
export interface Watched {
  readonly stream: Unpacking;
  readonly ended: boolean;
  readonly error: Error | null;
  /** Bytes of what it was fed that are behind the stream's end; 0 before it. */
  readonly left: number;
  /** All that it was fed is inflated. */
  readonly hungry: boolean;
  feed(bytes: Buffer): void;
  /** Nothing is fed any more. */
  end(): void;
  /** Until one of those changed, or there is something to read. */
  something(): Promise<void>;
}

/** It ends in the middle of a write, which some versions of Node call back and some do not. */
export function watched(stream: Unpacking): Watched {
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
    end() {
      hungry = false;
      stream.end();
    },
    async something() {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
    },
  };
}
