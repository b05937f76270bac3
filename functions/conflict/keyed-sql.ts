import {
  becoming,
  becomingExcluded,
  comparable,
  excluded,
  keyMatch,
  rowDiffers,
  updatedColumns,
  writtenColumns,
} from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { arbiterOf, isCovered } from '../core/arbiter/covered.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import {
  givenColumns,
  names,
  overriding,
  records,
  recordsByKey,
  type RecordRange,
  target,
  values,
  type Written,
} from './range-sql.ts';

/** Whether a record beats the row of its key that differs; @param ours the record's side: `comparable`, or `excluded` inside ON CONFLICT. */
export type Beats = (contract: Contract, ours: typeof comparable) => Sql;

/** Every record does. */
export const always: Beats = () => sql`true`;

/** Columns of which a new row takes the default where the record has NULL: there a NULL is no value of its own. */
export function defaulted({ contract, filled }: RecordRange): readonly ContractColumn[] {
  return updatedColumns(contract, filled).filter(
    ({ keptWhereNull, hasDefault }) => keptWhereNull === true && hasDefault,
  );
}

/** What is new is inserted plainly. A unique index's 23505 says that somebody else was first. */
export function insertPlainly(range: RecordRange): Sql {
  return sql`
    insert into ${target(range)} (${names(givenColumns(range))})${overriding(range)}
    select ${values(givenColumns(range))}
    from ${recordsByKey(range, 'new')}`;
}

/** Rows that still differ, and nothing else: what became equal or newer meanwhile is left alone. */
export function updateDiffering(range: RecordRange, beats: Beats, disposition: Written = 'changed'): Sql {
  const set = writtenColumns(range.contract, range.filled);
  return sql`
    update ${target(range)} as t
    set ${join(set.map((column) => sql`${ident(column.name)} = ${becoming(column)}`))}
    from ${recordsByKey(range, disposition)}
    where ${keyMatch(range.contract)}
      and ${rowDiffers(range.contract, range.filled)}
      and ${beats(range.contract, comparable)}`;
}

/**
 * Judges again, one row at a time in the server: for new records after a 23505, and for changed ones whose row is gone.
 * Names its arbiter, so that a violation of another unique index is an error and not silence. Answers how many were
 * inserted and updated; the rest of the range stood in the target as it is, or newer.
 * @param update DO NOTHING, or DO UPDATE.
 */
export function insertOrJudge(range: RecordRange, disposition: Written, update: Sql): Sql {
  return sql`
    with written as (
      insert into ${target(range)} as t (${names(givenColumns(range))})${overriding(range)}
      select ${values(givenColumns(range))}
      from ${records(range, disposition)}
      on conflict ${arbiterOf(range.contract)} ${update}
      returning ${isNewRow(range)} as is_new
    )
    select
      pg_catalog.count(*) filter (where is_new)::integer as inserted,
      pg_catalog.count(*) filter (where not is_new)::integer as updated
    from written`;
}

/**
 * Of RETURNING: the row of ON CONFLICT is new. Its xmax tells, but a row on its way into a partitioned table has none: there the
 * key is looked up among the rows that the statement began with, and one that somebody else inserts meanwhile counts as new.
 */
export function isNewRow(range: RecordRange): Sql {
  const { contract } = range;
  return sql`(case
        when (select pg_class.relkind operator(pg_catalog.=) 'p'::pg_catalog."char"
          from pg_catalog.pg_class where (pg_class.oid operator(pg_catalog.=) ${contract.target.oid}::pg_catalog.oid))
          then not exists (select from ${target(range)} as before where ${join([keyMatch(contract, (column) => sql`before.${ident(column.name)}`), isCovered(contract, sql`before`) ?? []].flat(), ' and ')})
        else (t.xmax operator(pg_catalog.=) 0)
      end)`;
}

/** Of ON CONFLICT: the row stays as it is. */
export const doNothing = sql`do nothing`;

/** Of ON CONFLICT: the row becomes the record, where it differs and is beaten. */
export function doUpdate(range: RecordRange, beats: Beats): Sql {
  const { contract } = range;
  const given = givenColumns(range);
  const set = writtenColumns(contract, given);
  if (set.length === 0) return doNothing;
  return sql`do update
        set ${join(set.map((column: ContractColumn) => sql`${ident(column.name)} = ${becomingExcluded(column)}`))}
        where ${rowDiffers(contract, given, excluded)}
          and ${beats(contract, excluded)}`;
}

/** The rows of records that ask for it go. */
export function deleteMatching(range: RecordRange): Sql {
  return sql`
    delete from ${target(range)} as t
    using ${records(range, 'deleted')}
    where ${keyMatch(range.contract)}`;
}

/** ON CONFLICT, which other rules judge again by, locks rows also where it leaves them. */
export function holdRows(range: RecordRange, disposition: Written): Sql {
  return sql`
    select
    from ${records(range, disposition)}
    join ${target(range)} as t on ${keyMatch(range.contract)}
    for no key update of t`;
}

/** Rows that still differ, with their number: { inserted: 0, updated }. */
export function updateCounting(range: RecordRange, disposition: Written): Sql {
  if (writtenColumns(range.contract, range.filled).length === 0) return sql`select 0 as inserted, 0 as updated`;
  return sql`
    with written as (${updateDiffering(range, always, disposition)}
      returning 1
    )
    select 0 as inserted, pg_catalog.count(*)::pg_catalog.int4 as updated
    from written`;
}
