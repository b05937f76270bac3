import { isAbsent, rowDiffers } from '../core/comparison.ts';
import { letter } from '../core/dispositions.ts';
import { sql } from '../core/sql.ts';
import { always, holdRows, updateCounting, updateDiffering } from './keyed-sql.ts';
import type { ConflictRule } from './rule.ts';
import { keptInWords, keptOrder, keptRecords, winner } from './winner.ts';

/** The record wins where its row is there. Where none is, the record is a reject: nothing is ever inserted. */
export const updateOnly = {
  name: 'update-only',
  words: ['update-only'],
  summary: 'the row becomes what the file says; a record without one is a reject',
  settings: { winner },
  keeps: keptRecords,
  demands: { key: true, update: true, insert: false },
  keepsWhereNull: false,
  versionColumns: () => [],
  duplicates: { order: keptOrder, contradict: false, folds: false, words: keptInWords },
  classify: {
    differs: rowDiffers,
    differing: () => letter('changed'),
    refusals: () => [
      {
        code: 'NO_ROW',
        isRefused: isAbsent,
        columns: ({ columns, businessKey }) =>
          businessKey.flatMap((name) => columns.find((column) => column.name === name) ?? []),
        words: ({ target: { schema, table } }) =>
          `is the key of no row of ${schema}.${table}, and update-only inserts none`,
      },
    ],
  },
  write: {
    takesDefault: () => [],
    insertNew: () => sql`select where false`,
    updateChanged: (range) => updateDiffering(range, always),
    hold: holdRows,
    judgeAgain: updateCounting,
    leavesDiffering: false,
  },
} as const satisfies ConflictRule;
