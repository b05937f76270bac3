import { rowDiffers } from '../core/comparison.ts';
import { letter } from '../core/dispositions.ts';
import { always, defaulted, doUpdate, insertOrJudge, insertPlainly, updateDiffering } from './keyed-sql.ts';
import { noRefusal } from './refusal.ts';
import type { ConflictRule } from './rule.ts';
import { keptInWords, keptOrder, keptRecords, winner } from './winner.ts';

/** The record wins. */
export const upsert = {
  name: 'upsert',
  words: ['update', 'upsert'],
  summary: 'the row becomes what the file says',
  settings: { winner },
  keeps: keptRecords,
  demands: { key: true, update: true, insert: true },
  keepsWhereNull: false,
  versionColumns: () => [],
  duplicates: { order: keptOrder, contradict: false, folds: false, words: keptInWords },
  classify: { differs: rowDiffers, differing: () => letter('changed'), refusals: noRefusal },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => updateDiffering(range, always),
    hold: null,
    judgeAgain: (range, disposition) => insertOrJudge(range, disposition, doUpdate(range, always)),
    leavesDiffering: false,
  },
} as const satisfies ConflictRule;
