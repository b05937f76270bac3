import type { ColumnMetaData, RowGroup } from 'hyparquet';
import type { DecodingSource, RowPart, RowTable } from '../decoder.ts';
import { headerLine } from '../shared/table-text.ts';
import { corrupt } from './faults.ts';
import { fileBytes } from './file-bytes.ts';
import { readFooter } from './footer.ts';
import { openRowGroup } from './row-group.ts';
import { rowsOfGroup } from './rows.ts';
import { type Field, tableOf } from './schema.ts';

/** Least bytes of a value as text, a comma included, as an average: those of a dictionary are counted once in a file. */
const leastValueBytes = 8;

/** A Parquet file by its rows, as CSV. Reads the footer. Throws DecodingFault. */
export async function openTable(source: DecodingSource): Promise<RowTable> {
  const file = await fileBytes(source);
  const footer = await readFooter(file);
  const { metadata, start: footerStart } = footer;
  const fields = tableOf(metadata.schema, footerStart);
  const isSingle = fields.length === 1;
  const isFlat = fields.every(({ content }) => content.kind === 'leaf' && content.maxRepetition === 0);
  const parts = metadata.row_groups.map((group) => partOf(group, { fields, footerStart, isFlat }));
  return {
    header: headerLine(fields.map(({ name }) => name)),
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    bytes: metadata.row_groups.flatMap(columnsOf).reduce((sum, column) => sum + unpackedBytes(column), 0),
    parts,
    async *read({ start, end }) {
      let first = 0;
      for (const [i, { rows }] of parts.entries()) {
        const range = { start: Math.max(0, start - first), end: Math.min(rows, end - first) };
        first += rows;
        if (range.start >= range.end) continue;
        const group = metadata.row_groups[i] as RowGroup;
        const columns = await openRowGroup(file, footer, { fields, group });
        yield* rowsOfGroup(columns, { ...range, rows, isSingle });
      }
    },
  };
}

function partOf(
  group: RowGroup,
  table: { readonly fields: readonly Field[]; readonly footerStart: number; readonly isFlat: boolean },
): RowPart {
  const { fields, footerStart, isFlat } = table;
  const { num_rows: rows, columns } = group;
  const leaves = fields.at(-1)?.until ?? 0;
  if (columns.length !== leaves)
    throw corrupt(footerStart, `a row group has ${columns.length} columns, the schema has ${leaves}`);
  if (rows < 0n || rows > 2n ** 40n) throw corrupt(footerStart, `a row group has ${rows} rows`);
  const bytes = columnsOf(group).reduce(
    (sum, column) => sum + Math.max(unpackedBytes(column), leastValueBytes * Number(column.num_values)),
    0,
  );
  return { rows: Number(rows), bytes, splits: isFlat };
}

function columnsOf({ columns }: RowGroup): readonly ColumnMetaData[] {
  return columns.flatMap(({ meta_data: column }) => column ?? []);
}

function unpackedBytes({ total_uncompressed_size: bytes }: ColumnMetaData): number {
  return Math.max(0, Number(bytes));
}
