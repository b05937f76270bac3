import { becoming, comparable, excluded, keyMatch, rowDiffers, writtenColumns } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { arbiterOf } from '../core/arbiter/covered.ts';
import { merged } from '../core/merge/merged.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { defaulted, insertPlainly, isNewRow } from './keyed-sql.ts';
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
import { noRefusal } from './refusal.ts';
import type { ConflictRule } from './rule.ts';

/**
 * What the file says is written, and where it says nothing (NULL, or no such column) the row keeps what it has. A new row takes the
 * column's default there. Records of one key say together what they say one after the other.
 */
export const patch = {
  name: 'patch',
  words: ['patch'],
  summary: 'values are written, an empty cell leaves what the row has',
  settings: {},
  keeps: 'its records are taken together, one after the other',
  demands: { key: true, update: true, insert: true },
  keepsWhereNull: true,
  versionColumns: () => [],
  duplicates: {
    order: () => sql`place desc`,
    contradict: false,
    folds: true,
    words: () => 'the last one was kept, with the values of those before it where it has none',
  },
  classify: {
    differs: (contract, filled) => says(contract, filled, comparable),
    differing: () => letter('changed'),
    refusals: noRefusal,
  },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => updateSaid(range, 'changed'),
    hold: null,
    judgeAgain: patchOrInsert,
    leavesDiffering: false,
  },
} as const satisfies ConflictRule;

/** Some value of the record is another than the row's. */
function says(contract: Contract, filled: readonly ContractColumn[], ours: typeof comparable): Sql {
  const columns = writtenColumns(contract, filled);
  if (columns.length === 0) return sql`false`;
  const said = columns.map(({ keptWhereNull: _judgedHere, ...column }) => {
    const mine = ours === excluded ? excluded(column) : sql`s.${ident(column.name)}`;
    // no cast sees a NULL, which a domain may refuse
    return sql`(case when (${mine} is null) then false else ${rowDiffers(contract, [column], ours)} end)`;
  });
  return sql`(${join(said, ' or ')})`;
}

function updateSaid(range: RecordRange, disposition: Written): Sql {
  const { contract, filled } = range;
  const set = writtenColumns(contract, filled);
  return sql`
    update ${target(range)} as t
    set ${join(set.map((column) => sql`${ident(column.name)} = ${becoming(column)}`))}
    from ${recordsByKey(range, disposition)}
    where ${keyMatch(contract)}
      and ${says(contract, filled, comparable)}`;
}

function keptOr(column: ContractColumn): Sql {
  const theirs = sql`t.${ident(column.name)}`;
  return merged(column, theirs, sql`coalesce(${excluded(column)}, ${theirs})`);
}

/**
 * Rows that are there are patched, others inserted: a NULL that a column refuses is no fault of a record whose row has a value.
 * ON CONFLICT is for who inserts the key in that very moment.
 */
function patchOrInsert(range: RecordRange, disposition: Written): Sql {
  const { contract, filled } = range;
  const given = givenColumns(range);
  const own = writtenColumns(contract, given);
  const kept = own.map((column) => sql`${ident(column.name)} = ${keptOr(column)}`);
  const update =
    own.length === 0 ? sql`do nothing` : sql`do update set ${join(kept)} where ${says(contract, given, excluded)}`;
  const patched =
    writtenColumns(contract, filled).length === 0
      ? sql`select 1 where false`
      : sql`${updateSaid(range, disposition)} returning 1`;
  return sql`
    with
    patched as (${patched}),
    added as (
      insert into ${target(range)} as t (${names(given)})${overriding(range)}
      select ${values(given)}
      from ${records(range, disposition)}
      where not exists (select from ${target(range)} as t where ${keyMatch(contract)})
      on conflict ${arbiterOf(contract)} ${update}
      returning ${isNewRow(range)} as is_new
    )
    select
      (select pg_catalog.count(*) from added where is_new)::pg_catalog.int4 as inserted,
      ((select pg_catalog.count(*) from patched)
        operator(pg_catalog.+) (select pg_catalog.count(*) from added where not is_new))::pg_catalog.int4 as updated`;
}
