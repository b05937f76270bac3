import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { workbook } from '../../support/workbook.ts';
import { type HostileFile, oneOf, type Row, type TargetTable } from '../hostile-file.ts';
import { pack, packings } from '../packed-files.ts';

function published(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../public/${name}.json`, import.meta.url), 'utf8'));
}

/** csv-spectrum: each file, in base64, into a table of its columns, whose rows its JSON has. */
export function spectrum(): readonly HostileFile[] {
  const files = published('csv-spectrum') as Record<string, { csv: string; rows: readonly Record<string, string>[] }>;
  return Object.entries(files).flatMap(([name, { csv, rows }]) => {
    const columns = Object.keys(rows[0] ?? {});
    const table: TargetTable = {
      name: `public.spectrum_${name}`,
      columns,
      ddl: `create table public.spectrum_${name} (${columns.map((column) => `"${column}" text`).join(', ')})`,
      key: null,
    };
    const expected = rows
      .map((row): Row => columns.map((column) => row[column] ?? null))
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    const declared = { format: 'csv', delimiter: ',', quote: '"', reading: { skipRows: 0 } };
    return [declared, { format: 'csv' }].flatMap((request) =>
      [7, 1_000_000].map((sliceBytes) => ({
        name: `${name} ${JSON.stringify(request)} ${sliceBytes}`,
        bytes: Buffer.from(csv, 'base64'),
        suffix: 'csv',
        table,
        request: { ...request, sliceBytes },
        expected: { rows: expected },
      })),
    );
  });
}

/** The Big List of Naughty Strings: each in a file of a format, packing and encoding that can hold it. */
export function naughtyStrings(random: () => number): readonly HostileFile[] {
  const strings = published('naughty-strings') as readonly string[];
  return strings.map((text, i) => {
    const format = oneOf(random, ['csv', 'csv', 'tsv', 'ndjson', 'json', 'xlsx', 'fixed'] as const);
    const hasNul = text.includes('\0');
    const fits = format !== 'fixed' || (!/[\r\n]/.test(text) && text.trim() !== '' && !hasNul);
    return { ...written(random, fits ? format : 'csv', text), name: `${i} ${JSON.stringify(text).slice(0, 60)}` };
  });
}

function written(
  random: () => number,
  format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'fixed',
  text: string,
): Omit<HostileFile, 'name'> {
  const delimiter = format === 'tsv' ? '\t' : ',';
  const quoted = `"${text.replaceAll('"', '""')}"`;
  const rows: readonly Row[] = [
    ['1', text, text],
    ['2', 'plain', null],
  ];
  const packing = oneOf(random, ['none', 'none', 'none', ...packings] as const);
  if (format === 'csv' || format === 'tsv') {
    const encoding = oneOf(random, ['utf-8', 'utf-8', 'utf-16le', 'utf-32be'] as const);
    const body = [
      ['id', 'name', 'note'],
      ['1', quoted, quoted],
      ['2', 'plain', ''],
    ].map((row) => row.join(delimiter));
    const utf8 = `${body.join('\r\n')}\r\n`;
    return {
      bytes: pack(encoding === 'utf-8' ? Buffer.from(utf8) : iconv.encode(utf8, encoding), packing, 'in.csv'),
      suffix: format,
      request: {
        format,
        ...(format === 'csv' && { delimiter }),
        quote: '"',
        sliceBytes: 64,
        reading: { skipRows: 0, ...(encoding !== 'utf-8' && { encoding }) },
      },
      expected: { rows },
    };
  }
  const records = [
    { id: 1, name: text, note: text },
    { id: 2, name: 'plain' },
  ].map((record) => JSON.stringify(record));
  if (format === 'ndjson')
    return {
      bytes: pack(Buffer.from(records.join('\n')), packing, 'in.ndjson'),
      suffix: format,
      request: { format, sliceBytes: 64 },
      expected: { rows },
    };
  if (format === 'json')
    return {
      bytes: pack(Buffer.from(`[${records.join(',\n')}]`), packing, 'in.json'),
      suffix: format,
      request: { format },
      expected: { rows },
    };
  if (format === 'fixed') {
    const width = Array.from(text).length;
    const cell = text.replaceAll(/^ +| +$/g, '');
    const line = (id: string, name: string, note: string): string =>
      id.padEnd(3) +
      name +
      ' '.repeat(width - Array.from(name).length) +
      note +
      ' '.repeat(width - Array.from(note).length);
    const short = Array.from('plain').slice(0, width).join('');
    return {
      bytes: pack(Buffer.from(`${line('1', text, text)}\n${line('2', short, '')}\n`), packing, 'in.txt'),
      suffix: 'txt',
      request: {
        format,
        sliceBytes: 30,
        reading: {
          fixed: [
            { name: 'id', width: 3 },
            { name: 'name', width },
            { name: 'note', width },
          ],
        },
      },
      expected: {
        rows: [
          ['1', cell, cell],
          ['2', short, null],
        ],
      },
    };
  }
  // characters that XML does not have are written as Excel writes them
  const xml = text
    .replaceAll(/_x[0-9A-Fa-f]{4}_/g, (each) => `_x005F${each}`)
    .replaceAll(
      /[\0-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]/g,
      (each) => `_x${each.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  const own = (value: string): string => `<c t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`;
  const sheet = [
    ['id', 'name', 'note'].map(own).join(''),
    `<c><v>1</v></c>${own(xml)}<c t="s"><v>0</v></c>`,
    `<c><v>2</v></c>${own('plain')}`,
  ].map((cells, i) => `<row r="${i + 1}">${cells}</row>`);
  return {
    bytes: workbook({
      sheets: [{ name: 'Rows', rows: sheet.join('') }],
      strings: [`<t xml:space="preserve">${xml}</t>`],
    }),
    suffix: 'xlsx',
    request: { format },
    expected: { rows },
  };
}
