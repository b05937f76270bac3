import { isAbsent, keyMatch, rowDiffers, writtenColumns } from '../core/comparison.ts';
import { letter } from '../core/dispositions.ts';
import { sql, type Sql } from '../core/sql.ts';
import { always, updateDiffering } from './keyed-sql.ts';
import { records, type RecordRange, target, type Written } from './range-sql.ts';
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

/** ON CONFLICT, which other rules judge again by, locks rows also where it leaves them. */
function holdRows(range: RecordRange, disposition: Written): Sql {
  return sql`
    select
    from ${records(range, disposition)}
    join ${target(range)} as t on ${keyMatch(range.contract)}
    for no key update of t`;
}

function updateCounting(range: RecordRange, disposition: Written): Sql {
  if (writtenColumns(range.contract, range.filled).length === 0) return sql`select 0 as inserted, 0 as updated`;
  return sql`
    with written as (${updateDiffering(range, always, disposition)}
      returning 1
    )
    select 0 as inserted, pg_catalog.count(*)::pg_catalog.int4 as updated
    from written`;
}
