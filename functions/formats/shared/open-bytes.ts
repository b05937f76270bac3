import { faultDetails, faultyRecord } from './raw-record.ts';
import { offsetOf, type RecordScan } from './record-scan.ts';

/** A record whose end is not there yet: its bytes so far, or their head once it is too long. */
export interface OpenBytes {
  readonly byteOffset: number;
  byteLength: number;
  lastByte: number;
  /** At least one byte larger than what it holds, for the line end that is put after the record. */
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
  { maxRecordBytes, maxRawBytes }: Pick<RecordScan, 'maxRecordBytes' | 'maxRawBytes'>,
  bytes: Buffer,
  endBytes = 1,
): void {
  if (bytes.length === 0) return;
  open.byteLength += bytes.length;
  open.lastByte = bytes[bytes.length - 1] as number;
  const most = maxRecordBytes + endBytes;
  const limit = open.byteLength > most ? maxRawBytes : most;
  const kept = Math.min(limit, open.keptBytes + bytes.length);
  if (kept < open.keptBytes || kept + 1 > open.kept.length) resize(open, kept, limit);
  if (kept > open.keptBytes) bytes.copy(open.kept, open.keptBytes, 0, kept - open.keptBytes);
  open.keptBytes = kept;
}

/** Its last bytes are none of the record's: they began what ends it. */
export function dropBytes(open: OpenBytes, bytes: number): void {
  open.byteLength -= bytes;
  open.keptBytes = Math.min(open.keptBytes, open.byteLength);
}

/** Doubles, so that a record in many small pieces is copied a few times only; shrinks to the head of a long one. */
function resize(open: OpenBytes, kept: number, limit: number): void {
  const roomy = kept < open.keptBytes ? kept : Math.min(limit, Math.max(kept, open.kept.length * 2));
  const larger = Buffer.allocUnsafeSlow(roomy + 1);
  open.kept.copy(larger, 0, 0, Math.min(open.keptBytes, roomy));
  open.kept = larger;
}

/** What is kept, with a line end behind it. */
export function endedBytes(open: OpenBytes, lineEnd: number): Buffer {
  open.kept[open.keptBytes] = lineEnd;
  return open.kept.subarray(0, open.keptBytes + 1);
}

/** The record is over and longer than it may be: a reject, of which the head is kept. Its lines are the format's to count. */
export function refuseLong(open: OpenBytes, scan: RecordScan, byteLength: number): void {
  const { byteOffset, kept, keptBytes } = open;
  const place = { recordNo: scan.typed + scan.raw + 1, line: scan.line, byteOffset: offsetOf(scan, byteOffset) };
  const head = kept.subarray(0, Math.min(keptBytes, scan.maxRawBytes, byteLength));
  const detail = faultDetails.tooLong(byteLength, scan.maxRecordBytes);
  scan.rawRecords.push(faultyRecord(place, head, { code: 'RECORD_TOO_LONG', detail, byteLength }));
  scan.raw += 1;
}
