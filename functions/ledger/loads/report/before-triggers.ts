import type { Contract } from '../../../core/contract.ts';
import type { LoadReport } from '../../../protocol/outcomes.ts';

/** Triggers that may store other values than the file has, only where rows were or would be updated: those are what they may have made differ. */
export function beforeTriggersOf({
  contract,
  counted,
  diff,
}: {
  readonly contract: Contract | null;
  readonly counted: Pick<LoadReport['counts'], 'updated'>;
  readonly diff: LoadReport['diff'] | null;
}): Pick<LoadReport, 'beforeTriggers'> {
  const beforeTriggers = [...(contract?.beforeTriggers ?? [])];
  const updates = counted.updated > 0 || (diff?.columns.length ?? 0) > 0;
  return beforeTriggers.length > 0 && updates ? { beforeTriggers } : {};
}
