import type { RecordRange, Written } from '../conflict/range-sql.ts';
import {
  allDispositions,
  noCounts,
  recordsOf,
  touchingDispositions,
  writingDispositions,
  type DispositionCounts,
} from '../core/dispositions.ts';
import { filledColumns } from '../core/staging.ts';
import type { BatchRow } from '../ledger/batches/batches-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { plannedCounts } from './write.ts';

/** What is next of a batch: all that is not merged where that writes nothing, else `rows` records or less, so that all parts are alike. */
export function nextPart(batch: BatchRow, rows: number): BatchRow {
  const from = batch.merged_through ?? batch.from_record;
  const left = batch.to_record - from;
  const parts = batch.whole || writesNothing(batch) ? 1 : Math.max(1, Math.ceil(left / rows));
  return { ...batch, from_record: from, to_record: from + Math.ceil(left / parts) };
}

/** A part with its plan, where that follows from its batch's; null where its verdicts have to be counted. */
export function plannedPart(batch: BatchRow, part: BatchRow): BatchRow | null {
  if (part.from_record === batch.from_record && part.to_record === batch.to_record) return part;
  const all = recordsIn(batch);
  const only = allDispositions.find((name) => plannedCounts(batch)[name] === all);
  return only === undefined ? null : { ...part, planned: { ...noCounts, [only]: recordsIn(part) } };
}

/** As the statements of conflict/ take it. */
export function recordRange(load: PlannedLoad, part: BatchRow): RecordRange {
  return {
    contract: load.contract,
    filled: filledColumns(load),
    loadId: load.loadId,
    slice: part.slice,
    defaultDisposition: part.default_disposition,
    fromRecord: part.from_record,
    toRecord: part.to_record,
    lined: part.lined,
    uniform: uniform(part),
  };
}

function uniform(part: BatchRow): Written | null {
  const records = recordsIn(part);
  const planned: DispositionCounts = plannedCounts(part);
  if (planned.new === records) return 'new';
  if (planned.deleted === records) return 'deleted';
  return planned.changed === records ? 'changed' : null;
}

/** The target is left as it is. */
export function writesNothing(batch: BatchRow): boolean {
  return recordsOf(plannedCounts(batch), writingDispositions) === 0;
}

/** It writes rows that others may be using. */
export function touchesRows(batch: BatchRow): boolean {
  return recordsOf(plannedCounts(batch), touchingDispositions) > 0;
}

function recordsIn({ from_record: from, to_record: to }: BatchRow): number {
  return to - from;
}
