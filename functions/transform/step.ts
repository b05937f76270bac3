import type { z } from 'zod';
import type { Diff } from '../protocol/diff.ts';
import { bringsVersions } from '../conflict/all.ts';
import type { Gate } from '../protocol/outcomes.ts';
import type { transformInput, transformOutput } from '../protocol/states.ts';
import type { Figures } from '../core/control/totals.ts';
import { isSheltered } from '../contract/is-sheltered.ts';
import { execute, many, one, transaction, type Db } from '../db/client.ts';
import { startingLanes } from '../governor/pace.ts';
import { memoryOf } from '../governor/memory/server-memory.ts';
import type { ConnectAs } from '../indexes/own-session.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import { type BatchWidths, deleteBatches, insertBatches, selectManyPartSlices } from '../ledger/batches/batches-sql.ts';
import { insertLineBatches, selectWhetherLined } from '../ledger/batches/line-batches-sql.ts';
import { updateFigures } from '../ledger/control/control-sql.ts';
import { updateAtomic } from '../ledger/batches/replaced-sql.ts';
import { updateGate } from '../ledger/loads/gate-sql.ts';
import { updateHeld } from '../ledger/loads/held-sql.ts';
import { updateDiff, updateWouldBe, type WouldBe } from '../ledger/loads/would-be-sql.ts';
import { deleteDuplicates } from '../ledger/rejects/duplicates-sql.ts';
import { deleteLateRejects } from '../ledger/rejects/late-rejects-sql.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { updateMemory } from '../ledger/loads/live-sql.ts';
import { updateValidated } from '../ledger/loads/loads-sql.ts';
import { selectSlices, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { analyzeVerdicts, createVerdicts, indexVerdicts } from '../ledger/slices/verdicts-sql.ts';
import type { ObjectStore } from '../objects/store.ts';
import { dropClasses, indexRecordNumbers } from './classify-sql.ts';
import { bury } from './bury.ts';
import { classify } from './classify.ts';
import { countByDay } from './diff/count-by-day.ts';
import { comparedColumns, findDiff, nothingDiffers } from './diff/find-diff.ts';
import { dropFindings } from './findings-sql.ts';
import { forgetRefused } from './refused/forget-refused.ts';
import { judgeStrict } from './refused/judge-strict.ts';
import { deduplicate } from './duplicates.ts';
import { forgetKin, judgeKin, judgeKinAgain } from './kin/judge-kin.ts';
import { type Line, lineUp } from './kin/line-up.ts';
import { quarantineLost } from './kin/quarantine-lost.ts';
import { causesOf } from './gate/causes.ts';
import { updateLoadWarnings } from '../ledger/slices/warnings-sql.ts';
import { decisionOn } from './gate/decision.ts';
import { isAtomic } from './gate/is-atomic.ts';
import { figuresOf, sourceSums } from './gate/figures.ts';
import { readGateView } from './gate/gate-view.ts';
import { refusalOf } from './gate/refusal.ts';
import { judgeUnique, warnOfRepeated } from './unique-values.ts';
import { placeRepeated } from './repeated-lines.ts';
import { lookAgain } from './look-again.ts';
import { dropIndexesOf, planIndexesOf } from './index-plan.ts';
import { quarantineDuplicates } from './quarantine-duplicates.ts';
import { classifyAgain, judgedRecords } from './classify-again.ts';
import { foresee, type Foreseen } from './dry-run/foresee.ts';
import { findVanishing, planVanishing } from './vanish/find-vanishing.ts';
import { quarantineRefused } from './dry-run/quarantine-refused.ts';

/** What Transform needs beside its input; `lanes` is how many may merge at once. */
export interface TransformDeps {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  readonly lanes: number;
  readonly connectAs: ConnectAs;
}

type Answer = z.input<typeof transformOutput>;

/** The widest batch: a slice's worth. Transactions that change rows take parts of it. */
const widestBatch = 250_000;

/**
 * The state Transform: duplicates, then the diff with the target, then batches, then the gate. Everything is computed
 * anew from staging until the gate is passed, and never after it: what is merged may depend on it from there on.
 */
export async function transform(input: z.output<typeof transformInput>, deps: TransformDeps): Promise<Answer> {
  const { db } = deps;
  const load = await lookAgain(db, await readLeasedLoad(db, input));
  if (load.gated) return await resume(load, deps);
  await execute(db, updateValidated(load.loadId));
  const { losing, lost, ...found } = await analyse(db, load, deps.lanes);
  const store = await deps.storeFor(load.object.bucket);
  await quarantineLost(db, load, lost, store);
  await quarantineDuplicates(db, load, losing, store);
  await placeRepeated(db, load, store);
  if (found.foreseen !== null) await quarantineRefused(db, load, found.foreseen, store);
  return await decide(load, found, deps);
}

/** After the gate: the counts stand. Where the staging was refilled, ranges without a receipt are classified again. */
async function resume(load: PlannedLoad, deps: TransformDeps): Promise<Answer> {
  if (load.gatedEpoch !== load.epoch) await classifyAgain(deps.db, load);
  await dropIndexesOf(deps.db, load, { plan: load.indexes, connectAs: deps.connectAs });
  return answer(load, 'merge', load.lanes ?? deps.lanes);
}

interface Analysis {
  /** Slices that have duplicates. */
  readonly losing: readonly number[];
  /** Slices that have records whose parents will not be there. */
  readonly lost: readonly number[];
  /** Of a dry run, else null. */
  readonly foreseen: Foreseen | null;
  /** Null: nothing is asked for. */
  readonly figures: Figures | null;
  /** Rejects whose key nobody can read, for which nothing is deleted. */
  readonly unread: number;
  readonly diff: Diff;
}

/** 1 MB: some 10,000 records, which are joined in 10 ms. */
const smallBytes = 1_000_000;

async function analyse(db: Db, load: PlannedLoad, lanes: number): Promise<Analysis> {
  const { loadId, contract } = load;
  const wholeLoad = await memoryOf(db, contract);
  // to start workers takes longer than to join so few
  const isSmall = load.decoding === null && load.object.sizeBytes <= smallBytes;
  return await transaction(db, { wholeLoad, onOneCore: load.live?.isLive === true || isSmall }, async () => {
    await assertEpoch(db, load);
    await execute(db, updateMemory(loadId, wholeLoad));
    await execute(db, dropFindings(loadId));
    await execute(db, createVerdicts(loadId));
    await execute(db, deleteDuplicates(loadId));
    await forgetKin(db, load);
    await forgetRefused(db, load);
    const slices = (await many<SliceRow>(db, selectSlices(loadId))).filter(({ records }) => (records ?? 0) > 0);
    if (load.request.dryRun) await execute(db, deleteLateRejects(loadId));
    const source = await sourceSums(db, load, slices);
    await judgedRecords(db, loadId, 'reject');
    const sheltered = await isSheltered(db, load);
    const kin = await judgeKin(db, load, slices, sheltered);
    const repeated = await judgeUnique(db, load, slices);
    const lostIn = new Set([...kin.losing, ...repeated]);
    const keyed = slices.map((each) => (lostIn.has(each.slice) ? { ...each, rejected: each.rejected + 1 } : each));
    const strict = await judgeStrict(db, load, keyed);
    const standing = keyed.map((each) =>
      strict.includes(each.slice) ? { ...each, rejected: each.rejected + 1 } : each,
    );
    const { losing, contradicting } = await deduplicate(db, load, standing, sheltered);
    const again = await judgeKinAgain(db, load, kin, { slices, isSheltered: sheltered });
    const { kinships } = again;
    const lostBefore = [...again.losing, ...repeated, ...strict, ...contradicting];
    const judged = new Set([...losing, ...lostBefore]);
    const known = slices.map((slice) => ({ ...slice, hasVerdicts: slice.rejected > 0 || judged.has(slice.slice) }));
    await warnOfRepeated(db, load, known);
    const vanishing = await findVanishing(db, load, known, sheltered);
    const compared = comparedColumns(load);
    const { isCompared, refused } = await classify(db, load, known, { isSheltered: sheltered, compared });
    const lost = [...new Set([...lostBefore, ...refused])].toSorted((a, b) => a - b);
    await execute(db, indexVerdicts(loadId));
    await execute(db, analyzeVerdicts(loadId));
    const figures = await figuresOf(db, load, { slices, source });
    if (figures !== null) await execute(db, updateFigures(loadId, figures));
    await execute(db, deleteBatches(loadId));
    const line = await lineUp(db, load, { kinships, losing: lost }, slices);
    await planBatches(db, load, { line, slices, lanes });
    await planVanishing(db, load, vanishing, { lanes, slices });
    const foreseen = load.request.dryRun ? await foresee(db, load, slices, sheltered) : null;
    const leavesOut = (foreseen?.refused ?? 0) > 0;
    const cells = isCompared
      ? await findDiff(db, load, { compared, isSheltered: sheltered, leavesOut })
      : nothingDiffers;
    const diff = { ...cells, ...(await countByDay(db, load, slices)) };
    await execute(db, updateDiff(loadId, diff));
    await execute(db, dropClasses(loadId));
    if (foreseen === null && line === null) await indexManyPartSlices(db, load);
    await assertAttempt(db, load);
    return { losing, lost, foreseen, figures, unread: vanishing.unread, diff };
  });
}

async function planBatches(
  db: Db,
  load: PlannedLoad,
  { line, slices, lanes }: { readonly line: Line | null; readonly slices: readonly SliceRow[]; readonly lanes: number },
): Promise<void> {
  const widths =
    line === null
      ? insertBatches(load.loadId, batchWidths(load, lanes))
      : insertLineBatches(load.loadId, { ...line, width: widestBatch, slice: slices[0]?.slice ?? 0 });
  await execute(db, widths);
}

/**
 * A slice that changes rows has a batch a lane, so that all of them have work where it is the only one. Those of a dry run are
 * as wide as the first transactions of a merge: it reckons with what one of them would refuse (dry-run/).
 */
function batchWidths({ contract, request }: PlannedLoad, lanes: number): BatchWidths {
  const { batchRows } = contract.limits;
  const most = request.dryRun ? batchRows : widestBatch;
  return { changing: { most, least: Math.min(batchRows, most), ranges: lanes }, inserting: widestBatch };
}

async function indexManyPartSlices(db: Db, { loadId, contract, live }: PlannedLoad): Promise<void> {
  const slices = selectManyPartSlices(loadId, { rows: contract.limits.batchRows, isLive: live?.isLive === true });
  for (const { slice } of await many<{ slice: number }>(db, slices)) {
    await execute(db, indexRecordNumbers(loadId, slice));
  }
}

/** The gate: limits refuse, a person is asked, a dry run ends, else the verdicts are final from here on. */
async function decide(
  load: PlannedLoad,
  { foreseen, figures, unread, diff }: Pick<Analysis, 'foreseen' | 'figures' | 'unread' | 'diff'>,
  deps: TransformDeps,
): Promise<Answer> {
  const { db } = deps;
  const { gate, plan, lanes } = await transaction(db, {}, async () => {
    await assertEpoch(db, load);
    await assertAttempt(db, load);
    const { lined, batches } = await one<{ lined: boolean; batches: number }>(db, selectWhetherLined(load.loadId));
    // along a line one lane follows the other's steps, versions of a row know each other, and one batch has work for one lane
    const mostLanes = lined || bringsVersions(load.contract) ? 1 : Math.max(1, Math.min(deps.lanes, batches));
    const { would_be: wouldBe } = await one<{ would_be: WouldBe }>(
      db,
      updateWouldBe(load.loadId, foreseen?.notJudged ?? []),
    );
    const known = { counts: wouldBe, foreseen: foreseen?.refused ?? 0, figures, unread, diff };
    const view = await readGateView(db, load, known);
    await execute(db, updateLoadWarnings(load.loadId, view.ofLoad));
    const causes = causesOf(view);
    const decision = decisionOn(load, wouldBe, { causes, refusal: await refusalOf(db, load, causes) });
    const atomic = isAtomic(load, wouldBe);
    const merging = atomic ? 1 : mostLanes;
    await execute(db, updateGate(load, { ...decision, lanes: merging }));
    await execute(db, updateAtomic(load.loadId, atomic));
    if (decision.gate === 'hold') await execute(db, updateHeld(load.loadId, decision.held, decision.days));
    if (decision.gate === 'merge') await bury(db, load);
    const isOver = decision.gate === 'refuse' || decision.gate === 'hold';
    return {
      gate: decision.gate,
      plan: isOver ? null : await planIndexesOf(db, load, wouldBe),
      lanes: merging,
    } as const;
  });
  if (gate === 'merge') await dropIndexesOf(db, load, { plan, connectAs: deps.connectAs });
  return answer(load, gate, lanes);
}

/** @param configured how many lanes may merge at once; the governor adds one where it sees that others do not mind. */
function answer({ loadId, attempt, seal, live }: PlannedLoad, gate: Gate, configured: number): Answer {
  const lanes = startingLanes({ isLive: live?.isLive === true, lanes: configured });
  return { loadId, attempt, seal, gate, lanes: Array.from({ length: lanes }, (_, lane) => lane) };
}
