import { delimited } from '../formats/delimited/format.ts';
import type { Layout } from '../formats/shared/layout.ts';
import type { Head } from '../content/head.ts';
import { withoutGuard } from './formula-guard.ts';
import { placeColumns, wholeColumn } from './rejects-columns.ts';

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

const ownBegin = new RegExp(`^\\uFEFF?(?:sep=.\\r?\\n)?"?${placeColumns.load.replace('.', '\\.')}"?[,;\\t]`);

/** Whether an object is a rejects.csv that comes back, told by its first column. */
export function isRejectsFile({ bytes }: Head): boolean {
  return ownBegin.test(bytes.subarray(0, 100).toString('utf8'));
}

/** Of which load the first line says that it is; words where none does. */
export function loadOfRejects(head: Head): number | string {
  const header = mendedHeader(head, []);
  if (typeof header === 'string') return header;
  const { delimiter, layout, load } = header;
  const [line = ''] = head.bytes
    .subarray(layout.bodyOffset)
    .toString('utf8')
    .split(/[\r\n]/, 1);
  const named = line.split(delimiter)[load ?? -1]?.replaceAll('"', '').trim() ?? '';
  return /^[1-9]\d{0,14}$/.test(named)
    ? Number(named)
    : `no line of it says in ${placeColumns.load} of which load it is`;
}

/** The header of a mended rejects.csv; words where it is none. */
export function mendedHeader({ bytes, isAll }: Head, sourceColumns: readonly string[]): MendedHeader | string {
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
  if (source.every((name, i) => names[first + i] === name)) return source.map((_, i) => first + i);
  return source.map((name) => found(names.lastIndexOf(name)));
}

function found(index: number): number | null {
  return index === -1 ? null : index;
}
