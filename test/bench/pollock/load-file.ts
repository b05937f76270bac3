import { compileContract } from '../../../functions/compile/compile.ts';
import { adHocDataset } from '../../../functions/compile/declaration/schema.ts';
import { mapHeader } from '../../../functions/compile/header/header.ts';
import { requireEmptyColumns } from '../../../functions/compile/header/unnamed-columns.ts';
import { headOf } from '../../../functions/content/head.ts';
import { withContent } from '../../../functions/content/open-content.ts';
import { readObjectHead } from '../../../functions/extract/object-head.ts';
import { sniffedFormat } from '../../../functions/extract/sniffed-format.ts';
import { formatOf } from '../../../functions/formats/format-of.ts';
import { storeFor } from '../../../functions/objects/store-for.ts';
import { LoadRejected } from '../../../functions/protocol/errors.ts';
import { catalogue, column } from '../../unit/compile/build.ts';
import type { Declared } from './declared.ts';

/** What became of a file. */
export type Loaded =
  | {
      readonly kind: 'loaded';
      /** Of the table. */
      readonly columns: readonly string[];
      /** In the order of the columns; null is NULL. */
      readonly rows: readonly (readonly (string | null)[])[];
      readonly rejects: number;
    }
  | {
      readonly kind: 'refused';
      readonly code: string;
      /** Of the first record, where it is refused for having others than are named; else null. */
      readonly cells: number | null;
    };

/**
 * A file into a table of text columns, by the functions that `load` reads with and without its database: what they hand over
 * is what such a table takes, which the bench checks with a sample of loads.
 */
export async function loadFile(file: string, columns: readonly string[], declared: Declared): Promise<Loaded> {
  try {
    const dataset = datasetOf(declared);
    const table = { table: 'loaded', columns: columns.map((name) => column(name)), uniqueIndexes: [] };
    const contract = compileContract(dataset, catalogue(table), 'f');
    const store = await storeFor('file://');
    const object = await store.head({ bucket: 'file://', key: file });
    const { decoding, head } = await readObjectHead(store, object, {
      declared: contract.decoding,
      format: formatOf({ contract }),
    });
    const sniffed = sniffedFormat(object, contract, { head, undeclared: dataset.undeclared });
    const read = { contract: { ...contract, format: sniffed?.format ?? contract.format }, decoding };
    const layout = formatOf(read).layout(head.bytes, head.isAll);
    if ('problem' in layout) {
      const [, cells] = layout.problem === 'COLUMNS' ? (/has (\d+) cells?/.exec(layout.message) ?? []) : [];
      return { kind: 'refused', code: layout.problem, cells: cells === undefined ? null : Number(cells) };
    }
    const fileColumns = mapHeader(read.contract, layout.names ?? []);
    requireEmptyColumns(read.contract, fileColumns, head.bytes.subarray(layout.bodyOffset));
    const { bytes } = await withContent(store, { object, decoding }, (content) => headOf(content, Infinity));
    const scanner = formatOf({ ...read, lineEnd: layout.lineEnd }).scanner({
      fileColumns,
      maxRecordBytes: contract.limits.maxRecordBytes,
      maxRawBytes: 1024,
      startOffset: layout.bodyOffset,
      endOffset: Infinity,
      allRaw: true,
      zoneJumps: [],
    });
    const records = [...scanner.push(bytes.subarray(layout.bodyOffset)).raw, ...scanner.end().raw];
    const { openQuote } = scanner.counts();
    if (openQuote !== null) return { kind: 'refused', code: 'UNTERMINATED_QUOTE', cells: null };
    const places = columns.map((name) => fileColumns.findIndex((each) => each.column?.name === name));
    const rows = records.flatMap(({ cells }) =>
      cells === null ? [] : [places.map((place) => cells[place]?.toString('utf8') ?? null)],
    );
    if (rows.length === 0 && records.length > 0) return { kind: 'refused', code: 'NOTHING_ACCEPTED', cells: null };
    return { kind: 'loaded', columns, rows, rejects: records.length - rows.length };
  } catch (error) {
    if (error instanceof LoadRejected) return { kind: 'refused', code: error.code, cells: null };
    throw error;
  }
}

/** As `load --into --conflict append` has it. */
function datasetOf({ encoding, delimiter, quote, ...reading }: Declared): ReturnType<typeof adHocDataset> {
  return adHocDataset({
    into: 'public.loaded',
    businessKey: [],
    conflict: { rule: 'append' },
    ...(delimiter !== undefined && { delimiter }),
    ...(quote !== undefined && { quote }),
    reading: { ...reading, ...(encoding !== undefined && { encoding }) },
  });
}
