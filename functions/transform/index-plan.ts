import { assertTargetUnchanged } from '../contract/target-unchanged.ts';
import { execute, many, maybeOne, one, type Db } from '../db/client.ts';
import { dropPlanned } from '../indexes/drop.ts';
import type { IndexFacts, TableFacts } from '../indexes/facts.ts';
import { selectIndexes, selectTable } from '../indexes/facts-sql.ts';
import { type IndexPlan, planIndexes } from '../indexes/plan.ts';
import { type ConnectAs, isOwnSession } from '../indexes/own-session.ts';
import { selectMerged } from '../ledger/batches/batches-sql.ts';
import { holdLease } from '../ledger/leases/lease.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import { updateIndexPlan } from '../ledger/loads/gate-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { StoredIndexPlan } from '../ledger/loads/stored-index-plan.ts';
import type { WouldBe } from '../ledger/loads/would-be-sql.ts';

/** Decides at the gate which indexes are dropped before the merge, and writes it down; null where the target has none. */
export async function planIndexesOf(
  db: Db,
  { loadId, contract, live }: PlannedLoad,
  { inserted, updated }: WouldBe,
): Promise<IndexPlan | null> {
  const { target, traffic = {} } = contract;
  const indexes = await many<IndexFacts>(db, selectIndexes(target.oid));
  const table = indexes.length === 0 ? null : await maybeOne<TableFacts>(db, selectTable(target.oid));
  const plan =
    table === null
      ? null
      : planIndexes({ table, indexes, load: { inserts: inserted, updates: updated }, traffic, live });
  await execute(db, updateIndexPlan(loadId, plan));
  return plan;
}

/** Behind the gate, also of a load that goes on: drops what is planned and was not dropped before. */
export async function dropIndexesOf(
  db: Db,
  load: PlannedLoad,
  { plan, connectAs }: { plan: StoredIndexPlan | null; connectAs: ConnectAs },
): Promise<void> {
  if (plan?.plan !== 'rebuild') return;
  const { loadId, contract, target: targetName } = load;
  const { unmerged } = await one<{ unmerged: number }>(db, selectMerged(loadId));
  if (unmerged === 0) return;
  const dropped = await dropPlanned(db, {
    ...{ loadId, targetName, target: contract.target },
    names: plan.indexes.flatMap((index) => (index.plan === 'rebuild' ? [index.name] : [])),
    beside: load.live?.isLive === true && (await isOwnSession(db)) ? connectAs : null,
    lockTimeoutMs: contract.traffic?.lockTimeoutMs ?? defaultLockTimeoutMs,
    guard: async () => {
      await holdLease(db, load);
      await assertAttempt(db, load);
      await assertTargetUnchanged(db, load);
    },
  });
  if (dropped === null) await execute(db, updateIndexPlan(loadId, kept(plan)));
}

/** As a batch waits (functions/merge): below deadlock_timeout, so that the loader loses every deadlock. */
const defaultLockTimeoutMs = 200;

/** Others held locks on the table at every try. */
function kept(plan: StoredIndexPlan): StoredIndexPlan {
  const why = 'others held the table whenever it was to be locked';
  const indexes = plan.indexes.map((index) =>
    index.plan === 'keep' ? index : { ...index, plan: 'keep' as const, why },
  );
  return { ...plan, plan: 'keep', why, indexes };
}
