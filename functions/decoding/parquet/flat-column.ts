import { corrupt, reading } from './faults.ts';
import { openPage, type Page, type PageReader } from './pages/page.ts';
import { readRuns } from './pages/runs.ts';
import type { Texts } from './pages/values.ts';
import type { Cells, ColumnPages } from './column-cells.ts';

/** Cells of a column that is no list and no part of anything: one value a row, or NULL. */
export function flatColumn(reader: PageReader, pages: ColumnPages): Cells {
  const highest = reader.leaf.maxDefinition;
  const texts: Texts = { text: Buffer.alloc(0), starts: new Int32Array(0), ends: new Int32Array(0) };
  let levels = new Int32Array(0);
  let page: Page | null = null;
  let left = 0;

  const fill = (count: number): void => {
    const { definition, values, byte } = page as Page;
    if (texts.starts.length < count) {
      texts.starts = new Int32Array(count);
      texts.ends = new Int32Array(count);
      levels = new Int32Array(count);
    }
    reading(byte, 'a page', () => {
      if (definition === null) return values.next(texts, 0, count);
      readRuns(definition, levels, count);
      let present = 0;
      for (let i = 0; i < count; i += 1) {
        const level = levels[i] as number;
        if (level > highest) throw corrupt(byte, 'a page has levels that its column does not have');
        present += level === highest ? 1 : 0;
      }
      values.next(texts, 0, present);
      if (present < count) spread(texts, levels, { highest, present, count });
    });
    left -= count;
  };
  const open = async (): Promise<void> => {
    const next = await pages.next();
    if (next === null)
      throw corrupt(pages.offset, `column ${reader.leaf.path} has fewer values than its row group has rows`);
    page = openPage(reader, next);
    left = page?.count ?? 0;
    pages.took(left);
  };
  return {
    texts,
    async pass(rows) {
      let passed = 0;
      while (left === 0 && passed < rows) {
        const count = await pages.pass(rows - passed);
        if (count === 0) break;
        if (count === null) await open();
        passed += count ?? 0;
      }
      return passed;
    },
    async ready() {
      while (left === 0) await open();
      return left;
    },
    fill,
    async end() {
      if (left > 0 || !(await pages.isAtEnd()))
        throw corrupt(pages.offset, `column ${reader.leaf.path} has more values than its row group has rows`);
    },
  };
}

/** Moves texts of values to where their rows are, from the last on; a NULL has none. */
function spread(
  { starts, ends }: Texts,
  levels: Int32Array,
  { highest, present, count }: { readonly highest: number; readonly present: number; readonly count: number },
): void {
  let value = present;
  for (let i = count - 1; i >= 0; i -= 1) {
    if (levels[i] === highest) {
      value -= 1;
      starts[i] = starts[value] as number;
      ends[i] = ends[value] as number;
    } else {
      starts[i] = 0;
      ends[i] = 0;
    }
  }
}
