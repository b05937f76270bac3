import { isAnyCleaned } from '../cleaning/chain.ts';
import { ReconciliationMismatch } from '../protocol/errors.ts';
import { many, type Db } from '../db/client.ts';
import { openCopy, type OpenCopy } from '../db/copy.ts';
import type { Format, SliceToScan } from '../formats/format.ts';
import { forgetSent } from '../objects/flat-memory.ts';
import { formatOf } from '../formats/format-of.ts';
import type { ScanCounts, Scanner } from '../formats/shared/scanner.ts';
import type { RawRecord } from '../formats/shared/raw-record.ts';
import type { ZoneJump } from '../formats/shared/zone-jumps.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { SliceReceipt, SliceRow } from '../ledger/slices/slices-sql.ts';
import { RAW_BUFFER_BYTES, rawChunks } from './raw-copy.ts';
import type { Content } from '../content/content.ts';
import { sliceBytes } from '../content/slice-bytes.ts';
import { copyRaw, copyTyped, createRaw } from './sql.ts';

/** The receipt but for what names the slice and the call. */
export type Staged = Omit<SliceReceipt, 'loadId' | 'slice' | 'attempt' | 'epoch' | 'startedAt'>;

/** A slice and where its first record starts. */
export interface RecordsToCopy {
  readonly load: PlannedLoad;
  readonly row: SliceRow;
  readonly start: number;
  readonly startKnown: boolean;
  /** Every record goes to the raw half. */
  readonly allRaw: boolean;
  readonly zoneJumps: readonly ZoneJump[];
}

/**
 * Scans the slice's bytes once and sends each record to its half. One connection carries both: the typed COPY is ended,
 * the raw one made, and the typed one begun again whenever enough raw records wait. What was sent is compared with what
 * the server counted (invariant 2).
 */
export async function copyRecords(records: RecordsToCopy, deps: { db: Db; content: Content }): Promise<Staged> {
  const { load, row, start, startKnown } = records;
  const format = formatOf(load);
  const scanner = format.scanner({
    ...scanning(load, records),
    startOffset: start,
    endOffset: row.rangeEnd,
  });
  const halves = openHalves(deps.db, load, row.slice, format);
  try {
    let lastByte: number | undefined;
    for await (const piece of inPieces(sliceBytes(deps.content, { start, end: row.rangeEnd }, scanner))) {
      lastByte = piece.at(-1) ?? lastByte;
      const { typed, raw } = scanner.push(piece);
      await halves.send(typed, raw);
      if (!startKnown && scanner.openRecordBytes > load.contract.limits.maxRecordBytes) {
        await halves.end();
        return { ...stagedOf(scanner, halves, false), regular: false, guessFailed: true };
      }
    }
    const isEnded = !scanner.done;
    if (isEnded) {
      const { typed, raw } = scanner.end();
      await halves.send(typed, raw);
    }
    const regular = isRegular(scanner.counts(), isEnded ? lastByte : LF);
    const staged = { ...stagedOf(scanner, halves, startKnown), regular };
    assertSent(await halves.end(), staged, load, row);
    return staged;
  } catch (error) {
    await halves.abort(error as Error);
    throw error;
  }
}

/** What is the same wherever the scan of a load's records begins. */
export function scanning(
  { fileColumns, contract: { limits } }: PlannedLoad,
  { allRaw, zoneJumps }: Pick<RecordsToCopy, 'allRaw' | 'zoneJumps'>,
): Omit<SliceToScan, 'startOffset' | 'endOffset'> {
  const { maxRecordBytes, maxRawBytes } = limits;
  return { fileColumns, maxRecordBytes, maxRawBytes, allRaw, zoneJumps };
}

/** Where every record is raw, what a scan hands out is many times its input: 256 kB at a time keep a worker flat. */
const pieceBytes = 256 * 1024;

export async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes);
  }
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Whether each line is a record and each record a line, so that lines follow from the numbers of records. A last one without a line end is not
 * among the lines that are counted.
 * @param lastByte of the last record's line.
 */
export function isRegular(
  { records, lines, blankLines, skipped }: Pick<ScanCounts, 'records' | 'lines' | 'blankLines' | 'skipped'>,
  lastByte: number | undefined,
): boolean {
  const isOpen = records > 0 && lastByte !== LF && lastByte !== CR;
  return blankLines === 0 && skipped === undefined && lines === (isOpen ? records - 1 : records);
}

function stagedOf(scanner: Scanner, { unsound }: Halves, startKnown: boolean): Omit<Staged, 'regular'> {
  return { ...scanner.counts(), unsound, startKnown, guessFailed: false };
}

/** Both halves of a slice's staging, while it is filled. */
export interface Halves {
  send(typed: readonly Buffer[], raw: readonly RawRecord[]): Promise<void>;
  /** Rows that the server reports. */
  end(): Promise<{ typed: number; raw: number }>;
  /** Records with a structural fault among those that were sent. */
  readonly unsound: number;
  abort(reason: Error): Promise<void>;
}

/** Opens neither before the first record for it. */
export function openHalves(db: Db, load: PlannedLoad, slice: number, format: Format): Halves {
  let typedCopy: OpenCopy | null = null;
  let rawTableMade = false;
  let unsound = 0;
  const isCleaned = isAnyCleaned(load.fileColumns);
  const waiting = rawChunks(isCleaned);
  const sent = { typed: 0, raw: 0 };

  const endTyped = async (): Promise<void> => {
    const copy = typedCopy;
    typedCopy = null;
    if (copy !== null) sent.typed += await copy.end();
  };
  const flushRaw = async (): Promise<void> => {
    if (waiting.bytes === 0) return;
    await endTyped();
    if (!rawTableMade) await many(db, createRaw(load.loadId, slice, isCleaned));
    rawTableMade = true;
    const copy = openCopy(db, copyRaw(load.loadId, slice));
    const chunks = waiting.take();
    const longest = Math.max(...chunks.map(({ length }) => length));
    for (const chunk of chunks) await copy.write(chunk);
    sent.raw += await copy.end();
    forgetSent(longest);
  };
  return {
    async send(typed, raw) {
      for (const chunk of typed) {
        typedCopy ??= openCopy(db, copyTyped(load.loadId, slice, load.fileColumns, format));
        await typedCopy.write(chunk);
        forgetSent(chunk.length);
      }
      for (const record of raw) {
        waiting.add(record);
        if (record.fault !== null) unsound += 1;
        if (waiting.bytes >= RAW_BUFFER_BYTES) await flushRaw();
      }
    },
    async end() {
      await flushRaw();
      await endTyped();
      return sent;
    },
    get unsound() {
      return unsound;
    },
    async abort(reason) {
      await typedCopy?.abort(reason);
    },
  };
}

/** Invariant 2. */
export function assertSent(
  sent: { readonly typed: number; readonly raw: number },
  staged: Pick<Staged, 'typed' | 'raw' | 'records'>,
  load: PlannedLoad,
  row: Pick<SliceRow, 'slice'>,
): void {
  if (sent.typed === staged.typed && sent.raw === staged.raw && staged.records === staged.typed + staged.raw) return;
  throw new ReconciliationMismatch(
    `load ${load.loadId}, slice ${row.slice}: ${staged.records} records were read and ${staged.typed} + ${staged.raw} sent, but the server counted ${sent.typed} + ${sent.raw}`,
  );
}
