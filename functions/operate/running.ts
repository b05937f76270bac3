import { many } from '../db/client.ts';
import type { OperateDeps } from './deps.ts';
import { selectLeases, type HeldLease } from './sql.ts';

/** Whether a load runs now: the execution says so, or, where nobody can know, its lease is alive. */
export async function isRunning(
  load: { readonly load_id: number; readonly outcome: string | null; readonly execution: string | null },
  leases: readonly HeldLease[],
  deps: OperateDeps,
): Promise<boolean> {
  if (load.outcome !== null) return false;
  const lease = leases.find(({ load_id: loadId }) => loadId === load.load_id);
  if (lease !== undefined && lease.owner !== null) return deps.ownerIsAlive(lease.owner);
  const state = load.execution === null ? null : await deps.executions.lookAt(load.execution);
  return state === null ? lease !== undefined && !lease.expired : state.isRunning;
}

/** Whether a load is being undone now, by its table's lease. */
export async function isUndoing(lease: HeldLease, deps: OperateDeps): Promise<boolean> {
  if (!lease.undoes) return false;
  if (lease.owner !== null) return deps.ownerIsAlive(lease.owner);
  const state = await deps.executions.lookAt(lease.execution);
  return state === null ? !lease.expired : state.isRunning;
}

/** held: its load works or may work. gone: the command that held it died. expired: nobody renewed it in time. */
export function leaseState(lease: HeldLease, deps: OperateDeps): 'held' | 'gone' | 'expired' {
  if (lease.owner !== null) return deps.ownerIsAlive(lease.owner) ? 'held' : 'gone';
  return lease.expired ? 'expired' : 'held';
}

/** All of them: a handful, one a target. */
export async function readLeases(deps: OperateDeps): Promise<readonly HeldLease[]> {
  return await many<HeldLease>(deps.db, selectLeases());
}
