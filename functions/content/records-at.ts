import type { Format } from '../formats/format.ts';
import type { LocatedRecord } from '../core/located-record.ts';
import type { LocatorSettings } from '../formats/shared/locator.ts';
import type { ByteRange } from '../objects/store.ts';
import type { Content, ContentPart } from './content.ts';

/** A page of located records, which one statement writes: 10,000 places (~1 MB), or 8 MiB of their bytes. */
const pageRecords = 10_000;
const pageBytes = 8 * 1024 * 1024;

/** How records are looked for, and where. */
type Sought = Omit<LocatorSettings, 'startOffset'> & {
  readonly format: Pick<Format, 'locator'>;
  readonly range: ByteRange;
};

/**
 * Reads records of one slice again whose offsets are known: one pass over its bytes, never a request a record. Yields
 * them in pages, in the file's order, and stops reading after the last. Throws where no record starts at an offset. Of several
 * objects each is read from its own start, and only where a record of it is wanted.
 */
export async function* recordsAt(content: Content, sought: Sought): AsyncGenerator<readonly LocatedRecord[]> {
  if (sought.wanted.length === 0) return;
  let page: LocatedRecord[] = [];
  let bytes = 0;
  for await (const found of content.parts === undefined ? located(content, sought) : inParts(content.parts, sought)) {
    for (const record of found) {
      page.push(record);
      bytes += record.raw.length;
      if (page.length < pageRecords && bytes < pageBytes) continue;
      yield page;
      page = [];
      bytes = 0;
    }
  }
  if (page.length > 0) yield page;
}

async function* located(
  content: Content,
  { range, format, ...settings }: Sought,
): AsyncGenerator<readonly LocatedRecord[]> {
  const locator = format.locator({ ...settings, startOffset: range.start });
  for await (const piece of content.read(range)) {
    yield locator.push(piece);
    if (locator.done) return;
  }
  if (!locator.done) yield locator.end();
}

async function* inParts(
  parts: readonly ContentPart[],
  { wanted, range: _, startLine: __, ...sought }: Sought,
): AsyncGenerator<readonly LocatedRecord[]> {
  let next = 0;
  for (const { body, shift, line, open } of parts) {
    const first = next;
    while (next < wanted.length && (wanted[next] ?? 0) < body.end + shift) next += 1;
    if (next === first) continue;
    const own = wanted.slice(first, next).map((offset) => offset - shift);
    const content = open();
    try {
      for await (const found of located(content, { ...sought, wanted: own, range: body, startLine: line }))
        yield found.map((record) => ({
          ...record,
          byteOffset: record.byteOffset + shift,
          ownOffset: record.byteOffset,
        }));
    } finally {
      await content.close();
    }
  }
  if (next < wanted.length) throw new Error(`no object has a record at byte ${wanted[next]}`);
}

/** Where a record stands in its object. */
export interface OwnPlace {
  readonly line: number;
  readonly byteOffset: number;
}

/** Places of the records at these offsets, by offset: in one pass, without keeping anything of them. */
export async function placesAt(
  content: Content,
  settings: Omit<Sought, 'wanted' | 'maxRawBytes'> & { readonly offsets: readonly number[] },
): Promise<ReadonlyMap<number, OwnPlace>> {
  const { offsets, ...reading } = settings;
  const wanted = [...new Set(offsets)].toSorted((a, b) => a - b);
  const places = new Map<number, OwnPlace>();
  for await (const page of recordsAt(content, { ...reading, wanted, maxRawBytes: 0 })) {
    for (const { byteOffset, ownOffset = byteOffset, line } of page)
      places.set(byteOffset, { line, byteOffset: ownOffset });
  }
  return places;
}
