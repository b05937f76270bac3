import { ruleOf } from '../../conflict/all.ts';
import type { Contract } from '../../core/contract.ts';
import { dispositions, writingDispositions } from '../../core/dispositions.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';

/** Rows that one transaction writes under a rule that wants it, where nobody says more: some seconds, in which others wait for rows of theirs. */
const mostAtomicRows = 100_000;

/** Whether one transaction merges the load, so that readers see none of it or all. */
export function isAtomic(contract: Contract, counts: WouldBe): boolean {
  const { atomic } = contract.traffic ?? {};
  if (atomic !== undefined) return atomic === 'yes';
  const rows = writingDispositions.reduce((sum, name) => sum + counts[dispositions[name].countedAs], 0);
  return ruleOf(contract).missing !== undefined && rows <= mostAtomicRows;
}
