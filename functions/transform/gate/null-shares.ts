import { printable } from '../../core/printable.ts';
import { count, declaredPercent, percent, plural } from '../../words/quantities.ts';
import { isAdHoc } from '../../words/whose-dataset.ts';
import type { Cause, GateView } from './cause.ts';

/** Columns that are NULL far more often than in the loads of the dataset before. Without one before, nothing is told. */
export function nullShares({ load, figures, nullHistory }: GateView): readonly Cause[] {
  const { nullShare = {} } = load.contract.limits;
  const { accepted = 0, nulls = [] } = figures ?? {};
  return Object.entries(nullShare).flatMap(([name, tolerance]): readonly Cause[] => {
    const found = nulls.find(({ column }) => column === name);
    const before = nullHistory.find(({ column }) => column === name);
    if (found === undefined || before === undefined || accepted === 0) return [];
    if (found.nulls / accepted <= before.share + tolerance) return [];
    const message = `${printable(name)} is NULL in ${percent(found.nulls / accepted)} of the accepted records (${count(found.nulls)} of ${count(accepted)}); in ${before.loads === 1 ? 'the load' : `the ${plural(before.loads, 'load')}`} before it was in ${percent(before.share)}${before.loads === 1 ? '' : ' on average'}, and limits.nullShare takes ${declaredPercent(tolerance)} more: the target is untouched; ask the source, or raise ${isAdHoc(load.contract) ? '--null-share' : 'the tolerance'}`;
    return [{ code: 'NULL_SHARE', message, kind: 'limit' }];
  });
}
