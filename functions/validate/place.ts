import type { PlacedReject } from '../ledger/rejects-sql.ts';
import { createLocator } from '../formats/locate.ts';

export interface PlaceInput {
  /** The slice's bytes from the start of its first record on. */
  readonly bytes: AsyncIterable<Buffer>;
  readonly startOffset: number;
  /** The line of the load that starts there. */
  readonly startLine: number;
  /** One byte. */
  readonly delimiter: number;
  readonly maxRawBytes: number;
  /** Where the records start, ascending. */
  readonly wanted: readonly number[];
}

/** 2,000 rejects of ordinary size are well under a megabyte; large ones fill a page of 8 MiB first. */
const PAGE_RECORDS = 2000;
const PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Reads a slice once more and finds its typed rejects again: line, length, bytes. One pass however many there are; memory is
 * bounded by a page. Stops reading after the last one. @throws where a record is not found where it was staged from.
 */
export async function* placeRecords(input: PlaceInput): AsyncGenerator<readonly PlacedReject[]> {
  if (input.wanted.length === 0) return;
  const locator = createLocator(input);
  let page: PlacedReject[] = [];
  let pageBytes = 0;
  for await (const piece of input.bytes) {
    for (const record of locator.push(piece)) {
      page.push(record);
      pageBytes += record.raw.length;
      if (page.length < PAGE_RECORDS && pageBytes < PAGE_BYTES) continue;
      yield page;
      page = [];
      pageBytes = 0;
    }
    if (locator.done) break;
  }
  if (!locator.done) page.push(...locator.end());
  if (page.length > 0) yield page;
}
