import { keptBytesAtMost } from '../../compile/declaration/limits.ts';
import { execute, idleWhileReadingMs, many, one, transaction, type Db } from '../../db/client.ts';
import { assertAttempt, assertEpoch } from '../../ledger/loads/attempts.ts';
import { keeping } from '../../ledger/rejects/kept.ts';
import { selectRoomOfLoad, updateKeptOfDryRun } from '../../ledger/rejects/kept-sql.ts';
import { keepRefused, type Refused } from '../../ledger/rejects/late-rejects.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { selectSlice, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import { withContents } from '../../ledger/objects/member-load.ts';
import type { ObjectStore } from '../../objects/store.ts';
import type { Foreseen } from './foresee.ts';
import { dropStanding, type RefusedRow, selectRefused, selectRefusedSlices } from './standing-sql.ts';

/** Records of one page: each keeps a few numbers here, and its bytes are read in pages of their own. */
const most = 20_000;

/**
 * What foreseeRefusals found into the quarantine, with its own bytes and the code that the merge would give it. One
 * transaction; a second run begins it anew.
 */
export async function quarantineRefused(
  db: Db,
  load: PlannedLoad,
  { refused: found, judged }: Foreseen,
  store: ObjectStore,
): Promise<void> {
  if (found === 0) return;
  await transaction(db, { idleTimeoutMs: idleWhileReadingMs }, async () => {
    await assertEpoch(db, load);
    const kept = await keeping(db, selectRoomOfLoad(load.loadId, keptBytesAtMost(load.contract.limits)));
    await withContents(store, load, async (at) => {
      for (const { slice } of await many<{ slice: number }>(db, selectRefusedSlices(load.loadId))) {
        const row = await one<SliceRow>(db, selectSlice(load.loadId, slice));
        const { load: of, content } = await at(row);
        for (let after = 0; ; ) {
          const page = await many<RefusedRow>(db, selectRefused(load.loadId, slice, { after, most }));
          const last = page.at(-1);
          if (last === undefined) break;
          const refused = page.map(
            (each): Refused => ({
              recordNo: each.record_no,
              byteOffset: each.byte_offset,
              reasons: [takenKeyReason(each, judged)],
            }),
          );
          await keepRefused(db, of, row, { refused, kept, content });
          after = last.record_no;
        }
      }
    });
    await execute(db, updateKeptOfDryRun(load.loadId, kept.counts));
    await execute(db, dropStanding(load.loadId));
    await assertAttempt(db, load);
  });
}

/** 23505 or 23P01 in PostgreSQL's words, and who has the key. */
function takenKeyReason(
  { index_no: number, rival }: RefusedRow,
  judged: Foreseen['judged'],
): Refused['reasons'][number] {
  const { name, kind } = judged[number] ?? { name: '', kind: 'unique' };
  const owner = rival === null ? 'another row of the table' : `record ${rival} of this file`;
  const broken =
    kind === 'unique'
      ? `duplicate key value violates unique constraint "${name}", since ${owner} has the same (SQLSTATE 23505, ${name})`
      : `conflicting key value violates exclusion constraint "${name}", since ${owner} is in its way (SQLSTATE 23P01, ${name})`;
  return {
    code: 'TARGET_REFUSED',
    column: null,
    value: null,
    message: `the target would refuse the row when it is merged: ${broken}`,
  };
}
