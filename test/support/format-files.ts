import { readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { workbook } from './workbook.ts';
import { zipArchive } from './zip-archive.ts';

/** The same two rows in one format or packing. */
export interface FormatFile {
  readonly name: string;
  readonly file: Buffer;
  /** Of a load, beside bucket, key and target. */
  readonly request: Readonly<Record<string, unknown>>;
}

const csv = 'id,name,amount,seen\n1000,"Zoë ""Z"", first",12.50,2024-07-01T10:00:00Z\n1001,two,,\n';
const tsv = 'id\tname\tamount\tseen\n1000\tZoë "Z", first\t12.50\t2024-07-01T10:00:00Z\n1001\ttwo\t\t\n';
const objects = [
  '{"id": 1000, "name": "Zo\\u00eb \\"Z\\", first", "amount": 12.50, "seen": "2024-07-01T10:00:00Z"}',
  '{"id": 1001, "name": "two", "amount": null, "seen": null}',
];
const fixed = `1000 Zoë "Z", first 12.50 2024-07-01T10:00:00Z
${'1001 two'.padEnd(46)}
`;
const columns = [
  { name: 'id', width: 5 },
  { name: 'name', width: 15 },
  { name: 'amount', width: 6 },
  { name: 'seen', width: 20 },
];

/** Texts inside their cells, numbers as numbers; the zone of a moment is no part of a workbook's days. */
function sheetRows(): string {
  const text = (cell: string, words: string): string => `<c r="${cell}" t="inlineStr"><is><t>${words}</t></is></c>`;
  const header = ['id', 'name', 'amount', 'seen'].map((name, i) => text(`${'ABCD'[i]}1`, name)).join('');
  const first = `<c r="A2"><v>1000</v></c>${text('B2', 'Zoë "Z", first')}<c r="C2"><v>12.5</v></c>${text('D2', '2024-07-01 10:00:00+00')}`;
  return `<row r="1">${header}</row><row r="2">${first}</row><row r="3"><c r="A3"><v>1001</v></c>${text('B3', 'two')}</row>`;
}

/**
 * Every format and every packing that is read, of (id integer, name text, amount numeric(8,2), seen timestamptz): whichever is loaded
 * first inserts two rows, and each of the others finds them as they are.
 */
export function formatFiles(): readonly FormatFile[] {
  const parquet = readFileSync(new URL('../fixtures/parquet/conformance.parquet', import.meta.url));
  return [
    { name: 'CSV', file: Buffer.from(csv), request: {} },
    { name: 'TSV', file: Buffer.from(tsv), request: { format: 'tsv', quote: 'none' } },
    { name: 'JSON lines', file: Buffer.from(`${objects.join('\n')}\n`), request: { format: 'ndjson' } },
    {
      name: 'a document of JSON',
      file: Buffer.from(`{"data": {"items": [${objects.join(', ')}]}}`),
      request: { format: 'json', reading: { jsonPath: 'data.items' } },
    },
    {
      name: 'lines of fixed width',
      file: Buffer.from(fixed),
      request: { format: 'fixed', reading: { fixed: columns } },
    },
    { name: 'Parquet', file: parquet, request: { format: 'parquet' } },
    {
      name: 'a workbook',
      file: workbook({ sheets: [{ name: 'Rows', rows: sheetRows() }] }),
      request: { format: 'xlsx' },
    },
    { name: 'UTF-16', file: Buffer.from(`\uFEFF${csv}`, 'utf16le'), request: {} },
    { name: 'windows-1252', file: Buffer.from(csv, 'latin1'), request: { reading: { encoding: 'windows-1252' } } },
    { name: 'gzip', file: gzipSync(csv), request: {} },
    { name: 'zstd', file: zstdCompressSync(csv), request: {} },
    {
      name: 'gzip in a zip',
      file: zipArchive([
        { name: 'in/orders.csv.gz', bytes: gzipSync(csv) },
        { name: 'read me.txt', bytes: Buffer.from('of others') },
      ]),
      request: { reading: { member: 'in/*.csv.gz' } },
    },
    { name: 'JSON lines in gzip', file: gzipSync(objects.join('\n')), request: { format: 'ndjson' } },
  ];
}
