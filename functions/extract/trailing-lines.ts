import { agreeing } from '../core/quantities/counted.ts';
import type { Head } from '../content/head.ts';
import type { LineEnd } from '../core/format/file-format.ts';
import { lineEndIn } from '../core/format/line-end.ts';
import { shownObject } from '../core/object-url.ts';
import { fewLines, type Trailer } from '../decoding/trailer/trailer.ts';
import { trailerBytesAtMost, trailerLines, trailerStart } from '../decoding/trailer/trailer-start.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import { LoadRejected } from '../protocol/errors.ts';

/** Where the records of an object end, and the lines behind them. */
export interface BodyEnd {
  readonly bodyEnd: number;
  readonly trailer: readonly string[];
}

/** Read at first; more where the lines are longer. */
const firstBytes = 64 * 1024;

/** The last lines of a plain object, found from its end. Throws LoadRejected TRAILER where it has not so many behind its header. */
export async function trailingLines(
  store: ObjectStore,
  object: StoredObject,
  { rows, bodyOffset, lineEnd, recordEnd }: Trailer,
): Promise<BodyEnd> {
  const { sizeBytes } = object;
  for (let bytes = firstBytes; ; bytes *= 4) {
    const from = Math.max(bodyOffset, sizeBytes - bytes);
    const isAll = from === bodyOffset;
    const end = await readAll(store, object, from);
    const at = trailerStart(end, rows, lineEnd, recordEnd);
    // the first of these bytes begins a line only where the records begin
    if (at > 0 || (at === 0 && isAll))
      return { bodyEnd: from + at, trailer: trailerLines(end.subarray(at), lineEnd, recordEnd) };
    if (isAll || bytes > trailerBytesAtMost) throw noTrailer(object, isAll ? fewLines(rows) : longLines(rows));
  }
}

async function readAll(store: ObjectStore, object: StoredObject, from: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(object, { start: from, end: object.sizeBytes })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function noTrailer(object: StoredObject, words: string): LoadRejected {
  return new LoadRejected(
    'TRAILER',
    `${shownObject(object)}: ${words}; say how many there are: --trailer-rows N (in a dataset trailerRows: N)`,
  );
}

function longLines(rows: number): string {
  return `the last ${agreeing(rows, 'line has', `${rows} lines have`)} more than 16 MiB`;
}

/** What is left of a head, and how its lines end, the last ones too. */
export interface HeadOfRecords {
  readonly head: Head;
  readonly lineEnd: LineEnd;
}

/**
 * A head that holds the whole object, without its last lines: what is told by its first records is not told by a total.
 * @param told how the lines end, as the format tells by the first record; null where it cannot: a line feed between quotes ends none of
 *   the lines of a file that has carriage returns alone.
 */
export function headOfRecords(
  head: Head,
  { rows, recordEnd, hasHeader }: Pick<Trailer, 'rows' | 'recordEnd'> & { readonly hasHeader: boolean },
  told: LineEnd | null,
): HeadOfRecords {
  const lineEnd = told ?? lineEndIn(head.bytes);
  if (rows === 0 || !head.isAll) return { head, lineEnd };
  const at = trailerStart(head.bytes, rows, lineEnd, recordEnd);
  return {
    head: at === -1 || (at === 0 && hasHeader) ? head : { ...head, bytes: head.bytes.subarray(0, at) },
    lineEnd,
  };
}
