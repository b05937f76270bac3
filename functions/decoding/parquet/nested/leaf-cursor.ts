import { corrupt, reading } from '../faults.ts';
import type { ColumnPages } from '../column-cells.ts';
import { openPage, type PageReader } from '../pages/page.ts';
import { readRuns, type Runs } from '../pages/runs.ts';
import type { Texts } from '../pages/values.ts';

/** Values of a column inside of others, one at a time, with their levels. */
export interface LeafCursor {
  /** Levels of the value that comes next; the repetition is -1 behind the last one that is at hand. */
  readonly repetition: number;
  readonly definition: number;
  /** Where the next value's text is: text[start, end); only where its definition is the highest. */
  readonly value: () => { readonly text: Buffer; readonly start: number; readonly end: number };
  readonly advance: () => void;
  /** Reads until so many rows are whole, or all that there are; answers how many. */
  readonly load: (rows: number) => Promise<number>;
  readonly end: () => Promise<void>;
}

/** A page, taken apart. */
interface Segment {
  readonly repetition: Int32Array;
  readonly definition: Int32Array;
  readonly texts: Texts;
  /** Of the value that comes next: among the levels, among the texts. */
  at: number;
  value: number;
}

/** Opens the pages of one leaf as they are needed. */
export function leafCursor(reader: PageReader, pages: ColumnPages): LeafCursor {
  const { maxDefinition, maxRepetition, path } = reader.leaf;
  const segments: Segment[] = [];
  /** Rows of which the first value is at hand and not taken. */
  let begun = 0;

  const current = (): Segment | undefined => {
    while (segments[0] !== undefined && segments[0].at === segments[0].definition.length) segments.shift();
    return segments[0];
  };
  const take = async (): Promise<boolean> => {
    const packed = await pages.next();
    if (packed === null) return false;
    // texts of several pages are in use at once
    reader.scratch = { text: Buffer.alloc(0) };
    const page = openPage(reader, packed);
    pages.took(page?.count ?? 0);
    if (page === null || page.count === 0) return true;
    const { count, values, byte } = page;
    const levels = (runs: Runs | null, all: number): Int32Array => {
      const out = new Int32Array(count);
      if (runs === null) out.fill(all);
      else readRuns(runs, out, count);
      return out;
    };
    reading(byte, 'a page', () => {
      const repetition = levels(page.repetition, 0);
      const definition = levels(page.definition, maxDefinition);
      if (definition.some((level) => level > maxDefinition) || repetition.some((level) => level > maxRepetition))
        throw corrupt(byte, 'a page has levels that its column does not have');
      const present = definition.reduce((sum, level) => sum + (level === maxDefinition ? 1 : 0), 0);
      const texts = { text: Buffer.alloc(0), starts: new Int32Array(present), ends: new Int32Array(present) };
      values.next(texts, 0, present);
      begun += repetition.reduce((sum, level) => sum + (level === 0 ? 1 : 0), 0);
      segments.push({ repetition, definition, texts, at: 0, value: 0 });
    });
    return true;
  };
  const there = (): Segment => {
    const segment = current();
    if (segment === undefined) throw corrupt(pages.offset, `column ${path} ends in the middle of a row`);
    return segment;
  };
  return {
    get repetition() {
      const segment = current();
      return segment === undefined ? -1 : (segment.repetition[segment.at] as number);
    },
    get definition() {
      const segment = there();
      return segment.definition[segment.at] as number;
    },
    value() {
      const { texts, value } = there();
      return { text: texts.text, start: texts.starts[value] as number, end: texts.ends[value] as number };
    },
    advance() {
      const segment = there();
      if (segment.repetition[segment.at] === 0) begun -= 1;
      if (segment.definition[segment.at] === maxDefinition) segment.value += 1;
      segment.at += 1;
    },
    async load(rows) {
      // the last row that began may go on in the next page
      while (begun <= rows && (await take()));
      return (await pages.isAtEnd()) ? begun : begun - 1;
    },
    async end() {
      if (current() !== undefined || !(await pages.isAtEnd()))
        throw corrupt(pages.offset, `column ${path} has more values than its row group has rows`);
    },
  };
}
