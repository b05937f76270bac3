import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contract, FileColumn } from '../../../functions/core/contract.ts';
import { jsonSequence } from '../../../functions/decoding/json/sequence.ts';
import { trailerLines, trailerStart } from '../../../functions/decoding/trailer/trailer-start.ts';
import { formatOf } from '../../../functions/formats/format-of.ts';
import { column, contractOf, type Read, sliceReader } from './slice-reader.ts';

/** What stands around and between the records of a file, and whose slices have to say the same however it is cut. */
interface Case {
  readonly format: Contract['format'];
  /** Lines before the records: what is skipped, the header. */
  readonly top: readonly string[];
  readonly records: readonly string[];
  /** Between records too: what is none. */
  readonly between: readonly string[];
  readonly ends: readonly string[];
  readonly trailer: readonly string[];
  readonly headerNames?: Readonly<Record<string, string>>;
}

const cells = ['1,Nut,x', '2,"two\nlines",x', '-7,"say ""it""",', 'x,y', '3,a"b,c', '4,#a,b', ',,', '5,é日,~'];
const csv = {
  format: { kind: 'csv', delimiter: ',' },
  top: ['id,name,doc'],
  records: cells,
  between: ['', ''],
  ends: ['\n', '\r\n', '\n\n'],
  trailer: [],
} as const satisfies Case;
const objects = [
  '{"id":1,"name":"a"}',
  '{"id":2,"at":{"name":"b\\n"},"doc":[1, {}]}',
  '{"at":{"id":3}}',
  '{"id":',
  '[1]',
  ' ',
];
const fixed = ['   1abcx    ', '   2é日𝔘x~  ', 'short', '     x      ', '   3ab\tdef  '];
const widths = [4, 3, 5].map((width, i) => ({ name: ['id', 'name', 'doc'][i] ?? '', width }));
const fixedCase = {
  format: { kind: 'fixed', columns: widths },
  top: [],
  records: fixed,
  between: ['', ''],
  ends: ['\n', '\r\n'],
  trailer: [],
} as const satisfies Case;

const cases: Readonly<Record<string, Case>> = {
  'skipped rows': {
    ...csv,
    format: { ...csv.format, skipRows: 2 },
    top: ['Report, "all', '', 'id,name,doc'],
  },
  'a header of several rows': {
    ...csv,
    format: { ...csv.format, headerRows: { rows: 2, join: '' } },
    top: ['i,"na', '",do', 'd,me,c'],
  },
  'no header': {
    ...csv,
    format: { ...csv.format, header: ['id', 'name', 'doc'] },
    top: [],
    records: cells.slice(0, 3),
  },
  'trailer rows': { ...csv, format: { ...csv.format, trailerRows: 2 }, trailer: ['TOTAL,"3', 'END'] },
  'trailer rows of fixed width, behind skipped ones': {
    ...fixedCase,
    format: { ...fixedCase.format, skipRows: 1, trailerRows: 1 },
    top: ['HDR20260131'],
    trailer: ['TRL000003'],
  },
  'trailer rows of JSON lines': {
    ...{ format: { kind: 'ndjson', trailerRows: 1 }, top: [], records: objects, between: ['', ''] },
    ...{ ends: ['\n', '\r\n'], trailer: ['{"count":3}'] },
  },
  'nested keys': {
    ...{
      format: { kind: 'ndjson' },
      top: [],
      records: objects,
      between: ['', ' \t'],
      ends: ['\n', '\r\n'],
      trailer: [],
    },
    headerNames: { 'at.id': 'id', 'at.name': 'name', doc: 'doc', id: 'id' },
  },
  'a comment prefix': { ...csv, format: { ...csv.format, comment: '#' }, between: ['', '# "open, and\n', '#\n#\n'] },
  'a comment prefix of several bytes': {
    ...csv,
    format: { ...csv.format, comment: '//' },
    top: ['// made, "by', 'id,name,doc'],
    between: ['', '// x\r\n', '/'],
  },
  'a record end': {
    ...{ ...csv, format: { ...csv.format, recordEnd: '~' }, ends: ['~', '~\n', '~~'] },
    between: ['', '\n'],
  },
  'a record end with a line end, and a trailer': {
    ...{ ...csv, format: { ...csv.format, recordEnd: '|\n', trailerRows: 1 }, ends: ['|\n', '|\n|\n'] },
    ...{ between: ['', '\n', '|'], trailer: ['TOTAL'] },
  },
  'a record end of fixed width': {
    ...{ ...fixedCase, format: { ...fixedCase.format, recordEnd: '#~' }, ends: ['#~', '#~\n'] },
    between: ['', '#'],
  },
};

describe.each(Object.entries(cases))('any slices of a file with %s', (_, each) => {
  test('give the rows, rejects, lines and offsets of a sequential read', () => {
    fc.assert(
      fc.property(anyFile(each), fc.array(fc.nat(300), { maxLength: 8 }), (file, cuts) => {
        const { cut, whole } = readBoth(each, file, cuts);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 80 },
    );
  });
});

test('slices of one byte and of some more, of one file of each', () => {
  for (const each of Object.values(cases)) {
    const file = fileOf(
      each,
      each.records.map((record, i) => [
        each.between[i % each.between.length] ?? '',
        record,
        each.ends[i % each.ends.length] ?? '',
      ]),
    );
    for (const size of [1, 3, 7, 19]) {
      const { cut, whole } = readBoth(
        each,
        file,
        Array.from({ length: Math.ceil(file.length / size) }, (_, i) => i * size),
      );
      expect(cut).toEqual(whole);
    }
  }
});

test('any chunks and slices of a sequence of JSON texts give those of a sequential read', async () => {
  const each = { ...(cases['nested keys'] as Case), format: { kind: 'json-seq' } } as const;
  const text = fc.constantFrom(
    '{"id":1}\n',
    '{"id":2,\n"doc":{"a":\n1}}',
    '{"id":"x\ny"}\n',
    '{"name":"cut',
    '[1]\n',
    ' \n',
    '',
  );
  const anyCuts = fc.array(fc.nat(200), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 8 }), anyCuts, anyCuts, async (texts, chunkCuts, cuts) => {
      const sequence = Buffer.from(`\u001e${texts.join('\u001e')}`);
      const whole = await decoded([sequence]);
      expect(await decoded(cutAt(sequence, chunkCuts))).toEqual(whole);
      const read = readBoth(each, whole, cuts);
      expect(read.cut).toEqual(read.whole);
    }),
    { numRuns: 200 },
  );
});

/** Of an object of these bytes: what its slices say together, and what one sequential read says. */
function readBoth(
  { format: declared, headerNames }: Case,
  file: Buffer,
  cuts: readonly number[],
): { cut: object; whole: object } {
  const fileColumns: readonly FileColumn[] = [column('id', 'int8'), column('name', 'text'), column('doc', 'text')];
  const contract = { ...contractOf(declared, fileColumns), ...(headerNames !== undefined && { headerNames }) };
  const decoding = declared.kind === 'json-seq' ? [{ kind: 'json-seq' }] : null;
  const rows = 'trailerRows' in declared ? (declared.trailerRows ?? 0) : 0;
  const recordEnd = 'recordEnd' in declared ? declared.recordEnd : undefined;
  const bodyEnd = rows === 0 ? file.length : trailerStart(file, rows, 'lf', recordEnd);
  const body = file.subarray(0, bodyEnd);
  const layout = formatOf({ contract, decoding }).layout(body, true);
  if ('problem' in layout) throw new Error(layout.message);
  const { bodyOffset, bodyLine, lineEnd } = layout;
  const { read, guessAndVerify } = sliceReader(formatOf({ contract, decoding, lineEnd }), fileColumns);
  const whole = read(body, { start: bodyOffset, end: bodyEnd });
  fc.pre(whole.counts.openQuote === null);
  return {
    cut: globally(guessAndVerify(body, cuts, bodyOffset), bodyLine),
    whole: globally([whole], bodyLine),
  };
}

/** As the ledger numbers them: what earlier slices have is added. */
function globally(slices: readonly Read[], bodyLine: number): object {
  const sums = { records: 0, lines: 0, blankLines: 0 };
  const records = slices.flatMap((slice) => {
    const before = { ...sums };
    for (const count of ['records', 'lines', 'blankLines'] as const) sums[count] += slice.counts[count];
    return slice.records.map(({ recordNo, line, ...rest }) => ({
      ...rest,
      recordNo: before.records + recordNo,
      line: line === null ? null : bodyLine - 1 + before.lines + line,
    }));
  });
  // a slice that no record starts in has no end of its own
  const endOffset = slices.findLast(({ counts }) => counts.endOffset !== null)?.counts.endOffset ?? null;
  return { records, sums, endOffset };
}

function anyFile(each: Case): fc.Arbitrary<Buffer> {
  const drawn = (texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
  return fc
    .array(fc.tuple(drawn(each.between), drawn(each.records), drawn(each.ends)), { maxLength: 12 })
    .filter((parts) => parts.length > 0 || !('header' in each.format))
    .map((parts) => fileOf(each, parts));
}

function fileOf({ top, ends: [end = '\n'], trailer, format }: Case, parts: readonly (readonly string[])[]): Buffer {
  const body = 'header' in format && parts.length > 0 ? [['', '1,a,b', end], ...parts] : parts;
  return Buffer.from([...top.map((line) => line + end), ...body.flat(), ...trailer.map((line) => line + end)].join(''));
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set([...cuts, bytes.length])].filter((end) => end <= bytes.length).toSorted((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

async function decoded(chunks: readonly Buffer[]): Promise<Buffer> {
  const source = { sizeBytes: null, chunks: () => ReadableStream.from(chunks), read: null };
  const written: Buffer[] = [];
  for await (const chunk of jsonSequence.decode(source, undefined).chunks) written.push(Buffer.from(chunk));
  return Buffer.concat(written);
}

test('what a trailer holds is shown, whatever stands before it', () => {
  for (const { format, trailer, records, ends, top, ...rest } of Object.values(cases)) {
    if (trailer.length === 0 || !('trailerRows' in format)) continue;
    const file = fileOf({ format, trailer, records, ends, top, ...rest }, []);
    const recordEnd = 'recordEnd' in format ? format.recordEnd : undefined;
    const at = trailerStart(file, trailer.length, 'lf', recordEnd);
    expect(trailerLines(file.subarray(at), 'lf', recordEnd)).toEqual(trailer);
  }
});
