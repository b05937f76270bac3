import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contract, FileColumn } from '../../../functions/core/contract.ts';
import { formatOf } from '../../../functions/formats/format-of.ts';
import { column, contractOf, inPieces, limits, sliceReader } from './slice-reader.ts';

const fixedColumns = [
  { name: 'id', width: 4 },
  { name: 'name', width: 3 },
  { name: 'doc', width: 5 },
];

/**
 * What holds for every format, through its door alone: any cuts give the records of a sequential read, each is accounted for
 * and found again byte for byte, and no record grows a worker. A format is one line here.
 */
const formats: readonly (readonly [name: string, Contract['format'], record: fc.Arbitrary<string>])[] = [
  ['csv', { kind: 'csv', delimiter: ',' }, rowsOf(',')],
  ['csv with semicolons and words for NULL', { kind: 'csv', delimiter: ';', nulls: ['x'] }, rowsOf(';')],
  ['tsv', { kind: 'tsv', delimiter: '\t' }, rowsOf('\t')],
  ['cells between two bars', { kind: 'csv', delimiter: '||' }, rowsOf('||')],
  ['tsv without quotes', { kind: 'tsv', delimiter: '\t', quote: 'none' }, rowsOf('\t')],
  ['ndjson', { kind: 'ndjson' }, objects()],
  ['fixed width', { kind: 'fixed', columns: fixedColumns, nulls: ['x'] }, fixedLines()],
];

describe.each(formats)('%s', (_name, declared, anyRecord) => {
  const fileColumns: readonly FileColumn[] = [column('id', 'int8'), column('name', 'text'), column('doc', 'text')];
  const format = formatOf({ contract: contractOf(declared, fileColumns) });
  const { read, guessAndVerify } = sliceReader(format, fileColumns);
  const anyBody = fc
    .array(fc.tuple(anyRecord, fc.constantFrom('\n', '\r\n', '\n\n')), { maxLength: 12 })
    .map((records) => Buffer.from(records.flat().join('')));
  const anyCuts = fc.array(fc.nat(400), { maxLength: 6 });

  test('reads the same records whatever the pieces', () => {
    fc.assert(
      fc.property(anyBody, anyCuts, (body, cuts) => {
        expect(read(body, { start: 0, end: body.length }, cuts)).toEqual(read(body, { start: 0, end: body.length }));
      }),
      { numRuns: 200 },
    );
  });

  test('reads the same records whatever the slices, once wrong guesses are mended', () => {
    if (!format.splits) return;
    fc.assert(
      fc.property(anyBody, anyCuts, (body, cuts) => {
        const whole = read(body, { start: 0, end: body.length });
        fc.pre(whole.counts.openQuote === null);
        const slices = guessAndVerify(body, cuts);
        expect(
          slices.flatMap(({ records }) => records.map(({ recordNo: _no, line: _line, ...record }) => record)),
        ).toEqual(whole.records.map(({ recordNo: _no, line: _line, ...record }) => record));
        expect(slices.reduce((sum, { counts }) => sum + counts.lines, 0)).toBe(whole.counts.lines);
        expect(slices.reduce((sum, { counts }) => sum + counts.blankLines, 0)).toBe(whole.counts.blankLines);
      }),
      { numRuns: 200 },
    );
  });

  test('finds every record again, byte for byte', () => {
    fc.assert(
      fc.property(anyBody, anyCuts, (body, cuts) => {
        const { records, counts } = read(body, { start: 0, end: body.length });
        fc.pre(counts.openQuote === null);
        const wanted = records.map(({ byteOffset }) => byteOffset);
        const locator = format.locator({ startOffset: 0, startLine: 1, wanted, maxRawBytes: 1000 });
        const located = inPieces(body, 0, cuts).flatMap((piece) => (locator.done ? [] : locator.push(piece)));
        if (!locator.done) located.push(...locator.end());
        expect(located.map(({ byteOffset }) => byteOffset)).toEqual(wanted);
        for (const { byteOffset, byteLength, line, raw } of located) {
          const record = records.find((each) => each.byteOffset === byteOffset);
          expect(raw).toEqual(body.subarray(byteOffset, byteOffset + byteLength));
          if (record?.raw !== undefined)
            expect({ byteLength, line, raw: raw.toString('latin1') }).toMatchObject(record.raw);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('counts each record as typed or raw, and throws at no bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), anyCuts, (bytes, cuts) => {
        const body = Buffer.from(bytes);
        const { records, counts } = read(body, { start: 0, end: body.length }, cuts);
        expect(records.map(({ recordNo }) => recordNo)).toEqual(records.map((_, i) => i + 1));
        expect(counts.records).toBe(counts.typed + counts.raw);
        expect(records.length).toBe(counts.records);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps the head alone of a record of 64 MiB', () => {
    const scanner = format.scanner({ ...limits, fileColumns, startOffset: 0, endOffset: 2 ** 40, maxRawBytes: 100 });
    const piece = Buffer.alloc(65_536, 'a');
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 1024; i += 1) expect(scanner.push(piece)).toEqual({ typed: [], raw: [] });
    expect(scanner.openRecordBytes).toBe(64 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
    const [record] = scanner.push(Buffer.from('\n')).raw;
    expect(record).toMatchObject({ fault: 'RECORD_TOO_LONG', byteLength: 64 * 1024 * 1024 });
    expect(record?.raw).toHaveLength(100);
  });
});

function rowsOf(delimiter: string): fc.Arbitrary<string> {
  const cell = fc.constantFrom(
    '1',
    '-7',
    'a',
    'x',
    '',
    'é',
    '"q"',
    `"p${delimiter}q"`,
    '"two\nlines"',
    '"say ""it"""',
    'a"b',
  );
  return fc.array(cell, { minLength: 2, maxLength: 4 }).map((cells) => cells.join(delimiter));
}

function fixedLines(): fc.Arbitrary<string> {
  const cell = fc.constantFrom('1', '-7', 'a', 'x', '', 'é', '日本', '\t', '\\', 'a b', '𝔘');
  const line = fc
    .tuple(cell, cell, cell)
    .map((cells) => cells.map((text, i) => filled(text, [4, 3, 5][i] ?? 0)).join(''));
  return fc.oneof({ weight: 4, arbitrary: line }, fc.constantFrom('short', 'a line that is too long', '    '));
}

/** With blanks behind it, counted in characters. */
function filled(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...new Intl.Segmenter().segment(text)].length));
}

function objects(): fc.Arbitrary<string> {
  const value = fc.constantFrom(
    '1',
    '-7',
    '1.5',
    'null',
    'true',
    '"é"',
    '"a\\nb"',
    '"\\u00e9\\ud83e\\udd89"',
    '[1, {"a":"\\\\"}]',
    '01',
    '"\\ud800"',
  );
  const entry = fc
    .tuple(fc.constantFrom('id', 'name', 'doc', 'other'), value)
    .map(([key, text]) => `"${key}" :${text}`);
  return fc.array(entry, { maxLength: 4 }).map((entries) => `{${entries.join(',')}}`);
}
