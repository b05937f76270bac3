import { writesRecords } from '../decoding/steps.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { RejectedRecord } from '../ledger/rejects/rejects-reading.ts';

/** Where a reject is open. */
export interface OpenPlace {
  readonly loadId: number;
  /** Null: the object has no lines. */
  readonly line: number | null;
  readonly recordNo: number;
  /** Where the record begins in this load's own object; null where the place is that of another load. */
  readonly byteOffset: number | null;
}

/** Where it is open: what a replay rejected again is so under the load that rejected it first. */
export function openPlace(
  { line, record_no: recordNo, open_as: openAs, open_line: openLine, byte_offset: byteOffset }: RejectedRecord,
  { loadId, request, decoding }: Load,
): OpenPlace {
  const of = request.replay?.of;
  return of === undefined || openAs === null
    ? { loadId, line: writesRecords(decoding) ? null : line, recordNo, byteOffset }
    : { loadId: of, line: openLine, recordNo: openAs, byteOffset: null };
}
