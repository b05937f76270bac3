import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** 4 MiB read leave ~16 MiB of garbage: what the socket gave, its copies on the way, and the COPY's chunks. */
const collectEveryBytes = 4 * 1024 * 1024;

/**
 * Hands chunks on and keeps what was made of them from piling up. Buffers lie outside V8's heap, where it tolerates 64 MB
 * of dead ones before it looks: 500 MB read and scanned grew a process by 111 MB (S3) and 64 MB (directory), this way by
 * 50 and 14. A collection of the young generation takes ~0.7 ms, 90 ms for those 500 MB.
 */
export async function* keepMemoryFlat(
  chunks: AsyncIterable<Buffer>,
  everyBytes = collectEveryBytes,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield chunk;
    if (bytes < everyBytes) continue;
    bytes = 0;
    collectorOf()({ type: 'minor' });
  }
}

/** So many bytes in one piece outlive the young generation while they are sent: records of mebibytes. */
const longBytes = 4 * 1024 * 1024;

/**
 * To be called when a chunk of that size was sent and is not needed any more. Where it is long all that is dead is collected, which takes 20 to
 * 30 ms; to read and send 4 MiB takes five times that.
 */
export function forgetSent(bytes: number): void {
  if (bytes >= longBytes) collectorOf()();
}

let collector: NodeJS.GCFunction | null = null;

/** V8 hands its collector out only where it is told to; a context made afterwards has it. */
function collectorOf(): NodeJS.GCFunction {
  if (collector === null) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as NodeJS.GCFunction;
  }
  return collector;
}
