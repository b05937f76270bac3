import { letter } from '../core/dispositions.ts';
import { sql, type Sql } from '../core/sql.ts';
import { defaulted, insertPlainly } from './keyed-sql.ts';
import {
  givenColumns,
  names,
  overriding,
  records,
  type RecordRange,
  target,
  values,
  type Written,
} from './range-sql.ts';
import { noRefusal } from './refusal.ts';
import type { ConflictRule } from './rule.ts';

/**
 * Every record is a new row, also one that the file or the table has already: for logs and events, which have no key. That a load
 * writes each record once is held by its receipts alone. What breaks a unique index of the table is refused row by row.
 */
export const append = {
  name: 'append',
  words: ['append'],
  summary: 'every record is a new row, whatever is there; takes no key',
  settings: {},
  keeps: 'every record is kept, there is no key that could be the same',
  demands: { key: false, update: false, insert: true },
  keepsWhereNull: false,
  versionColumns: () => [],
  duplicates: { order: () => sql`place`, contradict: false, folds: false, words: () => 'all were kept' },
  classify: { differs: () => sql`false`, differing: () => letter('new'), refusals: noRefusal },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => insertPlainly(range),
    hold: null,
    judgeAgain: insertCounting,
    leavesDiffering: false,
  },
} as const satisfies ConflictRule;

/** There is nothing to judge a record against. */
function insertCounting(range: RecordRange, disposition: Written): Sql {
  return sql`
    with written as (
      insert into ${target(range)} (${names(givenColumns(range))})${overriding(range)}
      select ${values(givenColumns(range))}
      from ${records(range, disposition)}
      returning 1
    )
    select pg_catalog.count(*)::pg_catalog.int4 as inserted, 0 as updated
    from written`;
}
