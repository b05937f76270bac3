import { usualBatchRows } from '../../core/traffic/traffic.ts';
import type { Limits } from '../../core/contract.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** 16 MiB: no real row is longer, and a worker holds a few of them in its 200 MB. A longer record is a reject. */
const MAX_RECORD_BYTES = 16 * MIB;
/** 1 GiB: PostgreSQL's own limit for a value; the file's offsets tell where a longer record lies. */
export const LARGEST_RECORD_BYTES = 1024 * MIB;
/** 64 KiB of a reject's own bytes: whole for all but freak records, and 10 000 of those stay under 1 GB. Offset and length tell where the rest is. */
const MAX_RAW_BYTES = 64 * KIB;
/** 1 GiB of rejects a load: Report takes ~50 µs for each, so 50 s for a million of 1 kB, and 500 of its 900 s for ten million of 100 bytes. */
const MAX_KEPT_BYTES = 1024 * MIB;
/** 32 MiB: staged in 1.7 s (docs/scale.md), so a killed worker redoes little, and 2 workers stay busy from 64 MB on. */
export const SLICE_BYTES = 32 * MIB;

/**
 * What holds where a dataset says nothing. No limit on rejects: they are kept, counted and reported, and how many are too
 * many only the owner of the data knows. All of them are too many for everybody.
 */
export const defaultLimits: Limits = {
  maxRecordBytes: MAX_RECORD_BYTES,
  maxRawBytes: MAX_RAW_BYTES,
  maxRejects: null,
  maxRejectShare: null,
  allowAllRejected: false,
  sliceBytes: SLICE_BYTES,
  batchRows: usualBatchRows,
};

/** Bytes of a load's rejects that the ledger keeps. Not among the defaults: a contract without it has the hash that it had. */
export function keptBytesAtMost({ maxKeptBytes = MAX_KEPT_BYTES }: Pick<Limits, 'maxKeptBytes'>): number {
  return maxKeptBytes;
}

/** Half: a file that lacks more of its rows than it has is more often cut off than right. */
const MAX_DELETED_SHARE = 0.5;

/** The share of a table's rows that a load may delete. Not among the defaults, as above. */
export function maxDeletedShareOf({ maxDeletedShare = MAX_DELETED_SHARE }: Pick<Limits, 'maxDeletedShare'>): number {
  return maxDeletedShare;
}
