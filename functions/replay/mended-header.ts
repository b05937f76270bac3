import { delimited } from '../formats/delimited/format.ts';
import type { Layout } from '../formats/shared/layout.ts';
import type { Head } from '../content/head.ts';
import { withoutGuard } from './formula-guard.ts';
import { placeColumns, wholeColumn } from './rejects-columns.ts';
import { saysTheSame } from './same-text.ts';

/** Where a mended rejects.csv has what is asked of it: indexes of cells, from 0; null: it has no such column any more. */
export interface MendedHeader {
  readonly delimiter: string;
  readonly layout: Layout;
  readonly load: number | null;
  readonly record: number;
  readonly whole: number | null;
  /** Of the source's columns, in their order. */
  readonly source: readonly (number | null)[];
}

/** What spreadsheets put between cells, by the language that they speak. */
const delimiters = [',', ';', '\t'] as const;

/** What its words end with where a file is no text in UTF-8. */
export const asUtf8 = 'save it as CSV in UTF-8 (in Excel "CSV UTF-8")';

/** Its header stands in so many of the first bytes, with 1,600 columns of 63 bytes. */
const headerBytes = 128 * 1024;

/** Whether an object is a rejects.csv that comes back, told by columns whose names no source has, wherever they stand. */
export function isRejectsFile({ bytes, isAll }: Head): boolean {
  const first = bytes.subarray(0, headerBytes);
  if (!first.includes(placeColumns.record) || !first.includes(placeColumns.load)) return false;
  const header = mendedHeader({ bytes: first, isAll: isAll && first.length === bytes.length }, []);
  return typeof header !== 'string' && header.load !== null;
}

/** With which UTF-16 begins, and a workbook. */
const noText = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff]), Buffer.from('PK\x03\x04', 'latin1')] as const;

/** The header of a mended rejects.csv; words where it is none. */
export function mendedHeader({ bytes, isAll }: Head, sourceColumns: readonly string[]): MendedHeader | string {
  if (noText.some((mark) => bytes.subarray(0, mark.length).equals(mark))) return `it is no text in UTF-8: ${asUtf8}`;
  let words = 'it has no header';
  for (const delimiter of delimiters) {
    const layout = delimited({ kind: 'csv', delimiter }, 'lf').layout(bytes, isAll);
    if ('problem' in layout) {
      words = layout.message;
      continue;
    }
    const names = (layout.names ?? []).map(withoutGuard);
    const record = names.indexOf(placeColumns.record);
    if (record === -1) {
      words = `it has no column ${placeColumns.record}, so nothing says which record a line is`;
      continue;
    }
    return {
      delimiter,
      layout,
      record,
      load: found(names.indexOf(placeColumns.load)),
      whole: found(names.lastIndexOf(wholeColumn)),
      source: placesOf(sourceColumns, names),
    };
  }
  return words;
}

/** Side by side as they were; else each by its name, from the end, since a source may have a column of our name. */
function placesOf(source: readonly string[], names: readonly string[]): readonly (number | null)[] {
  const first = Object.values(placeColumns).length;
  if (source.every((name, i) => saysTheSame(names[first + i] ?? '', name))) return source.map((_, i) => first + i);
  return source.map((name) => found(names.findLastIndex((seen) => saysTheSame(seen, name))));
}

function found(index: number): number | null {
  return index === -1 ? null : index;
}
