import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineStart } from '../../../../functions/formats/json-lines/guess-line.ts';
import type { JsonColumn } from '../../../../functions/formats/json-lines/reader.ts';
import { createJsonLinesScanner, type JsonLinesSettings } from '../../../../functions/formats/json-lines/scanner.ts';
import type { RawRecord } from '../../../../functions/formats/shared/raw-record.ts';
import { anyCuts } from '../delimited/arbitraries.ts';
import { pieces } from '../delimited/scan-all.ts';
import { anyLines, table } from './arbitraries.ts';
import { readLines, type ReferenceLine } from './reference.ts';

describe('any bytes in any pieces', () => {
  test('are the records that JSON.parse, line by line, says they are', () => {
    fc.assert(
      fc.property(
        anyLines,
        anyCuts,
        fc.constantFrom(20, 1000),
        fc.nat(30),
        (object, cuts, maxRecordBytes, maxRawBytes) => {
          const limits = { ...table, maxRecordBytes, maxRawBytes };
          const scanned = scan(object, { ...limits, startOffset: 0, endOffset: object.length }, cuts);
          const lines = readLines(object, limits);
          const records = lines.filter(({ record }) => record !== null);
          expect(scanned.counts.blankLines).toBe(lines.length - records.length);
          expect(
            scanned.records.map(({ fault, ...rest }, i) => ({ ...rest, fault: named(fault, records[i]) })),
          ).toEqual(
            records.map(({ start, end, record }, i) => ({
              recordNo: i + 1,
              byteOffset: start,
              byteLength: record?.isPlain === true ? null : end - start,
              line: record?.isPlain === true ? null : lines.findIndex((line) => line.start === start) + 1,
              raw:
                record?.isPlain === true
                  ? null
                  : object.subarray(start, end).subarray(0, maxRawBytes).toString('latin1'),
              isTyped: record?.isPlain ?? false,
              fault: record?.fault ?? null,
              cells: record?.cells ?? null,
            })),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('give each byte to exactly one slice, whatever the ranges', () => {
    fc.assert(
      fc.property(anyLines, anyCuts, anyCuts, (object, cuts, ranges) => {
        const ends = [...new Set([...ranges, object.length])]
          .filter((end) => end > 0 && end <= object.length)
          .toSorted((a, b) => a - b);
        const whole = scan(object, settings({ endOffset: object.length }));
        const slices = ends.map((endOffset, i) => {
          const from = ends[i - 1] ?? 0;
          const start = lineStart(object.subarray(Math.max(0, from - 1)), {
            windowOffset: Math.max(0, from - 1),
            from,
          });
          return scan(
            object,
            settings({ startOffset: start === null || start >= endOffset ? endOffset : start, endOffset }),
            cuts,
          );
        });
        const placed = ({ records }: Scan): object[] => records.map(({ recordNo: _, line: __, ...record }) => record);
        expect(slices.flatMap(placed)).toEqual(placed(whole));
        expect(slices.reduce((sum, { counts }) => sum + counts.lines, 0)).toBe(whole.counts.lines);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a value', () => {
  const columns: readonly JsonColumn[] = (['text', 'int4', 'numeric', 'boolean', 'timestamptz'] as const).map(
    (form) => ({ form, json: null }),
  );
  const docs: readonly JsonColumn[] = (['json', 'jsonb'] as const).map((json) => ({ form: 'text', json }));
  const cellsOf = (line: string, of = columns): readonly (string | null)[] | null =>
    scan(Buffer.from(line), {
      ...settings({ endOffset: line.length }),
      columns: of,
      meaningOf: (key) => (key in of ? Number(key) : null),
    }).records[0]?.cells ?? null;

  test('keeps every digit, also in text', () => {
    expect(cellsOf('{"0":12345678901234567890.10,"2":-0,"1":1E5}')).toEqual([
      '12345678901234567890.10',
      '1E5',
      '-0',
      null,
      null,
    ]);
    expect(cellsOf('{"0":1E400}')?.[0]).toBe('1E400');
    expect(cellsOf('{"1":0.1000,"0":{"a": 1.00}}', docs)).toEqual(['{"a": 1.00}', '0.1000']);
  });

  test('stands in json and jsonb as it does in the file, a string with its quotes, but null is NULL', () => {
    expect(cellsOf('{"0":"a\\u00e9\\n","1":"b"}', docs)).toEqual(['"a\\u00e9\\n"', '"b"']);
    expect(cellsOf('{"0":null,"1":[null]}', docs)).toEqual([null, '[null]']);
    expect(cellsOf('{"0":{"a":1,"a":2},"1":true}', docs)).toEqual(['{"a":1,"a":2}', 'true']);
  });

  test('that is nested goes into text as it stands, and into nothing else that is not json or an array', () => {
    expect(cellsOf('{"0":[1, "\\\\"]}')?.[0]).toBe('[1, "\\\\"]');
    expect(cellsOf('{"1":[1]}')).toBeNull();
    expect(cellsOf('{"0":[1,5]}', [{ form: 'text', json: null, isSingle: true }])).toBeNull();
    expect(cellsOf('{"0":{}}', [{ form: 'text', json: null, isArray: true }])).toBeNull();
  });

  test('of an array type takes an array of plain values as one of PostgreSQL', () => {
    const arrays: readonly JsonColumn[] = [{ form: 'text', json: null, isArray: true }];
    const text = String.raw`{"0":["a b", "\u00e9\"\\", null, "null", 1.50, true, [], [2]]}`;
    expect(cellsOf(text, arrays)).toEqual([String.raw`{"a b", "é\"\\", NULL, "null", 1.50, true, {}, {2}}`]);
    expect(cellsOf('{"0":[{"a":1}]}', arrays)).toEqual(['[{"a":1}]']);
    expect(cellsOf('{"0":"{1,2}"}', arrays)).toEqual(['{1,2}']);
  });

  test('is no word for NULL where it spells one', () => {
    expect(cellsOf('{"0":"\\\\N"}')?.[0]).toBe('\\N');
    expect(cellsOf('{"0":""}')?.[0]).toBe('');
  });

  test('of half a million levels is a fault and no crash', () => {
    const deep = `{"0":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
    const { records } = scan(Buffer.from(deep), {
      ...settings({ endOffset: deep.length }),
      columns: docs,
      meaningOf: Number,
      maxRecordBytes: 2e6,
    });
    expect(records[0]?.fault).toBe('JSON_DEPTH');
  });
});

describe('a fault', () => {
  test.each([
    ['{"id":1,}', 'NOT_JSON', "expected a key in double quotes, found '}', at byte 9 of the record"],
    ['{"id":01}', 'NOT_JSON', "expected no digit after a leading 0, found '1', at byte 8 of the record"],
    ['{"id":1', 'NOT_JSON', "expected ',' or '}', found the end of the record, at byte 8 of the record"],
    ['{"id":1} x', 'NOT_JSON', "expected the end of the line after the object, found 'x', at byte 10 of the record"],
    [
      '{"id":1}\r{"id":2}',
      'NOT_JSON',
      "expected a line feed after the object, as CR alone ends no line, found '{', at byte 10 of the record",
    ],
    [
      '\ufeff{"id":1}',
      'NOT_JSON',
      "expected an object, which begins with '{', found a byte order mark, which only a file may begin with, at byte 1 of the record",
    ],
    [
      '{"name":"a\tb"}',
      'NOT_JSON',
      'expected the closing quote of a string (control characters in it are escaped), found 0x09, at byte 11 of the record',
    ],
    ['{"name":"\\x41"}', 'NOT_JSON', "expected one of \"\\/bfnrtu after a \\, found 'x', at byte 11 of the record"],
    [
      '{"name":"\\u12"}',
      'NOT_JSON',
      "expected four hexadecimal digits after \\u, found '\"', at byte 14 of the record",
    ],
    ['[1]', 'NOT_AN_OBJECT', 'a value that is no object, as each record has to be, at byte 1 of the record'],
    [
      '{"id":1,"zzz":2}',
      'UNKNOWN_KEY',
      'no column that a file may fill takes the key "zzz", at byte 10 of the record; add the column, or say what becomes of such keys: --unknown-columns ignore (in a dataset columns: { unknown: \'ignore\' })',
    ],
    [
      '{"zzz": [ {"id":1}]}',
      'UNKNOWN_KEY',
      'no column that a file may fill takes the key "zzz", which holds an array of objects (where those are the records: --format json --json-path zzz), at byte 3 of the record; add the column, or say what becomes of such keys: --unknown-columns ignore (in a dataset columns: { unknown: \'ignore\' })',
    ],
    [
      '{"name":"a","\\u006eame":"b"}',
      'REPEATED_KEY',
      'the key "name" fills a column that another key of the record fills already, at byte 14 of the record',
    ],
    [
      '{"doc":{"a":{"b":1,"b":2}}}',
      'REPEATED_KEY',
      'the key "b" a second time in one object, at byte 21 of the record',
    ],
    ['{"zzz":1,"id":}', 'NOT_JSON', "expected a value, found '}', at byte 15 of the record"],
  ])('of %s is told with its byte', (line, code, detail) => {
    const [record] = scanRaw(Buffer.from(`\n${line}\n`));
    expect(record).toMatchObject({ fault: code, faultDetail: detail, byteOffset: 1, line: 2, cells: null });
  });
});

test('columns count as named where a sound record names them, null or not', () => {
  const object = Buffer.from('{"id":1,"name":null}\n{"id":2,"doc":{}}\n{"id":x,"raw":1}\n{"id":"y","x1":1}\n');
  expect(scan(object, settings({ endOffset: object.length })).counts.named).toEqual([0, 1, 3, 6]);
});

test('keys of their own in every record are forgotten again', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `{"id":${i},"i_${i}":1,"i_${i}":2}`);
  const object = Buffer.from(lines.join('\n'));
  const { records } = scan(object, settings({ endOffset: object.length }));
  expect(records.filter(({ fault }) => fault === 'REPEATED_KEY')).toHaveLength(20_000);
});

test('a line of 64 MiB in small pieces keeps its head alone', () => {
  const scanner = createJsonLinesScanner({ ...settings({ endOffset: 2 ** 40 }), maxRawBytes: 100 });
  const piece = Buffer.alloc(65_536, 0x20);
  piece[0] = 0x7b;
  for (let i = 0; i < 1024; i += 1) expect(scanner.push(piece).raw).toEqual([]);
  expect(scanner.openRecordBytes).toBe(64 * 1024 * 1024);
  const [record] = scanner.push(Buffer.from('}\n')).raw;
  expect(record).toMatchObject({ fault: 'RECORD_TOO_LONG', byteLength: 64 * 1024 * 1024 + 1 });
  expect(record?.raw).toHaveLength(100);
});

interface Scan {
  readonly records: readonly {
    readonly recordNo: number;
    readonly byteOffset: number;
    readonly byteLength: number | null;
    readonly line: number | null;
    readonly raw: string | null;
    readonly isTyped: boolean;
    readonly fault: string | null;
    readonly cells: readonly (string | null)[] | null;
  }[];
  readonly counts: ReturnType<ReturnType<typeof createJsonLinesScanner>['counts']>;
}

function settings(of: Partial<JsonLinesSettings> & Pick<JsonLinesSettings, 'endOffset'>): JsonLinesSettings {
  return { ...table, maxRecordBytes: 1000, maxRawBytes: 1000, startOffset: 0, ...of };
}

function scanRaw(object: Buffer): RawRecord[] {
  const scanner = createJsonLinesScanner(settings({ endOffset: object.length }));
  return [...scanner.push(object).raw, ...scanner.end().raw];
}

function scan(object: Buffer, of: JsonLinesSettings, cuts: readonly number[] = []): Scan {
  const scanner = createJsonLinesScanner(of);
  const typed: Buffer[] = [];
  const raw: RawRecord[] = [];
  for (const piece of pieces(object, of.startOffset, cuts)) {
    if (scanner.done) break;
    // a copy that is overwritten afterwards: nothing handed out may point into the piece
    const own = Buffer.from(piece);
    const scanned = scanner.push(own);
    typed.push(...scanned.typed);
    raw.push(...scanned.raw);
    own.fill(0x22);
  }
  if (!scanner.done) {
    const scanned = scanner.end();
    typed.push(...scanned.typed);
    raw.push(...scanned.raw);
  }
  const rawRecords = raw.map((record) => ({
    recordNo: record.recordNo,
    byteOffset: record.byteOffset,
    byteLength: record.byteLength,
    line: record.line,
    raw: record.raw.toString('latin1'),
    isTyped: false,
    fault: record.fault,
    cells: record.cells?.map((cell) => cell?.toString('utf8') ?? null) ?? null,
  }));
  const rows = Buffer.concat(typed).toString('utf8').split('\n').slice(0, -1).map(typedRecord);
  const counts = scanner.counts();
  expect([counts.typed, counts.raw]).toEqual([rows.length, raw.length]);
  return { records: [...rows, ...rawRecords].toSorted((a, b) => a.recordNo - b.recordNo), counts };
}

/** Source: PostgreSQL 17, "COPY", text format. */
function typedRecord(line: string): Scan['records'][number] {
  const [recordNo, byteOffset, ...cells] = line.split('\t');
  const place = { recordNo: Number(recordNo), byteOffset: Number(byteOffset) };
  return { ...place, byteLength: null, line: null, raw: null, isTyped: true, fault: null, cells: cells.map(copyCell) };
}

function copyCell(cell: string): string | null {
  if (cell === '\\N') return null;
  const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
  return cell.replaceAll(/\\(.)/gs, (_, letter: string) => letters[letter] ?? letter);
}

/** One of the faults that the record has; which of several is named first does not matter here. */
function named(fault: string | null, line: ReferenceLine | undefined): string | null {
  const all = line?.record?.fault ?? null;
  return fault !== null && all?.split(' or ').includes(fault) === true ? all : fault;
}
