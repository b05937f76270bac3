import { rowTooBig } from '../core/sql-state.ts';
import { stagingColumn } from '../core/staging.ts';
import { type Db, execute } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { withSavepoint } from '../db/savepoint.ts';
import { withoutNestedLoops } from '../db/settings.ts';
import { quarantine } from '../ledger/rejects/rejects.ts';
import type { SliceBase } from '../ledger/rejects/rejects-sql.ts';
import { unsoundRecords } from '../ledger/slices/unsound-sql.ts';
import { rejectCodes } from '../protocol/reject-codes.ts';
import { markTooBig, type MovedHalf, moveSound } from './judging/move-sound-sql.ts';
import type { SliceCells } from './rules/slice-cells.ts';
import { countZoneless, zonelessIn } from './zoneless.ts';

/** Of a slice that is judged, what moving its raw half needs. */
export interface RawHalf {
  readonly base: SliceBase;
  readonly relation: SliceCells;
}

/** What is sound is moved; a record that no page of PostgreSQL holds is quarantined, and does not keep the others. */
export async function moveWhatFits(db: Db, half: RawHalf): Promise<void> {
  try {
    await withSavepoint(db, () => moveSoundRecords(db, half));
  } catch (error) {
    if (sqlState(error) !== rowTooBig) throw error;
    await execute(db, markTooBig(movedHalf(half)));
    const { loadId, slice } = half.relation;
    await quarantine(db, half.base, unsoundRecords(loadId, slice, rejectCodes.ROW_TOO_BIG), false);
    await moveSoundRecords(db, half);
  }
}

/** Without statistics on what was just written the planner compares every record with every reject: 12 s for 20,000 of them. */
export async function moveSoundRecords(db: Db, half: RawHalf): Promise<void> {
  const move = moveSound(movedHalf(half));
  await withoutNestedLoops(db, async () => countZoneless(db, half.relation, await zonelessIn(db, move)));
}

function movedHalf({ relation, base }: RawHalf): MovedHalf {
  const columns = relation.fileColumns.flatMap((column, i) =>
    column.absent === true ? [] : [stagingColumn(column, i)],
  );
  return { ...relation, baseRecord: base.baseRecord, records: base.records, columns };
}
