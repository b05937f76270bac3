import type { IncomingMessage } from 'node:http';
import { DecodingFault } from '../decoding/decoder.ts';
import { gunzip } from '../decoding/gzip.ts';
import { answerTo, type Question } from './answer.ts';
import type { Line } from './exchange.ts';
import { refused } from './faults.ts';
import { contentLength, remoteBytes } from './remote-bytes.ts';

/** What a server said of the content that it sent; null where it said nothing. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** A file that has begun to come. `bytes` are to be read once, to the end, or given up. */
export interface RemoteFile extends Validators {
  readonly bytes: AsyncIterable<Buffer>;
}

/** Nothing may touch the bytes on their way: offsets and lengths are then those of the file. */
const asItIs = { 'accept-encoding': 'identity' };

/**
 * Asks for the file; null where it is what `known` names. Nothing of the body is read before its first byte is asked for.
 * @throws FetchRefused, TryAgain; also `bytes` throws them, FetchRefused as soon as more than `maxBytes` have come
 */
export async function openRemoteFile(
  line: Line,
  question: Question & { readonly maxBytes: number },
  known: Validators,
): Promise<RemoteFile | null> {
  const response = await answerTo(line, question, { ...asItIs, ...conditions(known) });
  if (isKnown(line, response, known)) {
    response.destroy();
    return null;
  }
  try {
    demandFile(line, response, question.maxBytes);
  } catch (error) {
    response.destroy();
    throw error;
  }
  const raw = remoteBytes(line, response, (offset, etag) =>
    answerTo(line, question, { ...asItIs, range: `bytes=${offset}-`, 'if-range': etag }),
  );
  const bytes = isPlain(response) ? raw : unzipped(line, raw);
  return {
    etag: response.headers.etag ?? null,
    lastModified: response.headers['last-modified'] ?? null,
    bytes: counted(line, bytes, question.maxBytes),
  };
}

function conditions({ etag, lastModified }: Validators): Readonly<Record<string, string>> {
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

/** Some servers know ETags and no conditions: the same strong one is the same content. */
function isKnown({ source }: Line, { statusCode, headers }: IncomingMessage, known: Validators): boolean {
  if (statusCode === 200) return known.etag?.startsWith('"') === true && headers.etag === known.etag;
  if (statusCode !== 304) return false;
  if (known.etag !== null || known.lastModified !== null) return true;
  throw refused(
    source,
    'the server answered 304, not modified, though nothing was named to compare with. Tell its owner',
  );
}

function demandFile({ source }: Line, response: IncomingMessage, maxBytes: number): void {
  const { statusCode, headers } = response;
  if (statusCode !== 200) {
    throw refused(source, `the server answered ${statusCode} where the whole file was asked for. Check fetch.url`);
  }
  if (/^(text\/html|application\/xhtml)/iu.test(headers['content-type'] ?? '')) {
    throw refused(
      source,
      'the server answered a web page, as it does for a login or an error. Check fetch.url and fetch.secret',
    );
  }
  const length = contentLength(response);
  if (length === null && headers['transfer-encoding'] === undefined) {
    throw refused(
      source,
      'the server tells neither its length nor where it ends, so a file cut short could not be told from a whole one. Its owner must send Content-Length',
    );
  }
  if (!isPlain(response) && !/^(x-)?gzip$/iu.test(headers['content-encoding'] ?? '')) {
    throw refused(
      source,
      `the server encoded it as ${headers['content-encoding']}, though it was asked not to. Only gzip can be undone: its owner must send it as it is`,
    );
  }
  if (length !== null && length > maxBytes) throw tooLarge(source, `it has ${length} bytes`, maxBytes);
}

function isPlain({ headers }: IncomingMessage): boolean {
  return /^(identity)?$/iu.test(headers['content-encoding'] ?? '');
}

/** Counted behind the decompression: a small answer can hold a large file. */
async function* counted(
  { source }: Line,
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let sum = 0;
  for await (const chunk of bytes) {
    sum += chunk.length;
    if (sum > maxBytes) throw tooLarge(source, `more than ${maxBytes} bytes came`, maxBytes);
    yield chunk;
  }
}

function tooLarge(source: Line['source'], found: string, maxBytes: number): Error {
  return refused(source, `${found}, and fetch.maxBytes is ${maxBytes}. Raise it if the file is right`);
}

async function* unzipped({ source }: Line, raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* gunzip(raw).chunks;
  } catch (error) {
    if (!(error instanceof DecodingFault)) throw error;
    const words = `the server says that it is gzip, and it is not: at byte ${error.byte} of what it sent, ${error.message}`;
    throw refused(source, `${words}. Tell its owner`, error);
  }
}
