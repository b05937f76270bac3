import { keptBytesAtMost } from '../compile/declaration/limits.ts';
import type { Contract } from '../core/contract.ts';
import { sqlState } from '../db/errors.ts';
import { placeInOwnCode } from '../db/own-code.ts';
import { many, one, type Db } from '../db/client.ts';
import { waitWhileReading } from '../db/settings.ts';
import type { BatchRow } from '../ledger/batches/batches-sql.ts';
import { selectOrigins } from '../ledger/batches/line-batches-sql.ts';
import type { BatchReceipt } from '../ledger/batches/parts-sql.ts';
import { missingParent } from '../ledger/rejects/awaiting-sql.ts';
import { keeping } from '../ledger/rejects/kept.ts';
import { HIDDEN } from '../ledger/rejects/shown-text.ts';
import { selectRoomOfLoad } from '../ledger/rejects/kept-sql.ts';
import { keepRefused, type Refused } from '../ledger/rejects/late-rejects.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSlice, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { RefusedByRule } from './write.ts';
import { withContents } from '../ledger/objects/member-load.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';

/** A record that passed every rule that could be asked beforehand, and that the target refused all the same. */
export interface RefusedRecord {
  /** Inside the slice, or the load's line. */
  readonly recordNo: number;
  readonly byteOffset: number;
  readonly error: unknown;
}

/** Late rejects: with their own bytes, read again by their place, in the batch's transaction. Answers their counts by reason, and what of them is kept. */
export async function quarantine(
  load: PlannedLoad,
  batch: Pick<BatchRow, 'slice' | 'lined'>,
  refused: readonly RefusedRecord[],
  deps: RecordDeps,
): Promise<Pick<BatchReceipt, 'ruleCounts' | 'kept'>> {
  if (refused.length === 0) return { ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
  const { db } = deps;
  await waitWhileReading(db);
  const store = await deps.storeFor(load.object.bucket);
  const kept = await keeping(db, selectRoomOfLoad(load.loadId, keptBytesAtMost(load.contract.limits)));
  const told = refused.map(({ error, ...record }) => ({ ...record, reasons: [refusalReason(error, load.contract)] }));
  const bySlice = batch.lined ? await inTheirSlices(db, load, told) : new Map([[batch.slice, told]]);
  await withContents(store, load, async (at) => {
    for (const [slice, some] of bySlice) {
      const row = await one<SliceRow>(db, selectSlice(load.loadId, slice));
      const { load: of, content } = await at(row);
      await keepRefused(db, of, row, { refused: some, kept, content });
    }
  });
  return { ruleCounts: countsByColumn(told), kept: kept.counts };
}

/** Records of the line where the file has them. */
async function inTheirSlices(
  db: Db,
  { loadId }: PlannedLoad,
  told: readonly Refused[],
): Promise<ReadonlyMap<number, readonly Refused[]>> {
  const places = told.map(({ recordNo }) => recordNo);
  const origins = await many<{ place: number; slice: number; record_no: number }>(db, selectOrigins(loadId, places));
  const byPlace = new Map(origins.map((origin) => [origin.place, origin]));
  const bySlice = new Map<number, Refused[]>();
  for (const record of told) {
    const origin = byPlace.get(record.recordNo);
    if (origin === undefined)
      throw new Error(`no record stands at place ${record.recordNo} of the line of load ${loadId}`);
    const some = bySlice.get(origin.slice) ?? [];
    some.push({ ...record, recordNo: origin.record_no });
    bySlice.set(origin.slice, some);
  }
  return bySlice;
}

/** Characters of an error's words: a trigger may put a whole cell into them, and the record's bytes hold that. */
const mostWords = 500;

/** PostgreSQL's words may quote a value that is shown to nobody: the code and the place say what was refused then. */
function refusalReason(error: unknown, contract: Contract): Refused['reasons'][number] {
  if (error instanceof RefusedByRule) return error.reason;
  const isHidden = contract.columns.some(({ sensitive }) => sensitive === true);
  const { column = null, constraint } = error as { column?: string | null; constraint?: string };
  const state = sqlState(error);
  const words = (error as Error).message;
  const what =
    state === null
      ? 'a trigger of the target swallowed this row without an error'
      : isHidden
        ? HIDDEN
        : `${words.slice(0, mostWords)}${words.length > mostWords ? '…' : ''}`;
  const facts = [state === null ? null : `SQLSTATE ${state}`, constraint ?? null, placeInOwnCode(error)].filter(
    Boolean,
  );
  return {
    code: 'TARGET_REFUSED',
    column,
    value: null,
    ...(state === foreignKeyViolation && isOwnKey(constraint, contract) && { means: missingParent[0] }),
    message: `the target refused the row when it was merged: ${what}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`,
  };
}

const foreignKeyViolation = '23503';

/** A parent that was there when the rule was asked: the record misses it as one does that the rule rejects, and waits as that does. */
function isOwnKey(constraint: string | undefined, { foreignKeys, selfForeignKeys = [] }: Contract): boolean {
  return [...foreignKeys, ...selfForeignKeys].some(({ name }) => name === constraint);
}

function countsByColumn(refused: readonly Refused[]): BatchReceipt['ruleCounts'] {
  const counts = new Map<string, BatchReceipt['ruleCounts'][number]>();
  for (const { code, column } of refused.flatMap(({ reasons }) => reasons)) {
    const both = JSON.stringify([code, column]);
    counts.set(both, { code, column, rejects: (counts.get(both)?.rejects ?? 0) + 1 });
  }
  return [...counts.values()];
}
