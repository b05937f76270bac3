import { nothingAccepted } from '../../words/nothing-accepted.ts';
import { tooManyRejects } from '../../words/too-many-rejects.ts';
import { count, plural } from '../../words/quantities.ts';
import { isAdHoc } from '../../words/whose-dataset.ts';
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

/** More records with one reason than limits.maxRejectsByCode lets through. */
export function rejectLimitsByCode({ load: { contract, loadId }, rejectsOfCodes }: GateView): readonly Cause[] {
  const { maxRejectsByCode = {} } = contract.limits;
  return rejectsOfCodes.flatMap(({ code, records }): readonly Cause[] => {
    const most = maxRejectsByCode[code];
    if (most === undefined || records <= most) return [];
    const message = `${plural(records, 'reject')} with ${code}, and maxRejectsByCode takes ${count(most)}: the target is untouched; see \`landfall rejects ${loadId} --code ${code}\`, mend the file or raise ${raised(contract, code)}`;
    return [{ code: 'TOO_MANY_REJECTS', message, kind: 'limit', ofRejects: true }];
  });
}

function raised(contract: GateView['load']['contract'], code: string): string {
  return isAdHoc(contract) ? `--max-rejects-by-code ${code}=N` : `the limit of dataset ${contract.dataset}`;
}

/** No record is left to load. */
export function nothingIsAccepted({ load: { contract, loadId }, counts, anyWaits }: GateView): readonly Cause[] {
  const refusal = nothingAccepted({ loadId, limits: contract.limits, anyWaits }, counts);
  return refusal === null ? [] : [{ ...refusal, kind: 'limit', ofRejects: true }];
}
