import { ruleOf } from '../../conflict/all.ts';
import type { Contract } from '../../core/contract.ts';
import { dispositions, writingDispositions } from '../../core/dispositions.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';

/** Rows that one transaction writes of several objects, or under a rule that wants it, where nobody says more: some seconds, in which others wait for rows of theirs. */
const mostAtomicRows = 100_000;

/** Whether one transaction merges the load, so that readers see none of it or all. */
export function isAtomic(
  { contract, objectCount }: { readonly contract: Contract; readonly objectCount: number | null },
  counts: WouldBe,
): boolean {
  const { atomic } = contract.traffic ?? {};
  if (atomic !== undefined) return atomic === 'yes';
  const rows = writingDispositions.reduce((sum, name) => sum + counts[dispositions[name].countedAs], 0);
  const isWanted = objectCount !== null || ruleOf(contract).missing !== undefined;
  return isWanted && rows <= mostAtomicRows;
}
