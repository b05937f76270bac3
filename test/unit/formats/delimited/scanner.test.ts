import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlainForm } from '../../../../functions/core/contract.ts';
import type { ScanSettings } from '../../../../functions/formats/delimited/scanner.ts';
import { anyCuts, anyForms, anyGrammar, anyNulls, anyObject, tidyObject } from './arbitraries.ts';
import { faultOf, isPlainRecord, plainText, type ReferenceGrammar, type ReferenceItem, readAll } from './reference.ts';
import { scanSlice, type WholeScan, wholeObject } from './scan-all.ts';

const objects = fc.oneof(anyObject, tidyObject(2), tidyObject(3));

describe('any bytes in any pieces', () => {
  test('are the records that the grammar, read character by character, says they are', () => {
    fc.assert(
      fc.property(
        objects,
        anyGrammar,
        anyForms,
        anyNulls,
        anyCuts,
        fc.constantFrom(12, 1000),
        fc.nat(14),
        (...drawn) => {
          const [drawnObject, { grammar, reference, of }, forms, nulls, cuts, maxRecordBytes, maxRawBytes] = drawn;
          const object = of(drawnObject);
          const textColumns = forms.map((form, i) => form === 'text' && i !== 1);
          const settings = wholeObject(object, {
            ...grammar,
            ...nulls,
            forms,
            textColumns,
            ...headerIn(object, reference, forms.length),
            maxRecordBytes,
            maxRawBytes,
          });
          expect(comparable(scanSlice(object, settings, cuts))).toEqual(expected(object, settings, reference));
        },
      ),
      { numRuns: 6000 },
    );
  }, 90_000);

  test('give each byte to exactly one slice when slices start where the one before ended', () => {
    fc.assert(
      fc.property(objects, anyGrammar, anyForms, anyCuts, anyCuts, (drawn, { grammar, of }, forms, cuts, ranges) => {
        const object = of(drawn);
        const whole = wholeObject(object, { ...grammar, forms });
        const slices = sequentially(object, whole, [...ranges], cuts);
        expect(joinSlices(slices)).toEqual(joinSlices([scanSlice(object, whole)]));
      }),
      { numRuns: 3000 },
    );
  });
});

/** Names that a record of the object has, so that it repeats them. */
function headerIn(object: Buffer, grammar: ReferenceGrammar, columns: number): { header?: readonly string[] } {
  const isSound = ({ cells, openQuote }: ReferenceItem): boolean =>
    openQuote === null && cells?.length === columns && !cells.some(({ isStray, isBare }) => isStray || isBare);
  const found = readAll(object, grammar).find(isSound);
  const names = found?.cells?.map(({ text }) => Buffer.from(text, 'latin1').toString('utf8'));
  return names === undefined ? {} : { header: names };
}

/** Undefined where its names are values of columns none of which is text. */
function headerOf({ header, forms }: ScanSettings): readonly string[] | undefined {
  const isValue = (name: string, i: number): boolean =>
    forms[i] !== 'text' && name !== '' && plainText[forms[i] as PlainForm](name);
  return header?.every(isValue) ? undefined : header?.map((name) => Buffer.from(name).toString('latin1'));
}

/** What the reference says about the records that start in [startOffset, endOffset). */
function expected(object: Buffer, settings: ScanSettings, reference: ReferenceGrammar): object {
  const { maxRecordBytes } = settings;
  const { quoting, delimiter } = reference;
  const between = delimiter.length > 1 ? '\u001f' : delimiter;
  const nulls = settings.nulls?.map((word) => word.toString('latin1'));
  const grammar = { ...reference, ...(nulls !== undefined && { nulls }) };
  const limits = { ...grammar, maxRecordBytes, columns: settings.forms.length, header: headerOf(settings) };
  const items = readAll(object, grammar).filter(({ start }) => start < settings.endOffset);
  const open = items.find(({ openQuote }) => openQuote !== null)?.openQuote ?? null;
  const closed = items.filter(({ openQuote }) => openQuote === null);
  const records = closed.filter(({ cells }) => cells !== null).map((item, i) => ({ item, recordNo: i + 1 }));
  const bytesOf = ({ start, end }: ReferenceItem): string => object.subarray(start, end).toString('latin1');
  const isTyped = ({ item }: { item: ReferenceItem }): boolean =>
    faultOf(object, item, limits) === null &&
    isPlainRecord(item.cells ?? [], settings.forms) &&
    // what stands for the quote in COPY then, and for a delimiter of several bytes
    !(quoting === 'none' && bytesOf(item).includes('\u0001')) &&
    !(delimiter.length > 1 && item.cells?.some(({ isQuoted, text }) => !isQuoted && text.includes('\u001f')));
  const typed = records.filter(isTyped);
  const raw = records.filter((record) => !isTyped(record));
  return {
    typed: typed
      .map(({ item, recordNo }) => `${[recordNo, item.start, ...copied(item, grammar)].join(between)}\n`)
      .join(''),
    raw: raw.map(({ item, recordNo }) => {
      const fault = faultOf(object, item, limits);
      return {
        recordNo,
        line: item.line,
        byteOffset: item.start,
        byteLength: item.end - item.start,
        raw: bytesOf(item).slice(0, settings.maxRawBytes),
        fault,
        cells: fault === null ? item.cells?.map(({ isNull, text }) => (isNull ? null : text)) : null,
      };
    }),
    counts: {
      records: records.length,
      typed: typed.length,
      raw: raw.length,
      blankLines: closed.length - records.length,
      zonelessCells: typed.flatMap(({ item }) => zonelessCells(item, settings.forms)).length,
      nullWords:
        nulls === undefined
          ? wordsIn(
              records.filter(({ item }) => faultOf(object, item, limits) === null),
              settings,
            )
          : {},
      lines: closed.reduce((sum, { lineEnds }) => sum + lineEnds, 0),
      startOffset: items.length === 0 ? null : settings.startOffset,
      endOffset: closed.at(-1)?.next ?? (open === null ? null : settings.startOffset),
      openQuote: open,
    },
  };
}

/** A cell as COPY is given it: one that holds a line end needs quotes. */
function copied({ cells }: ReferenceItem, grammar: ReferenceGrammar): readonly string[] {
  const quote = grammar.quoting === 'none' ? '\u0001' : (grammar.quote ?? '"');
  const between = grammar.delimiter.length > 1 ? '\u001f' : grammar.delimiter;
  const escapes = grammar.quoting === 'none' ? [quote] : [...new Set([quote, grammar.escape ?? quote])];
  return (cells ?? []).map(({ isNull, isQuoted, source }) => {
    if (isNull || isQuoted || !/[\r\n]/.test(source)) return isNull ? '' : source;
    const escaped = [...source].map((one) => (escapes.includes(one) ? (grammar.escape ?? quote) + one : one)).join('');
    expect(source).not.toContain(between);
    return `${quote}${escaped}${quote}`;
  });
}

function wordsIn(items: readonly { item: ReferenceItem }[], { textColumns }: ScanSettings): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { source } of items.flatMap(({ item }) => (item.cells ?? []).filter((_, i) => textColumns?.[i]))) {
    if (source === '\\N' || source === 'NULL') counts[source] = (counts[source] ?? 0) + 1;
  }
  return counts;
}

/** Those that are a date and a time, and no more but a fraction. */
function zonelessCells({ cells }: ReferenceItem, forms: ScanSettings['forms']): readonly string[] {
  return (cells ?? []).flatMap(({ text }, i) =>
    forms[i] === 'timestamptz' && /^.{10}.[\d:]{8}([.]\d+)?$/u.test(text) ? [text] : [],
  );
}

function comparable({ typed, raw, counts }: WholeScan): object {
  return {
    typed,
    raw: raw.map(({ recordNo, line, byteOffset, byteLength, raw: bytes, fault, cells }) => ({
      recordNo,
      line,
      byteOffset,
      byteLength,
      raw: bytes.toString('latin1'),
      fault,
      cells: cells?.map((cell) => cell?.toString('latin1') ?? null) ?? null,
    })),
    counts,
  };
}

/** Each slice starts where the one before it ended, as Compose demands. */
function sequentially(object: Buffer, whole: ScanSettings, ranges: number[], cuts: readonly number[]): WholeScan[] {
  const ends = [...ranges.filter((end) => end < object.length).toSorted((a, b) => a - b), object.length];
  let startOffset = 0;
  return ends.map((endOffset) => {
    const slice = scanSlice(object, { ...whole, startOffset, endOffset }, cuts);
    startOffset = slice.counts.endOffset ?? startOffset;
    return slice;
  });
}

/** Slices put together with the record and line numbers of the whole; typed ones by their bytes and offsets. */
function joinSlices(slices: readonly WholeScan[]): object {
  let records = 0;
  let lines = 0;
  const joined = {
    typed: '',
    raw: [] as object[],
    records: 0,
    blankLines: 0,
    lines: 0,
    openQuote: null as object | null,
  };
  for (const { typed, raw, counts } of slices) {
    joined.typed += typed.replace(/^\d+(\D)(?=\d+\1)/gm, '');
    joined.raw.push(
      ...raw.map((record) => ({
        ...record,
        recordNo: record.recordNo + records,
        line: record.line + lines,
        raw: record.raw.toString('latin1'),
        cells: null,
      })),
    );
    if (counts.openQuote !== null) joined.openQuote = { ...counts.openQuote, line: counts.openQuote.line + lines };
    records += counts.records;
    lines += counts.lines;
    joined.blankLines += counts.blankLines;
  }
  return { ...joined, records, lines };
}
