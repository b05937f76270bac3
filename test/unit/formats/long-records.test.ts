import { expect, test } from 'vitest';
import type { Contract, FileColumn } from '../../../functions/core/contract.ts';
import { formatOf } from '../../../functions/formats/format-of.ts';
import { column, contractOf } from './slice-reader.ts';

const MIB = 1024 * 1024;
const bodyBytes = 2 * Math.floor(0.65 * MIB);
const bodies = ['a', 'bc', 'd'].map((part) => part.repeat(bodyBytes / part.length));
/** As staging has them; such that one record ends and the next one takes a mebibyte in the same piece. */
const pieces = [256 * 1024, 1.25 * MIB];
const columns: readonly FileColumn[] = [column('id', 'int8'), column('doc', 'text'), column('n', 'int8')];

/** What COPY is given of each record behind its number and offset, where `n` is plain. */
const formats: readonly (readonly [string, Contract['format'], Written, (cells: readonly string[]) => string])[] = [
  ['csv', { kind: 'csv', delimiter: ',' }, (cells) => cells.join(','), (cells) => cells.join(',')],
  ['two bars', { kind: 'csv', delimiter: '||' }, (cells) => cells.join('||'), (cells) => cells.join('\x1f')],
  [
    'a record end',
    { kind: 'csv', delimiter: ',', recordEnd: '~' },
    (cells) => cells.join(','),
    (cells) => cells.join(','),
  ],
  [
    'a word for NULL',
    { kind: 'csv', delimiter: ',', nulls: ['-'] },
    ([id, doc, n]) => `${id},${doc},${n === '7' ? '-' : n}`,
    ([id, doc, n]) => `${id},${doc},${n === '7' ? '' : n}`,
  ],
  [
    'json lines',
    { kind: 'ndjson' },
    ([id, doc, n]) => `{"id":${id},"doc":"${doc}","n":${n}}`,
    (cells) => cells.join('\t'),
  ],
  [
    'fixed width',
    {
      kind: 'fixed',
      columns: [
        { name: 'id', width: 2 },
        { name: 'doc', width: bodyBytes },
        { name: 'n', width: 2 },
      ],
    },
    ([id = '', doc, n = '']) => `${id.padStart(2)}${doc}${n.padStart(2)}`,
    (cells) => cells.join('\t'),
  ],
];
type Written = (cells: readonly string[]) => string;

/** Pieces are read into the same memory, and so are records that span them: what is handed out is taken before the next one comes. */
test.each(formats)('hands out long records of %s whole, in pieces and at once', (_name, declared, written, staged) => {
  const end = 'recordEnd' in declared && declared.recordEnd !== undefined ? declared.recordEnd : '\n';
  const records = bodies.map((doc, i) => [String(i), doc, '7'] as const);
  const body = Buffer.from(records.map((cells) => written(cells) + end).join(''));
  for (const pieceBytes of pieces) {
    const { typed } = scanned(declared, body, pieceBytes);
    const texts = typed.split('\n').slice(0, -1);
    expect(texts.map((text) => text.length)).toEqual(
      records.map((cells, i) => `${i + 1},${offsetOf(i)},`.length + staged(cells).length),
    );
    texts.forEach((text, i) => expect(text.endsWith(staged(records[i] ?? []))).toBe(true));
  }

  function offsetOf(record: number): number {
    return records.slice(0, record).reduce((sum, cells) => sum + written(cells).length + end.length, 0);
  }
});

test.each(formats)('hands out long raw records of %s whole, in pieces and at once', (_name, declared, written) => {
  const end = 'recordEnd' in declared && declared.recordEnd !== undefined ? declared.recordEnd : '\n';
  // not plain for certain: PostgreSQL is to judge it
  const records = bodies.map((doc, i) => [String(i), doc, declared.kind === 'ndjson' ? '"x"' : 'x'] as const);
  const body = Buffer.from(records.map((cells) => written(cells) + end).join(''));
  for (const pieceBytes of pieces) {
    const { raw, typed } = scanned(declared, body, pieceBytes);
    expect(typed).toBe('');
    expect(raw.map((cells) => cells.map((cell) => cell?.length))).toEqual(
      records.map((cells) => [1, cells[1].length, 1]),
    );
    raw.forEach((cells, i) => expect(cells[1] === bodies[i]).toBe(true));
  }
});

function scanned(
  declared: Contract['format'],
  body: Buffer,
  pieceBytes: number,
): { readonly typed: string; readonly raw: readonly (readonly (string | null)[])[] } {
  const scanner = formatOf({ contract: contractOf(declared, columns) }).scanner({
    fileColumns: columns,
    maxRecordBytes: 2 * MIB,
    maxRawBytes: 100,
    startOffset: 0,
    endOffset: body.length,
    allRaw: false,
    zoneJumps: [],
  });
  const room = Buffer.alloc(pieceBytes);
  const typed: string[] = [];
  const raw: (string | null)[][] = [];
  for (let at = 0; at < body.length; at += pieceBytes) {
    const read = body.copy(room, 0, at, at + pieceBytes);
    const handedOut = scanner.push(room.subarray(0, read));
    typed.push(...handedOut.typed.map((chunk) => chunk.toString('latin1')));
    raw.push(...handedOut.raw.map(({ cells }) => (cells ?? []).map((cell) => cell?.toString('latin1') ?? null)));
  }
  expect(scanner.done).toBe(true);
  return { typed: typed.join(''), raw };
}
