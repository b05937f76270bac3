import { ruleOf } from '../../conflict/all.ts';
import { maxDeletedShareOf } from '../../compile/declaration/limits.ts';
import { count, declaredPercent, plural } from '../../words/quantities.ts';
import { isAdHoc } from '../../words/whose-dataset.ts';
import type { Cause, GateView } from './cause.ts';

/** More rows would go than limits.maxDeletedShare lets go. */
export function deletedShare({ load: { contract }, counts: { deleted }, rowsBefore }: GateView): readonly Cause[] {
  if (rowsBefore === null || deleted === 0) return [];
  const most = maxDeletedShareOf(contract.limits);
  if (deleted <= most * rowsBefore) return [];
  const of = contract.replaceWhere === undefined ? 'the table has' : 'it replaces';
  const change = isAdHoc(contract) ? '--max-deleted-share' : `the limit of dataset ${contract.dataset}`;
  const message = `${count(deleted)} of the ${plural(rowsBefore, 'row')} that ${of} would be deleted, and maxDeletedShare is ${declaredPercent(most)}: the target is untouched; see whether the file is whole and the right one, or raise ${change}`;
  return [{ code: 'TOO_MANY_DELETED', message, kind: 'limit' }];
}

/** Where the file is the whole truth, one without an accepted record would empty the table: that is never what an export meant. */
export function nothingToReplaceWith({ load: { contract }, counts, rowsBefore }: GateView): readonly Cause[] {
  const { records, rejected, duplicate } = counts;
  if (ruleOf(contract).missing === undefined || (rowsBefore ?? 0) === 0 || records > rejected + duplicate) return [];
  const what = records === 0 ? 'the file has no record' : 'every record of the file is a reject';
  const message = `${what}, and ${plural(rowsBefore ?? 0, 'row')} would be deleted for it: the target is untouched; see whether the export failed and load the file again. To empty the table, delete its rows yourself`;
  return [{ code: 'NOTHING_TO_REPLACE_WITH', message, kind: 'contradiction' }];
}
