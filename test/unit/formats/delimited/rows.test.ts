import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RowRules } from '../../../../functions/formats/delimited/rows/row-rules.ts';
import type { ScanSettings } from '../../../../functions/formats/delimited/scanner.ts';
import { scanSlice, wholeObject } from './scan-all.ts';

const rules: RowRules = { blank: 'skip', padsShort: false, cutsLong: false, skipsHeaders: false };
const settings = (object: Buffer, rows: Partial<RowRules>): ScanSettings =>
  wholeObject(object, { forms: ['int4', 'text', 'text'], header: ['id', 'b', 'c'], rows: { ...rules, ...rows } });

interface Read {
  readonly typed: readonly string[];
  readonly raw: readonly string[];
  readonly skipped: unknown;
}
/** Typed records without their offsets, raw ones as number, line, fault or cells. */
function read(text: string, rows: Partial<RowRules>): Read {
  const object = Buffer.from(text);
  const { typed, raw, counts } = scanSlice(object, settings(object, rows));
  return {
    typed: typed.split('\n').filter((line) => line !== ''),
    raw: raw.map(
      ({ recordNo, line, fault, cells }) =>
        `${recordNo} ${line} ${fault ?? JSON.stringify(cells?.map((cell) => cell?.toString() ?? null))}`,
    ),
    skipped: counts.skipped,
  };
}

describe('a record all of whose cells are empty', () => {
  const text = ',,\n1,,\n\n,,,,\r\n,"",\n,\r\n';
  test('is passed over, whatever its number of cells, and has no number', () => {
    expect(read(text, {})).toEqual({
      typed: ['1,3,1,,', '2,14,,"",'],
      raw: [],
      skipped: { blankRows: 3, repeatedHeaders: 0 },
    });
  });
  test('is a reject, or a record as any other, where that is declared', () => {
    expect(read(text, { blank: 'reject' }).raw).toEqual(['1 1 BLANK_ROW', '3 4 BLANK_ROW', '5 6 BLANK_ROW']);
    expect(read(text, { blank: 'keep' })).toEqual({
      typed: ['1,0,,,', '2,3,1,,', '4,14,,"",'],
      raw: ['3 4 FIELD_COUNT', '5 6 FIELD_COUNT'],
      skipped: undefined,
    });
  });
});

test('a blank row of a delimiter of several bytes is delimiters alone', () => {
  const object = Buffer.from('::::\n:::\n1::::\n');
  const grammar = { delimiter: 0x3a, delimiterRest: Buffer.from(':') };
  const { raw, counts } = scanSlice(object, { ...settings(object, {}), ...grammar });
  expect(raw.map(({ fault }) => fault)).toEqual(['FIELD_COUNT']);
  expect(counts).toMatchObject({ typed: 1, skipped: { blankRows: 1 } });
});

test('short records are padded and long ones are cut where that is declared, and only sound ones', () => {
  const text = '1\n2,x\n3,x,y,z,\n4,"x,y\n5,x"y\n';
  expect(read(text, { padsShort: true }).raw).toEqual([
    '1 1 ["1",null,null]',
    '2 2 ["2","x",null]',
    '3 3 FIELD_COUNT',
    '4 4 STRAY_QUOTE',
  ]);
  expect(read(text, { cutsLong: true }).raw).toEqual([
    '1 1 FIELD_COUNT',
    '2 2 FIELD_COUNT',
    '3 3 ["3","x","y"]',
    '4 4 STRAY_QUOTE',
  ]);
});

test('the header again is passed over where that is declared', () => {
  expect(read('1,x,y\nid,"b",c\n2,x,y\n', { skipsHeaders: true })).toEqual({
    typed: ['1,0,1,x,y', '2,15,2,x,y'],
    raw: [],
    skipped: { blankRows: 0, repeatedHeaders: 1 },
  });
});

test('none of that depends on how an object is cut into slices and pieces', () => {
  const parts = ['1', 'id,b,c', ',', ',,', '"x\n"', 'y', '\n', '\r\n', '\n'];
  const any = fc.record({
    text: fc.array(fc.constantFrom(...parts), { maxLength: 25 }).map((all) => Buffer.from(`${all.join('')}\n`)),
    cuts: fc.array(fc.nat(60), { maxLength: 4 }).map((cuts) => cuts.toSorted((a, b) => a - b)),
    end: fc.nat(60),
    rows: fc.record({
      blank: fc.constantFrom('skip', 'reject', 'keep'),
      padsShort: fc.boolean(),
      cutsLong: fc.boolean(),
      skipsHeaders: fc.boolean(),
    }),
  });
  fc.assert(
    fc.property(any, ({ text, cuts, end, rows }) => {
      const of = settings(text, rows);
      const whole = scanSlice(text, of);
      const all = [scanSlice(text, { ...of, endOffset: Math.min(end, text.length) }, cuts)];
      const from = all[0]?.counts.endOffset ?? 0;
      if (all[0]?.counts.openQuote === null && from < text.length)
        all.push(scanSlice(text, { ...of, startOffset: from }, cuts));
      const lines = all[0]?.counts.lines ?? 0;
      const sum = (of_: (scan: (typeof all)[number]) => number): number =>
        all.reduce((total, scan) => total + of_(scan), 0);
      expect(
        all.flatMap(({ raw }, i) => raw.map((one) => [one.byteOffset, one.fault, one.line + (i === 0 ? 0 : lines)])),
      ).toEqual(whole.raw.map((one) => [one.byteOffset, one.fault, one.line]));
      expect(sum(({ counts }) => counts.typed)).toBe(whole.counts.typed);
      expect(sum(({ counts }) => counts.skipped?.blankRows ?? 0)).toBe(whole.counts.skipped?.blankRows ?? 0);
      expect(sum(({ counts }) => counts.skipped?.repeatedHeaders ?? 0)).toBe(
        whole.counts.skipped?.repeatedHeaders ?? 0,
      );
      expect(all.at(-1)?.counts.endOffset ?? from).toBe(whole.counts.endOffset ?? 0);
    }),
    { numRuns: 500 },
  );
});
