import { execute, many, one, transaction, type Db } from '../db/client.ts';
import { memoryOf } from '../governor/memory/server-memory.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import { updatePlannedBatches } from '../ledger/batches/batches-sql.ts';
import { selectWhetherLined, updatePlannedLine } from '../ledger/batches/line-batches-sql.ts';
import { updateGatedEpoch } from '../ledger/loads/gate-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSlices, type SliceRow } from '../ledger/slices/slices-sql.ts';
import {
  analyzeVerdicts,
  createVerdicts,
  dropVerdicts,
  indexVerdicts,
  insertQuarantineVerdicts,
  type Quarantined,
  selectQuarantined,
} from '../ledger/slices/verdicts-sql.ts';
import { dropClasses } from './classify-sql.ts';
import { classify } from './classify.ts';
import { fold } from './fold.ts';
import { findVanishingAgain } from './vanish/find-vanishing.ts';
import { lineUpAgain } from './kin/line-up.ts';

/**
 * The staging was lost after the gate and has been filled again. Rejects and duplicates are read from the quarantine,
 * not judged again; new, changed and unchanged are found again, since part of the load is merged by now. Batches that
 * have a receipt keep it.
 */
export async function classifyAgain(db: Db, load: PlannedLoad): Promise<void> {
  const { loadId } = load;
  const wholeLoad = await memoryOf(db, load.contract);
  await transaction(db, { wholeLoad, onOneCore: load.live?.isLive === true }, async () => {
    await assertEpoch(db, load);
    await execute(db, dropVerdicts(loadId));
    await execute(db, createVerdicts(loadId));
    await judgedRecords(db, loadId, 'early reject');
    const slices = (await many<SliceRow>(db, selectSlices(loadId))).filter(({ records }) => (records ?? 0) > 0);
    await fold(db, load, { slices, duplicates: selectQuarantined(loadId, 'duplicate'), isSheltered: false });
    await judgedRecords(db, loadId, 'duplicate');
    const { lined } = await one<{ lined: boolean }>(db, selectWhetherLined(loadId));
    if (lined) await lineUpAgain(db, load, slices);
    await judgedRecords(db, loadId, 'late reject');
    const staged = slices.map((slice) => ({ ...slice, hasVerdicts: true }));
    await findVanishingAgain(db, load, staged);
    await execute(db, dropClasses(loadId));
    await classify(db, load, staged, { isSheltered: false, compared: [], isAgain: true });
    await execute(db, dropClasses(loadId));
    await execute(db, indexVerdicts(loadId));
    await execute(db, analyzeVerdicts(loadId));
    await execute(db, lined ? updatePlannedLine(loadId) : updatePlannedBatches(loadId));
    await execute(db, updateGatedEpoch(loadId));
    await assertAttempt(db, load);
  });
}

/** Verdicts for what the quarantine holds already; with statistics, since joins leave these records out. */
export async function judgedRecords(db: Db, loadId: number, kind: Quarantined): Promise<void> {
  await execute(db, insertQuarantineVerdicts(loadId, kind));
  await execute(db, analyzeVerdicts(loadId));
}
