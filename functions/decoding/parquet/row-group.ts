import type { RowGroup } from 'hyparquet';
import { columnPages, type Cells } from './column-cells.ts';
import { corrupt, unreadable } from './faults.ts';
import type { FileBytes } from './file-bytes.ts';
import { flatColumn } from './flat-column.ts';
import type { Footer } from './footer.ts';
import { leafCursor, type LeafCursor } from './nested/leaf-cursor.ts';
import { nestedColumn } from './nested/nested-column.ts';
import type { PageReader } from './pages/page.ts';
import type { Field, Leaf } from './schema.ts';
import { jsonText } from './texts/json-text.ts';
import { textOf } from './texts/text-of.ts';

/** A row group up to this size is read with one request; of a larger one windows of its columns are, together as large. */
const heldBytes = 6 * 1024 * 1024;
const leastWindow = 64 * 1024;
const mostWindow = 2 * 1024 * 1024;

/** The columns of a row group, each with its cells. */
export async function openRowGroup(
  file: FileBytes,
  footer: Footer,
  table: { readonly fields: readonly Field[]; readonly group: RowGroup },
): Promise<readonly Cells[]> {
  const { fields, group } = table;
  const source = await groupBytes(file, group);
  const windowBytes = Math.min(mostWindow, Math.max(leastWindow, Math.floor(heldBytes / group.columns.length)));
  const opened = (leaf: Leaf): { reader: PageReader; pages: ReturnType<typeof columnPages> } => {
    const chunk = group.columns[leaf.index];
    const column = chunk?.meta_data;
    if (chunk === undefined || column === undefined || column.type !== leaf.element.type)
      throw corrupt(
        footer.start,
        `its footer does not say where column ${leaf.path} is, or that it is of another type`,
      );
    const text = textOf(leaf.element);
    if (text === null) {
      const { type, logical_type, converted_type } = leaf.element;
      const words = [type, logical_type?.type ?? converted_type].filter((word) => word !== undefined).join(' ');
      throw unreadable(footer.start, `column ${leaf.path} is of type ${words}, which is not read`);
    }
    const reader: PageReader = {
      leaf,
      codec: column.codec,
      text: leaf.path.includes('.') || leaf.maxRepetition > 0 ? jsonText(text) : text.text,
      scratch: { text: Buffer.alloc(0) },
      dictionary: null,
      room: Buffer.alloc(0),
    };
    return { reader, pages: columnPages({ file: source, footer, chunk, windowBytes }) };
  };
  const leaves: LeafCursor[] = [];
  return fields.map((field) => {
    const { content } = field;
    if (content.kind === 'leaf' && content.maxRepetition === 0) {
      const { reader, pages } = opened(content);
      return flatColumn(reader, pages);
    }
    for (const leaf of leavesOf(field)) {
      const { reader, pages } = opened(leaf);
      leaves[leaf.index] = leafCursor(reader, pages);
    }
    return nestedColumn(field, leaves);
  });
}

function leavesOf({ content }: Field): readonly Leaf[] {
  switch (content.kind) {
    case 'leaf':
      return [content];
    case 'struct':
      return content.fields.flatMap(leavesOf);
    case 'list':
      return leavesOf(content.element);
    case 'map':
      return [...leavesOf(content.key), ...leavesOf(content.value)];
  }
}

/** The file, with a small row group in memory. */
async function groupBytes(file: FileBytes, { columns }: RowGroup): Promise<FileBytes> {
  let [from, until] = [Infinity, 0];
  for (const { meta_data: column } of columns) {
    const data = Number(column?.data_page_offset ?? 0n);
    const dictionary = Number(column?.dictionary_page_offset ?? 0n);
    const start = dictionary > 0 && dictionary < data ? dictionary : data;
    from = Math.min(from, start);
    until = Math.max(until, start + Number(column?.total_compressed_size ?? 0n));
  }
  if (!(from >= 0 && until > from && until <= file.sizeBytes && until - from <= heldBytes)) return file;
  const bytes = await file.read(from, until);
  return {
    sizeBytes: file.sizeBytes,
    read: async (start, end, room) =>
      start >= from && end <= until ? bytes.subarray(start - from, end - from) : await file.read(start, end, room),
  };
}
