import { rowDiffers } from '../core/comparison.ts';
import { letter } from '../core/dispositions.ts';
import { always, defaulted, doNothing, insertOrJudge, insertPlainly, updateDiffering } from './keyed-sql.ts';
import { noRefusal } from './refusal.ts';
import type { ConflictRule } from './rule.ts';
import { keptInWords, keptOrder, keptRecords, winner } from './winner.ts';

/** The row that is there wins. */
export const insertOnly = {
  name: 'insert-only',
  words: ['insert-only'],
  summary: 'the row stays as it is; a record that differs counts as stale',
  settings: { winner },
  keeps: keptRecords,
  demands: { key: true, update: false, insert: true },
  keepsWhereNull: false,
  versionColumns: () => [],
  duplicates: { order: keptOrder, contradict: false, folds: false, words: keptInWords },
  classify: { differs: rowDiffers, differing: () => letter('stale'), refusals: noRefusal },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => updateDiffering(range, always),
    hold: null,
    judgeAgain: (range, disposition) => insertOrJudge(range, disposition, doNothing),
    leavesDiffering: true,
  },
} as const satisfies ConflictRule;
