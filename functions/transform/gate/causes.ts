import type { Cause, GateView, Judge } from './cause.ts';
import { controlTotals } from './control.ts';
import { declaredRules, rulesOfLoad } from './declared-rules.ts';
import { deletedShare, nothingToReplaceWith } from './deleted-share.ts';
import { nullShares } from './null-shares.ts';
import { recordLimits } from './record-limits.ts';
import { nothingIsAccepted, rejectLimits, rejectLimitsByCode } from './reject-limits.ts';
import { changedShares } from './changed/changed-shares.ts';

/** One file a kind of cause; a new one is a line here. In the order in which they are told. */
const judges: readonly Judge[] = [
  controlTotals,
  declaredRules,
  rulesOfLoad,
  nothingToReplaceWith,
  recordLimits,
  deletedShare,
  rejectLimits,
  rejectLimitsByCode,
  nullShares,
  changedShares,
  nothingIsAccepted,
];

/** Why these records may not reach the target: all causes, contradictions first. Judged on the whole load, before anything is merged. */
export function causesOf(view: GateView): readonly Cause[] {
  const causes = judges.flatMap((judge) => judge(view));
  return [...causes.filter(({ kind }) => kind === 'contradiction'), ...causes.filter(({ kind }) => kind === 'limit')];
}
