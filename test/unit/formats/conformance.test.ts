import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contract, ContractColumn, FileColumn } from '../../../functions/core/contract.ts';
import type { Format } from '../../../functions/formats/format.ts';
import { formatOf } from '../../../functions/formats/format-of.ts';
import type { RawRecord } from '../../../functions/formats/shared/raw-record.ts';
import type { ScanCounts } from '../../../functions/formats/shared/scanner.ts';

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
  const anyBody = fc
    .array(fc.tuple(anyRecord, fc.constantFrom('\n', '\r\n', '\n\n')), { maxLength: 12 })
    .map((records) => Buffer.from(records.flat().join('')));
  const anyCuts = fc.array(fc.nat(400), { maxLength: 6 });

  test('reads the same records whatever the pieces', () => {
    fc.assert(
      fc.property(anyBody, anyCuts, (body, cuts) => {
        expect(read(format, body, { start: 0, end: body.length }, cuts)).toEqual(
          read(format, body, { start: 0, end: body.length }),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('reads the same records whatever the slices, once wrong guesses are mended', () => {
    if (!format.splits) return;
    fc.assert(
      fc.property(anyBody, anyCuts, (body, cuts) => {
        const whole = read(format, body, { start: 0, end: body.length });
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
        const { records, counts } = read(format, body, { start: 0, end: body.length });
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
        const { records, counts } = read(format, body, { start: 0, end: body.length }, cuts);
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

  interface Read {
    readonly records: readonly {
      readonly recordNo: number;
      readonly byteOffset: number;
      readonly line: number | null;
      readonly row?: string;
      readonly raw?: object;
    }[];
    readonly counts: ScanCounts;
  }

  function read(
    by: Format,
    body: Buffer,
    { start, end }: { start: number; end: number },
    cuts: readonly number[] = [],
  ): Read {
    const scanner = by.scanner({ ...limits, fileColumns, startOffset: start, endOffset: end });
    const typed: Buffer[] = [];
    const raw: RawRecord[] = [];
    const take = (scanned: { typed: Buffer[]; raw: RawRecord[] }): void => {
      typed.push(...scanned.typed);
      raw.push(...scanned.raw);
    };
    for (const piece of inPieces(body, start, cuts)) if (!scanner.done) take(scanner.push(Buffer.from(piece)));
    if (!scanner.done) take(scanner.end());
    const rows = typedRows(Buffer.concat(typed).toString('latin1'), scanner.counts().typed);
    const rawRecords = raw.map(({ recordNo, byteOffset, line, byteLength, raw: bytes, fault, cells }) => ({
      recordNo,
      byteOffset,
      line,
      raw: { byteLength, raw: bytes.toString('latin1') },
      fault,
      cells: cells?.map((cell) => cell?.toString('latin1') ?? null) ?? null,
    }));
    return { records: [...rows, ...rawRecords].toSorted((a, b) => a.recordNo - b.recordNo), counts: scanner.counts() };
  }

  /** `<recordNo><byte><byteOffset><byte><cells>`, in order; a row may hold line ends between quotes. */
  function typedRows(text: string, rows: number): Read['records'][number][] {
    const starts = [...text.matchAll(/^(\d+)[,;\t\x1f](\d+)[,;\t\x1f]/gm)];
    const own: Read['records'][number][] = [];
    let last = 0;
    for (const start of starts) {
      const recordNo = Number(start[1]);
      if (recordNo <= last || own.length === rows) continue;
      last = recordNo;
      own.push({
        recordNo,
        byteOffset: Number(start[2]),
        line: null,
        row: text.slice(start.index + start[0].length).split('\n')[0] ?? '',
      });
    }
    return own;
  }

  function guessAndVerify(body: Buffer, cuts: readonly number[]): Read[] {
    const ends = [...new Set([...cuts, body.length])]
      .filter((end) => end > 0 && end <= body.length)
      .toSorted((a, b) => a - b);
    const slices: Read[] = [];
    let verifiedTo = 0;
    for (const [i, end] of ends.entries()) {
      const from = ends[i - 1] ?? 0;
      const windowOffset = Math.max(0, from - 1);
      const window = { fileColumns, windowOffset, from, objectEndsInWindow: true };
      const guess = i === 0 ? 0 : format.guess(body.subarray(windowOffset), window);
      const guessed = guess === null || guess >= end ? null : read(format, body, { start: guess, end });
      const slice =
        guessed?.counts.startOffset === verifiedTo ? guessed : read(format, body, { start: verifiedTo, end });
      slices.push(slice);
      verifiedTo = slice.counts.endOffset ?? verifiedTo;
    }
    return slices;
  }
});

const limits = { maxRecordBytes: 1_000_000, maxRawBytes: 1000, allRaw: false, zoneJumps: [] };

function inPieces(body: Buffer, start: number, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set([...cuts, body.length])]
    .filter((end) => end > start && end <= body.length)
    .toSorted((a, b) => a - b);
  return ends.map((end, i) => body.subarray(ends[i - 1] ?? start, end));
}

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

function column(name: string, plainForm: 'int8' | 'text'): FileColumn {
  const type = plainForm === 'int8' ? 'bigint' : 'text';
  const rest = {
    stagingType: type,
    plainForm,
    notNull: false,
    hasDefault: false,
    maxLength: null,
    precision: null,
    scale: null,
  };
  const how: ContractColumn = {
    name,
    type,
    ...rest,
    labels: null,
    isDomain: false,
    equals: '',
    collation: null,
    judgedAsInput: false,
    rules: {},
  };
  return { header: name, column: how };
}

function contractOf(format: Contract['format'], fileColumns: readonly FileColumn[]): Contract {
  const columns = fileColumns.flatMap((each) => (each.column === null ? [] : [each.column]));
  return {
    dataset: 'd',
    target: { schema: 'public', table: 't', oid: 1 },
    format,
    businessKey: ['id'],
    conflict: { rule: 'upsert', winner: 'last' },
    columns,
    requiredColumns: [],
    headerNames: Object.fromEntries(columns.map(({ name }) => [name, name])),
    ignoredHeaders: [],
    checks: [],
    foreignKeys: [],
    leniencies: [],
    limits: {
      maxRecordBytes: 1,
      maxRawBytes: 1,
      maxRejects: null,
      maxRejectShare: null,
      allowAllRejected: false,
      sliceBytes: 1,
      batchRows: 1,
    },
    fingerprint: '',
  };
}
