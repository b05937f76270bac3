import type { Contract, ContractColumn, FileColumn } from '../../../functions/core/contract.ts';
import type { Format } from '../../../functions/formats/format.ts';
import type { RawRecord } from '../../../functions/formats/shared/raw-record.ts';
import type { ScanCounts } from '../../../functions/formats/shared/scanner.ts';

/** What was read of a slice. */
export interface Read {
  readonly records: readonly {
    readonly recordNo: number;
    readonly byteOffset: number;
    readonly line: number | null;
    readonly row?: string;
    readonly raw?: object;
  }[];
  readonly counts: ScanCounts;
}

/** Reads slices of an object by its format, in pieces. */
export function sliceReader(format: Format, fileColumns: readonly FileColumn[]) {
  function read(body: Buffer, { start, end }: { start: number; end: number }, cuts: readonly number[] = []): Read {
    const scanner = format.scanner({ ...limits, fileColumns, startOffset: start, endOffset: end });
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

  /** @param bodyOffset where the records begin, and the first slice */
  function guessAndVerify(body: Buffer, cuts: readonly number[], bodyOffset = 0): Read[] {
    const ends = [...new Set([...cuts, body.length])]
      .filter((end) => end > bodyOffset && end <= body.length)
      .toSorted((a, b) => a - b);
    const slices: Read[] = [];
    let verifiedTo = bodyOffset;
    for (const [i, end] of ends.entries()) {
      const from = ends[i - 1] ?? bodyOffset;
      const windowOffset = Math.max(0, from - 1);
      const window = { fileColumns, windowOffset, from, objectEndsInWindow: true };
      const guess = i === 0 ? bodyOffset : format.guess(body.subarray(windowOffset), window);
      const guessed = guess === null || guess >= end ? null : read(body, { start: guess, end });
      const slice = guessed?.counts.startOffset === verifiedTo ? guessed : read(body, { start: verifiedTo, end }, cuts);
      slices.push(slice);
      verifiedTo = slice.counts.endOffset ?? verifiedTo;
    }
    return slices;
  }

  return { read, guessAndVerify };
}

/** What a scanner is told beside its slice. */
export const limits = { maxRecordBytes: 1_000_000, maxRawBytes: 1000, allRaw: false, zoneJumps: [] };

/** The bytes from `start` on, cut at these offsets. */
export function inPieces(body: Buffer, start: number, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set([...cuts, body.length])]
    .filter((end) => end > start && end <= body.length)
    .toSorted((a, b) => a - b);
  return ends.map((end, i) => body.subarray(ends[i - 1] ?? start, end));
}

/** A column of the file and the table. */
export function column(name: string, plainForm: 'int8' | 'text'): FileColumn {
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

/** As much of a contract as a format asks. */
export function contractOf(format: Contract['format'], fileColumns: readonly FileColumn[]): Contract {
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
