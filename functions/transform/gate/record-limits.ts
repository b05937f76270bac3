import { count, plural } from '../../words/quantities.ts';
import { isAdHoc } from '../../words/whose-dataset.ts';
import type { Cause, GateView } from './cause.ts';

/** Fewer or more records than a file of the dataset has: rejects count too. */
export function recordLimits({ load: { contract }, counts: { records } }: GateView): readonly Cause[] {
  const { minRecords = 0, maxRecords = Infinity } = contract.limits;
  const change = (option: string): string =>
    `the target is untouched; see whether the file is whole and the right one, or change ${isAdHoc(contract) ? option : `the limit of dataset ${contract.dataset}`}`;
  if (records < minRecords) {
    const message = `the file has ${plural(records, 'record')}, and minRecords is ${count(minRecords)}: ${change('--min-records')}`;
    return [{ code: 'TOO_FEW_RECORDS', message, kind: 'limit' }];
  }
  if (records <= maxRecords) return [];
  const message = `the file has ${plural(records, 'record')}, and maxRecords is ${count(maxRecords)}: ${change('--max-records')}`;
  return [{ code: 'TOO_MANY_RECORDS', message, kind: 'limit' }];
}
