import type { IncomingMessage } from 'node:http';
import { type Line, wordsOf } from './exchange.ts';
import { notNow } from './faults.ts';
import { pause } from './pause.ts';

/** Asks for the bytes from an offset on, of the content that this ETag names. */
export type AskForRest = (offset: number, etag: string) => Promise<IncomingMessage>;

/**
 * The body of an answer to its last byte, or an error. Where it breaks (reset, stall, a clean end too early) the rest is
 * asked for, if the server has ranges and a strong ETag; a body that is another one by then is TryAgain, from its beginning.
 */
export async function* remoteBytes(
  line: Line,
  first: IncomingMessage,
  askForRest: AskForRest,
): AsyncGenerator<Buffer, void, undefined> {
  const etag = strongEtag(first);
  const total = contentLength(first);
  let response = first;
  let received = 0;
  for (let breaks = 1; ; breaks += 1) {
    try {
      for await (const chunk of chunksOf(response, line.limits.stallMilliseconds)) {
        received += chunk.length;
        yield chunk;
      }
      if (total === null || received === total) return;
      throw new BrokenOff(`its length was to be ${total} bytes and ${received} came`);
    } catch (error) {
      line.signal.throwIfAborted();
      if (!(error instanceof BrokenOff)) throw error;
      const what = `the file broke off at byte ${received}${total === null ? '' : ` of ${total}`} (${error.message})`;
      if (etag === null || first.headers['accept-ranges'] !== 'bytes') throw notNow(line.source, what, error);
      if (breaks > line.limits.resumptions) throw notNow(line.source, `${what}, for the ${breaks}th time`, error);
      await pause(line, breaks);
    }
    response = await rest(line, { received, total, etag, askForRest });
  }
}

/** Null where the body comes in chunks, whose last one says that it is whole. */
export function contentLength({ headers }: IncomingMessage): number | null {
  const length = headers['content-length'];
  return length === undefined ? null : Number(length);
}

interface Resumption {
  readonly received: number;
  readonly total: number | null;
  readonly etag: string;
  readonly askForRest: AskForRest;
}

async function rest(line: Line, { received, total, etag, askForRest }: Resumption): Promise<IncomingMessage> {
  const response = await askForRest(received, etag);
  const [, start, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/u.exec(response.headers['content-range'] ?? '') ?? [];
  const isSame = strongEtag(response) === etag && (total === null || size === '*' || Number(size) === total);
  if (response.statusCode === 206 && Number(start) === received && isSame) return response;
  response.destroy();
  throw notNow(line.source, `it changed while it was read (its rest was answered with ${response.statusCode})`);
}

/** A weak ETag promises the same meaning, not the same bytes. */
function strongEtag({ headers }: IncomingMessage): string | null {
  return headers.etag?.startsWith('"') === true ? headers.etag : null;
}

/** An answer that ended before it was whole. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** The time-out counts only while a byte is waited for: a slow upload is not a silent server. */
async function* chunksOf(
  response: IncomingMessage,
  stallMilliseconds: number,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await inTime(response, stallMilliseconds, () => chunks.next());
      if (next.done === true) return;
      yield next.value as Buffer;
    }
  } finally {
    response.destroy();
  }
}

async function inTime<T>(response: IncomingMessage, milliseconds: number, next: () => Promise<T>): Promise<T> {
  const stalled = new Error(`no byte for ${milliseconds / 1000} s`);
  const timer = setTimeout(() => response.destroy(stalled), milliseconds);
  try {
    return await next();
  } catch (error) {
    throw new BrokenOff(wordsOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
