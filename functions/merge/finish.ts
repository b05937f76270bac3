import type { z } from 'zod';
import { LoadRejected, ReconciliationMismatch } from '../protocol/errors.ts';
import { isLoadCode } from '../protocol/load-codes.ts';
import { nothingAccepted } from '../words/nothing-accepted.ts';
import type { Outcome } from '../protocol/outcomes.ts';
import type { finishInput, finishOutput } from '../protocol/states.ts';
import { sealOf } from '../core/contract-hash.ts';
import { showTarget } from '../core/target-name.ts';
import { compileFor, type Declared, datasetOf } from '../contract/dataset-of.ts';
import { many, one, transaction, execute, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { assertLastAttempt } from '../ledger/loads/attempts.ts';
import {
  updateFailedBalance,
  updateHalfMerged,
  updateMergedCounts,
  updateWouldBeCounts,
  selectBalance,
  type Balance,
} from '../ledger/loads/balance-sql.ts';
import { selectToBringBack } from '../indexes/missing-sql.ts';
import { selectMerged } from '../ledger/batches/batches-sql.ts';
import { updateAwaits } from '../ledger/rejects/awaiting-sql.ts';
import { anyWaits } from '../ledger/rejects/open-rejects.ts';
import { closeReplayed } from '../ledger/rejects/closing.ts';
import { releaseLease } from '../ledger/leases/lease.ts';
import { leaseToken } from '../ledger/leases/leases-sql.ts';
import { findLoad, readLoad, type Load } from '../ledger/loads/load.ts';
import { selectLoadForUpdate, updateOutcome, updateRefusal } from '../ledger/loads/loads-sql.ts';
import { dropStagingOf } from '../ledger/staging/staging.ts';
import { readCounts } from '../ledger/loads/summary.ts';
import { analyzeTarget, targetEstimate } from './analyze-sql.ts';
import { advanceSequences } from './sequences.ts';

type Answer = z.input<typeof finishOutput>;

interface FinishDeps extends Pick<Declared, 'datasets'> {
  readonly db: Db;
}

/**
 * The state Finish, on every way out: reconciles and sets the outcome in one transaction, and then tidies up: the
 * target's statistics, its sequences, the staging, the lease. Runs twice without harm: an outcome that stands is not judged
 * again. Indexes that are missing come back first: until then the load does not end.
 */
export async function finish(input: z.output<typeof finishInput>, deps: FinishDeps): Promise<Answer> {
  const { db } = deps;
  const { loadId, attempt, seal } = input;
  const { missing } = await one<{ missing: boolean }>(db, selectToBringBack(loadId, leaseToken(loadId, attempt)));
  if (missing) return { loadId, attempt, seal, decision: 'rebuild', outcome: null };
  const outcome = await conclude(db, input);
  const load = await readLoad(db, loadId);
  const { written } = await one<Balance>(db, selectBalance(loadId));
  if (written > 0) await tidyTarget(deps, { load, seal: input.seal, outcome, written });
  // what waits for a yes goes on from its staging
  if (outcome !== 'HELD') await dropStagingOf(db, { loadId, attempt });
  await releaseLease(db, { loadId, attempt, target: load.target });
  if (outcome === 'FAILED') throw await failureOf(db, loadId);
  return { loadId, attempt, seal, decision: 'report', outcome };
}

/** Nothing of it where the ledger's contract is not what this execution compiled: another table may stand there. */
async function tidyTarget(
  { db, datasets }: FinishDeps,
  { load, seal, outcome, written }: { load: Load; seal: string | null; outcome: Outcome; written: number },
): Promise<void> {
  if (load.contract === null || sealOf(load.contract) !== (seal ?? (await sealNow(db, load, datasets)))) return;
  if (outcome === 'LOADED') await refreshStatistics(db, load, written);
  if (load.gated) await advanceSequences(db, load);
}

/** Of a load that came here without its slices planned; null where its dataset does not fit its table any more. */
async function sealNow(db: Db, load: Load, datasets: FinishDeps['datasets']): Promise<string | null> {
  const { contract } = load;
  const { typedThrottle: _noPartOfIt, ...request } = load.request;
  try {
    const { contract: now } = await compileFor(db, datasetOf(request, { datasets }), contract);
    // what concerns other users of the table, and whether a person is asked, is no part of what is done here
    return sealOf({
      ...now,
      ...(contract?.traffic !== undefined && { traffic: contract.traffic }),
      ...(contract?.hold !== undefined && { hold: contract.hold }),
    });
  } catch (error) {
    if (error instanceof LoadRejected) return null;
    throw error;
  }
}

/** Under the code that the ledger has: a load that was refused when rows of it were merged already, or one that does not balance. */
async function failureOf(db: Db, loadId: number): Promise<Error> {
  const { code, message } = await readLoad(db, loadId);
  const words = message ?? `load ${loadId} failed before: see landfall.loads`;
  return isLoadCode(code) && code !== 'RECONCILIATION_MISMATCH'
    ? new LoadRejected(code, words)
    : new ReconciliationMismatch(words);
}

/** Locked first: two calls at once see each other, and what another state writes late is refused. */
async function conclude(db: Db, { loadId, attempt }: { loadId: number; attempt: number }): Promise<Outcome> {
  return await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
    const load = await findLoad(db, selectLoadForUpdate(loadId));
    if (load === null) throw new Error(`the ledger has no load ${loadId}`);
    await assertLastAttempt(db, { loadId, attempt });
    if (load.outcome !== null) return load.outcome;
    const outcome = await outcomeOf(db, load);
    await execute(db, updateOutcome(loadId, outcome));
    const { replay } = load.request;
    if (outcome === 'LOADED' && replay !== undefined) await closeReplayed(db, { loadId, of: replay.of });
    if (outcome === 'LOADED') await letChildrenWait(db, load);
    return outcome;
  });
}

/** Records whose only fault is a missing parent, where the dataset lets them wait. */
async function letChildrenWait(db: Db, { loadId, contract }: Load): Promise<void> {
  if (contract?.waitForParents === undefined) return;
  const { foreignKeys, selfForeignKeys = [], waitForParents: days } = contract;
  const parents = [...foreignKeys, ...selfForeignKeys].map(({ parentSchema: schema, parentTable: table }) =>
    showTarget({ schema, table }),
  );
  await execute(db, updateAwaits(loadId, { parents: [...new Set(parents)], days }));
}

async function outcomeOf(db: Db, load: Load): Promise<Outcome> {
  const { loadId } = load;
  const { batches, untouched } = await one<{ batches: number; untouched: number }>(db, selectMerged(loadId));
  if (load.code === 'LOADED_MEANWHILE') return 'ALREADY_LOADED';
  if (load.code === 'SUPERSEDED') {
    if (load.gated) await execute(db, updateMergedCounts(loadId));
    return 'SUPERSEDED';
  }
  if (load.held?.attempt === load.attempt && !load.gated) {
    await execute(db, updateWouldBeCounts(loadId));
    return 'HELD';
  }
  if (load.code !== null) {
    if (batches === untouched) return 'REJECTED';
    await execute(db, updateMergedCounts(loadId));
    await execute(db, updateHalfMerged(loadId));
    return 'FAILED';
  }
  if (!load.gated) {
    if (!load.request.dryRun) throw new Error(`load ${loadId} came to its end without passing the gate`);
    await execute(db, updateWouldBeCounts(loadId));
    return 'DRY_RUN';
  }
  await execute(db, updateMergedCounts(loadId));
  const balance = await one<Balance>(db, selectBalance(loadId));
  if (balance.balances) return await mergedOutcome(db, load);
  await execute(db, updateFailedBalance(loadId));
  return 'FAILED';
}

/** Every row that passed the gate may still have been refused by the target itself. */
async function mergedOutcome(db: Db, { loadId, attempt, contract }: Load): Promise<Outcome> {
  const counts = await readCounts(db, loadId);
  if (contract === null) return 'LOADED';
  const waits = await anyWaits(db, { loadId, contract }, counts.rejected);
  const refusal = nothingAccepted({ loadId, limits: contract.limits, anyWaits: waits }, counts);
  if (refusal === null) return 'LOADED';
  await execute(db, updateRefusal(loadId, attempt, refusal.code, refusal.message));
  return 'REJECTED';
}

/**
 * New statistics where the load changed a good part of the table: the planner does not see fresh rows by itself. A courtesy:
 * where the server refuses them (the table is gone or locked by now), autovacuum comes by, and the load is loaded all the same.
 */
async function refreshStatistics(db: Db, load: Load, written: number): Promise<void> {
  const { contract } = load;
  if (contract === null) return;
  const { target } = contract;
  const [estimate] = await many<{ rows: number }>(db, targetEstimate(target));
  const isMuch = estimate !== undefined && written > 0.1 * Math.max(0, estimate.rows);
  // an index on expressions has statistics of its own, which went with it
  if (!isMuch && load.indexes?.plan !== 'rebuild') return;
  try {
    await transaction(db, { lockTimeoutMs: 5_000 }, () => execute(db, analyzeTarget(target)));
  } catch (error) {
    if (sqlState(error) === null) throw error;
  }
}
