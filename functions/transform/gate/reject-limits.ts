import { nothingAccepted } from '../../words/nothing-accepted.ts';
import { tooManyRejects } from '../../words/too-many-rejects.ts';
import type { Cause, GateView } from './cause.ts';

/** More rejects than limits.maxRejects and limits.maxRejectShare let through. */
export function rejectLimits({ load: { contract, loadId }, counts, foreseen }: GateView): readonly Cause[] {
  const { records } = counts;
  const rejected = counts.rejected - foreseen;
  return tooManyRejects(contract, { loadId, records, rejected, part: null }).map((refusal) => ({
    ...refusal,
    kind: 'limit',
    ofRejects: true,
  }));
}

/** No record is left to load. */
export function nothingIsAccepted({ load: { contract, loadId }, counts }: GateView): readonly Cause[] {
  const refusal = nothingAccepted({ loadId, limits: contract.limits }, counts);
  return refusal === null ? [] : [{ ...refusal, kind: 'limit', ofRejects: true }];
}
