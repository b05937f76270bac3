import { keptBytesAtMost } from '../../compile/declaration/limits.ts';
import { withContents } from '../../ledger/objects/member-load.ts';
import { execute, idleWhileReadingMs, many, one, transaction, type Db } from '../../db/client.ts';
import { assertAttempt, assertEpoch } from '../../ledger/loads/attempts.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { keeping } from '../../ledger/rejects/kept.ts';
import { selectRoomOfLoad } from '../../ledger/rejects/kept-sql.ts';
import { keepRefused } from '../../ledger/rejects/late-rejects.ts';
import { selectSlice, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import type { ObjectStore } from '../../objects/store.ts';
import { recountSlice } from './judge-kin.ts';
import { dropLost, type LostRow, selectLost } from './lost-sql.ts';

/** Records of one page: each keeps a few numbers and its reasons here, and its bytes are read in pages of their own. */
const most = 20_000;

/** What judgeKin refused into the quarantine, with its own bytes, and into the receipts of its slices. One transaction; a second run begins it anew. */
export async function quarantineLost(
  db: Db,
  load: PlannedLoad,
  losing: readonly number[],
  store: ObjectStore,
): Promise<void> {
  if (losing.length === 0) return;
  await transaction(db, { idleTimeoutMs: idleWhileReadingMs }, async () => {
    await assertEpoch(db, load);
    const kept = await keeping(db, selectRoomOfLoad(load.loadId, keptBytesAtMost(load.contract.limits)));
    await withContents(store, load, async (at) => {
      for (const slice of losing) {
        const row = await one<SliceRow>(db, selectSlice(load.loadId, slice));
        const { load: of, content } = await at(row);
        for (let after = 0; ; ) {
          const page = await many<LostRow>(db, selectLost(load.loadId, slice, { after, most }));
          const last = page.at(-1);
          if (last === undefined) break;
          const refused = page.map(({ record_no: recordNo, byte_offset: byteOffset, reasons }) => ({
            recordNo,
            byteOffset,
            reasons,
          }));
          await keepRefused(db, of, row, { refused, kept, content });
          after = last.record_no;
        }
        await recountSlice(db, load, slice);
      }
    });
    await execute(db, dropLost(load.loadId));
    await assertAttempt(db, load);
  });
}
