import type { Format } from '../formats/format.ts';
import type { LocatedRecord } from '../core/located-record.ts';
import type { LocatorSettings } from '../formats/shared/locator.ts';
import type { ByteRange } from '../objects/store.ts';
import type { Content } from './content.ts';

/** A page of located records, which one statement writes: 10,000 places (~1 MB), or 8 MiB of their bytes. */
const pageRecords = 10_000;
const pageBytes = 8 * 1024 * 1024;

/**
 * Reads records of one slice again whose offsets are known: one pass over its bytes, never a request a record. Yields
 * them in pages, in the file's order, and stops reading after the last. Throws where no record starts at an offset.
 */
export async function* recordsAt(
  content: Content,
  settings: Omit<LocatorSettings, 'startOffset'> & {
    readonly format: Pick<Format, 'locator'>;
    readonly range: ByteRange;
  },
): AsyncGenerator<readonly LocatedRecord[]> {
  if (settings.wanted.length === 0) return;
  const { range } = settings;
  const locator = settings.format.locator({ ...settings, startOffset: range.start });
  let page: LocatedRecord[] = [];
  let bytes = 0;
  for await (const piece of content.read(range)) {
    for (const record of locator.push(piece)) {
      page.push(record);
      bytes += record.raw.length;
      if (page.length < pageRecords && bytes < pageBytes) continue;
      yield page;
      page = [];
      bytes = 0;
    }
    if (locator.done) break;
  }
  if (!locator.done) page.push(...locator.end());
  if (page.length > 0) yield page;
}

/** Lines of the records at these offsets, by offset: in one pass, without keeping anything of them. */
export async function linesAt(
  content: Content,
  settings: Omit<Parameters<typeof recordsAt>[1], 'wanted' | 'maxRawBytes'> & { readonly offsets: readonly number[] },
): Promise<ReadonlyMap<number, number>> {
  const { offsets, ...reading } = settings;
  const wanted = [...new Set(offsets)].toSorted((a, b) => a - b);
  const lines = new Map<number, number>();
  for await (const page of recordsAt(content, { ...reading, wanted, maxRawBytes: 0 })) {
    for (const { byteOffset, line } of page) lines.set(byteOffset, line);
  }
  return lines;
}
