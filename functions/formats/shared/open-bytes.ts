import { faultDetails, faultyRecord } from './raw-record.ts';
import { type LongBytes, nextRecordNo, offsetOf, type RecordScan } from './record-scan.ts';

/** A record whose end is not there yet: its bytes so far, or their head once it is too long. */
export interface OpenBytes {
  readonly byteOffset: number;
  byteLength: number;
  lastByte: number;
  /** Larger than what it holds by the end that is put after the record. */
  kept: Buffer;
  keptBytes: number;
}

/** Holds nothing yet. */
export function openBytes(byteOffset: number): OpenBytes {
  return { byteOffset, byteLength: 0, lastByte: -1, kept: Buffer.alloc(0), keptBytes: 0 };
}

/** Keeps the bytes, at most maxRecordBytes and what may be an end (one byte: the CR of a CRLF); of a longer record only its head. */
export function keepBytes(
  open: OpenBytes,
  scan: Pick<RecordScan, 'maxRecordBytes' | 'maxRawBytes' | 'long'>,
  bytes: Buffer,
  endBytes = 1,
): void {
  if (bytes.length === 0) return;
  open.byteLength += bytes.length;
  open.lastByte = bytes[bytes.length - 1] as number;
  const most = scan.maxRecordBytes + endBytes;
  const limit = open.byteLength > most ? scan.maxRawBytes : most;
  const kept = Math.min(limit, open.keptBytes + bytes.length);
  if (kept < open.keptBytes) shrink(open, scan.long, kept, endBytes);
  else if (kept + endBytes > open.kept.length) grow(open, scan.long, { kept, limit, endBytes });
  if (kept > open.keptBytes) bytes.copy(open.kept, open.keptBytes, 0, kept - open.keptBytes);
  open.keptBytes = kept;
}

/** Its last bytes are none of the record's: they began what ends it. */
export function dropBytes(open: OpenBytes, bytes: number): void {
  open.byteLength -= bytes;
  open.keptBytes = Math.min(open.keptBytes, open.byteLength);
}

/** From here on memory is taken for as long a record as there may be; of what is not written to the system gives none. */
const longFrom = 1024 * 1024;
const longBytes = 16 * 1024 * 1024;

/** Doubles, so that a record in many small pieces is copied a few times only. */
function grow(
  open: OpenBytes,
  long: LongBytes,
  { kept, limit, endBytes }: { readonly kept: number; readonly limit: number; readonly endBytes: number },
): void {
  const doubled = Math.max(kept, open.kept.length * 2);
  const room = Math.min(limit, kept < longFrom ? doubled : Math.max(doubled, longBytes)) + endBytes;
  const isFree = kept >= longFrom && long.free !== null && long.free.length >= room;
  const larger = isFree ? (long.free as Buffer) : Buffer.allocUnsafeSlow(room);
  if (kept >= longFrom) long.free = null;
  open.kept.copy(larger, 0, 0, open.keptBytes);
  open.kept = larger;
}

/** To the head of a record that is too long. */
function shrink(open: OpenBytes, long: LongBytes, kept: number, endBytes: number): void {
  const head = Buffer.allocUnsafeSlow(kept + endBytes);
  open.kept.copy(head, 0, 0, kept);
  if (open.kept.length > longFrom) long.free = open.kept;
  open.kept = head;
}

/** The record ended and was read: its bytes may have been handed out. */
export function lendBytes({ kept }: OpenBytes, long: LongBytes): void {
  if (kept.length > longFrom) long.lent = kept;
}

/** What was handed out before was sent. */
export function regainBytes(long: LongBytes): void {
  if (long.lent === null) return;
  long.free = long.lent;
  long.lent = null;
}

/** What is kept, with a line end behind it. */
export function endedBytes(open: OpenBytes, lineEnd: number): Buffer {
  open.kept[open.keptBytes] = lineEnd;
  return open.kept.subarray(0, open.keptBytes + 1);
}

/** Its first bytes, with the end behind them that was declared. */
export function endedOtherwise(open: OpenBytes, byteLength: number, end: Buffer): Buffer {
  end.copy(open.kept, byteLength);
  return open.kept.subarray(0, byteLength + end.length);
}

/** The record is over and longer than it may be: a reject, of which the head is kept. Its lines are the format's to count. */
export function refuseLong(open: OpenBytes, scan: RecordScan, byteLength: number): void {
  const { byteOffset, kept, keptBytes } = open;
  const place = {
    recordNo: nextRecordNo(scan),
    line: scan.line,
    byteOffset: offsetOf(scan, byteOffset),
  };
  const head = kept.subarray(0, Math.min(keptBytes, scan.maxRawBytes, byteLength));
  const detail = faultDetails.tooLong(byteLength, scan.maxRecordBytes);
  scan.rawRecords.push(faultyRecord(place, head, { code: 'RECORD_TOO_LONG', detail, byteLength }));
  scan.raw += 1;
}
