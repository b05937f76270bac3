import { keptBytesAtMost } from '../../compile/declaration/limits.ts';
import { execute, idleWhileReadingMs, many, one, transaction, type Db } from '../../db/client.ts';
import { formatOf } from '../../formats/format-of.ts';
import { assertAttempt, assertEpoch } from '../../ledger/loads/attempts.ts';
import { type Keeping, keeping } from '../../ledger/rejects/kept.ts';
import { selectRoomOfLoad, updateKeptOfDryRun } from '../../ledger/rejects/kept-sql.ts';
import { insertLateRejects, type LateReject } from '../../ledger/rejects/late-rejects-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { selectSlice, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import type { Content } from '../../content/content.ts';
import { withContent } from '../../content/open-content.ts';
import { recordsAt } from '../../content/records-at.ts';
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
  { refused, judged }: Foreseen,
  store: ObjectStore,
): Promise<void> {
  if (refused === 0) return;
  await transaction(db, { idleTimeoutMs: idleWhileReadingMs }, async () => {
    await assertEpoch(db, load);
    const kept = await keeping(db, selectRoomOfLoad(load.loadId, keptBytesAtMost(load.contract.limits)));
    await withContent(store, load, async (content) => {
      for (const { slice } of await many<{ slice: number }>(db, selectRefusedSlices(load.loadId))) {
        const row = await one<SliceRow>(db, selectSlice(load.loadId, slice));
        for (let after = 0; ; ) {
          const page = await many<RefusedRow>(db, selectRefused(load.loadId, slice, { after, most }));
          const last = page.at(-1);
          if (last === undefined) break;
          await quarantinePage(db, load, { row, page, kept, names: judged.map(({ name }) => name) }, content);
          after = last.record_no;
        }
      }
    });
    await execute(db, updateKeptOfDryRun(load.loadId, kept.counts));
    await execute(db, dropStanding(load.loadId));
    await assertAttempt(db, load);
  });
}

async function quarantinePage(
  db: Db,
  load: PlannedLoad,
  { row, page, kept, names }: { row: SliceRow; page: readonly RefusedRow[]; kept: Keeping; names: readonly string[] },
  content: Content,
): Promise<void> {
  const { startOffset: start, endOffset: end, baseRecord, baseLine } = row;
  if (start === null || end === null || baseRecord === null || baseLine === null) {
    throw new Error(`slice ${row.slice} of load ${load.loadId} has no receipt`);
  }
  const byOffset = new Map(page.map((refused) => [refused.byte_offset, refused]));
  const located = recordsAt(content, {
    format: formatOf(load.contract, load.lineEnd),
    range: { start, end },
    startLine: baseLine + 1,
    wanted: [...byOffset.keys()],
    maxRawBytes: load.contract.limits.maxRawBytes,
  });
  for await (const records of located) {
    const rejects = kept.of(records).map((record): LateReject => {
      const refused = byOffset.get(record.byteOffset);
      if (refused === undefined) throw new Error(`no refused record at byte ${record.byteOffset}`);
      return { ...record, recordNo: baseRecord + refused.record_no, reasons: [takenKeyReason(refused, names)] };
    });
    await execute(db, insertLateRejects(load.loadId, rejects));
  }
}

/** 23505 in PostgreSQL's words, and who has the key. */
function takenKeyReason(
  { index_no: number, rival }: RefusedRow,
  names: readonly string[],
): LateReject['reasons'][number] {
  const name = names[number] ?? '';
  const owner = rival === null ? 'another row of the table' : `record ${rival} of this file`;
  return {
    code: 'TARGET_REFUSED',
    column: null,
    value: null,
    message: `the target would refuse the row when it is merged: duplicate key value violates unique constraint "${name}", since ${owner} has the same (SQLSTATE 23505, ${name})`,
  };
}
