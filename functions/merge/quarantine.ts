import { keptBytesAtMost } from '../compile/declaration/limits.ts';
import { sqlState } from '../db/errors.ts';
import { placeInOwnCode } from '../db/own-code.ts';
import { execute, one } from '../db/client.ts';
import { waitWhileReading } from '../db/settings.ts';
import { formatOf } from '../formats/format-of.ts';
import type { BatchReceipt } from '../ledger/batches/batches-sql.ts';
import { keeping } from '../ledger/rejects/kept.ts';
import { selectRoomOfLoad } from '../ledger/rejects/kept-sql.ts';
import { insertLateRejects, type LateReject } from '../ledger/rejects/late-rejects-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSlice, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { withContent } from '../content/open-content.ts';
import { recordsAt } from '../content/records-at.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';

/** A record that passed every rule that could be asked beforehand, and that the target refused all the same. */
export interface RefusedRecord {
  /** Inside the slice. */
  readonly recordNo: number;
  readonly byteOffset: number;
  readonly error: unknown;
}

/** Late rejects: with their own bytes, read again by their place, in the batch's transaction. Answers their counts by reason, and what of them is kept. */
export async function quarantine(
  load: PlannedLoad,
  slice: number,
  refused: readonly RefusedRecord[],
  deps: RecordDeps,
): Promise<Pick<BatchReceipt, 'ruleCounts' | 'kept'>> {
  if (refused.length === 0) return { ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
  const row = await one<SliceRow>(deps.db, selectSlice(load.loadId, slice));
  const { startOffset: start, endOffset: end, baseRecord, baseLine } = row;
  if (start === null || end === null || baseRecord === null || baseLine === null) {
    throw new Error(`slice ${slice} of load ${load.loadId} has no receipt`);
  }
  await waitWhileReading(deps.db);
  const byOffset = new Map(refused.map((record) => [record.byteOffset, record]));
  const store = await deps.storeFor(load.object.bucket);
  const kept = await keeping(deps.db, selectRoomOfLoad(load.loadId, keptBytesAtMost(load.contract.limits)));
  await withContent(store, load, async (content) => {
    const located = recordsAt(content, {
      format: formatOf(load.contract, load.lineEnd),
      range: { start, end },
      startLine: baseLine + 1,
      wanted: [...byOffset.keys()].toSorted((a, b) => a - b),
      maxRawBytes: load.contract.limits.maxRawBytes,
    });
    for await (const records of located) {
      const rejects = kept.of(records).map((record): LateReject => {
        const found = byOffset.get(record.byteOffset);
        if (found === undefined) throw new Error(`no refused record at byte ${record.byteOffset}`);
        return { ...record, recordNo: baseRecord + found.recordNo, reasons: [refusalReason(found.error)] };
      });
      await execute(deps.db, insertLateRejects(load.loadId, rejects));
    }
  });
  return { ruleCounts: countsByColumn(refused), kept: kept.counts };
}

/** Characters of an error's words: a trigger may put a whole cell into them, and the record's bytes hold that. */
const mostWords = 500;

function refusalReason(error: unknown): LateReject['reasons'][number] {
  const { column = null, constraint } = error as { column?: string | null; constraint?: string };
  const state = sqlState(error);
  const words = (error as Error).message;
  const what =
    state === null
      ? 'a trigger of the target swallowed this row without an error'
      : `${words.slice(0, mostWords)}${words.length > mostWords ? '…' : ''}`;
  const facts = [state === null ? null : `SQLSTATE ${state}`, constraint ?? null, placeInOwnCode(error)].filter(
    Boolean,
  );
  return {
    code: 'TARGET_REFUSED',
    column,
    value: null,
    message: `the target refused the row when it was merged: ${what}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`,
  };
}

function countsByColumn(refused: readonly RefusedRecord[]): BatchReceipt['ruleCounts'] {
  const counts = new Map<string | null, number>();
  for (const { error } of refused) {
    const { column } = refusalReason(error);
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return [...counts].map(([column, rejects]) => ({ code: 'TARGET_REFUSED', column, rejects }));
}
