import { isCovered } from '../../core/arbiter/covered.ts';
import { keyColumns } from '../../core/arbiter/key-columns.ts';
import { areEqual } from '../../core/comparison.ts';
import type { Contract, ContractColumn } from '../../core/contract.ts';
import { ident, join, literal, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { typeSql } from '../../core/type-name.ts';
import { HIDDEN } from '../rejects/shown-text.ts';
import type { Reference } from './references-sql.ts';

/** What a load did with the rows of a chunk of its journal. */
export type JournalKind = 'inserted' | 'updated' | 'deleted';

/** Places [from, to) of a chunk, from 1; a chunk that is null stands for all of a kind. */
export interface JournalRange {
  readonly loadId: number;
  readonly kind: JournalKind;
  readonly chunk: number | null;
  readonly from: number;
  readonly to: number;
}

/** What the statements here are told of the target: as the catalogue has it now. */
export interface UndoneTarget {
  readonly contract: Contract;
  /** Columns of the table that are computed: no value is given to them. */
  readonly generated: readonly string[];
  /** Every column of it, in its order. */
  readonly columns: readonly string[];
  readonly references: readonly Reference[];
}

/** Why a row stays as it is. */
export type WhyKept = 'changed' | 'deleted' | 'made' | 'referenced' | 'refused';

/** What of the target journalled rows are read by. */
export interface JournalledTable {
  readonly target: Contract['target'];
  readonly dataset: string;
  readonly businessKey: readonly string[];
  readonly columns: readonly Pick<ContractColumn, 'name' | 'type'>[];
}

function tableOf({ contract: { target } }: UndoneTarget): Sql {
  return ident(target.schema, target.table);
}

/** Of the key's column i, from 0. */
export const keyName = (i: number): Sql => ident(`k${i + 1}`);

/**
 * Over 250 lines: one table of what a row may be beside its journal, said for looking, listing and writing, each of which has to mean the same.
 *
 * The journalled rows of a range as `j`: chunk, place i, the xmin x of a row that nobody wrote since, and the key k1, k2, ...; of rows that were
 * updated or deleted also the row r as it was. Columns that the table got since then are NULL in it. `offset 0` has each image read once.
 */
export function journalled(
  { contract }: { readonly contract: JournalledTable },
  { loadId, kind, chunk, from, to }: JournalRange,
): Sql {
  const keys = keyColumns(contract);
  const { schema, table } = contract.target;
  const rows =
    kind === 'inserted'
      ? sql`
        select journal.chunk, each.i, journal.xmin as x, ${join(
          keys.map(({ type }, i) => sql`each.${keyName(i)}::${typeSql(type)} as ${keyName(i)}`),
        )}
        from landfall.journal
        cross join lateral rows from (${join(
          keys.map((_, i) => sql`pg_catalog.unnest(journal.keys[${literalInt(i + 1)}:${literalInt(i + 1)}])`),
        )}) with ordinality as each (${join([...keys.map((_, i) => keyName(i)), sql`i`])})`
      : sql`
        select image.chunk, image.i, image.x, image.r, ${join(
          keys.map(({ name }, i) => sql`(image.r).${ident(name)} as ${keyName(i)}`),
        )}
        from (
          select journal.chunk, each.i, journal.xmin as x, ${widened()}::${ident(schema, table)} as r
          from landfall.journal
          cross join lateral pg_catalog.unnest(journal.images) with ordinality as each (image, i)
          ${within()}
          offset 0
        ) as image`;
  function within(): Sql {
    return sql`where (journal.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
            and (journal.kind operator(pg_catalog.=) ${kind})
            ${chunk === null ? sql`` : sql`and (journal.chunk operator(pg_catalog.=) ${chunk}::pg_catalog.int8)`}
            and (each.i operator(pg_catalog.>=) ${from}::pg_catalog.int8)
            and (each.i operator(pg_catalog.<) ${to}::pg_catalog.int8)`;
  }
  return sql`(${rows}
        ${kind === 'inserted' ? sql`${within()} offset 0` : sql``}
      ) as j`;

  function widened(): Sql {
    const more = sql`(pg_catalog.cardinality(${numbersNow(contract)}) operator(pg_catalog.-) pg_catalog.cardinality(journal.columns))`;
    return sql`(case
            when (${more} operator(pg_catalog.=) 0) then each.image
            else pg_catalog.concat(pg_catalog.left(each.image, -1), pg_catalog.repeat(',', ${more}), ')')
          end)`;
  }
}

function literalInt(value: number): Sql {
  return trustedSql(String(Math.trunc(value)));
}

/** Numbers of the target's columns as they are now. */
function numbersNow({ target: { oid } }: JournalledTable): Sql {
  return sql`(
            select pg_catalog.array_agg(att.attnum order by att.attnum)
            from pg_catalog.pg_attribute as att
            where (att.attrelid operator(pg_catalog.=) ${oid}::pg_catalog.oid)
              and (att.attnum operator(pg_catalog.>) 0)
              and (not att.attisdropped)
          )`;
}

/** The row `t` is that of `j`. */
function isSameRow({ contract }: UndoneTarget): Sql {
  const same = keyColumns(contract).map((column, i) => {
    const { name, collation } = column;
    const key = sql`j.${keyName(i)}`;
    return areEqual(
      column,
      sql`t.${ident(name)}`,
      collation === null ? key : sql`(${key} collate ${trustedSql(collation)})`,
    );
  });
  return join([...same, isCovered(contract, sql`t`) ?? []].flat(), ' and ');
}

/** Nobody wrote the row `t` since the load did. */
const isUnchanged = sql`(t.xmin operator(pg_catalog.=) j.x)`;

function isAbsent({ contract: { businessKey } }: UndoneTarget): Sql {
  return sql`(t.${ident(businessKey[0] ?? '')} is null)`;
}

/** Rows of other tables refer to the row `t`, or rows of its own that do not go with it. */
function isReferenced({ contract, references }: UndoneTarget): Sql {
  const { oid } = contract.target;
  const each = references.map(({ schema, table, oid: child, columns, isReadable }) => {
    if (!isReadable) return sql`false`;
    const same = columns.map(
      ({ parent, child: name, operator }) => sql`(t.${ident(parent)} ${trustedSql(operator)} child.${ident(name)})`,
    );
    const isOwn = child === oid ? sql` and (child.xmin operator(pg_catalog.<>) j.x)` : sql``;
    return sql`exists (select from ${ident(schema, table)} as child where ${join(same, ' and ')}${isOwn})`;
  });
  return each.length === 0 ? sql`false` : sql`(${join(each, ' or ')})`;
}

/** Locks the rows of the range that nobody wrote since, so that nobody does until they are as they were. Answers { rows }. */
export function lockUnchanged(target: UndoneTarget, range: JournalRange): Sql {
  return sql`
    select pg_catalog.count(*)::pg_catalog.int4 as rows
    from (
      select
      from ${journalled(target, range)}
      join ${tableOf(target)} as t on ${isSameRow(target)}
      where ${isUnchanged}
      for update of t
    ) as locked`;
}

/** Why the row of `j` stays as it is, or null. */
function whyKept(target: UndoneTarget, kind: JournalKind): Sql {
  switch (kind) {
    case 'inserted':
      return sql`(case
          when ${isAbsent(target)} then null
          when not ${isUnchanged} then 'changed'
          when ${isReferenced(target)} then 'referenced'
        end)`;
    case 'updated':
      return sql`(case
          when ${isAbsent(target)} then 'deleted'
          when ${isUnchanged} or (row(t.*)::pg_catalog.text operator(pg_catalog.=) row((j.r).*)::pg_catalog.text) then null
          else 'changed'
        end)`;
    case 'deleted':
      return sql`(case
          when ${isAbsent(target)} or (row(t.*)::pg_catalog.text operator(pg_catalog.=) row((j.r).*)::pg_catalog.text) then null
          else 'made'
        end)`;
  }
}

/** Lists the rows of the range that stay, with their keys in words. */
export function insertKept(target: UndoneTarget, range: JournalRange): Sql {
  return sql`
    insert into landfall.undo_kept (load_id, chunk, place, why, key, message)
    select ${range.loadId}::pg_catalog.int8, kept.chunk, kept.i, kept.why, kept.key, ${messages}
    from (
      select j.chunk, j.i, ${whyKept(target, range.kind)} as why, ${keyInWords(target.contract)} as key
      from ${journalled(target, range)}
      left join ${tableOf(target)} as t on ${isSameRow(target)}
    ) as kept
    where (kept.why is not null)`;
}

/** Of all rows of a kind, nothing is locked or written: { why, rows }; why is null for those that would be as they were, and 'untouched' for those that are. */
export function countWouldBe(target: UndoneTarget, range: JournalRange): Sql {
  const would: Readonly<Record<JournalKind, Sql>> = {
    inserted: isAbsent(target),
    updated: sql`(not ${isUnchanged})`,
    deleted: sql`(not ${isAbsent(target)})`,
  };
  return sql`
    select coalesce(judged.why, (case when judged.is_done then 'untouched' end)) as why, pg_catalog.count(*)::pg_catalog.int8 as rows
    from (
      select ${whyKept(target, range.kind)} as why, ${would[range.kind]} as is_done
      from ${journalled(target, range)}
      left join ${tableOf(target)} as t on ${isSameRow(target)}
    ) as judged
    group by 1`;
}

/** What is listed of a row that stays, beside its key. */
export const keptMessages: Readonly<Record<Exclude<WhyKept, 'refused'>, string>> = {
  changed: 'others wrote the row since the load did',
  deleted: 'others deleted the row since the load wrote it',
  made: 'others made a row of this key since the load deleted it',
  referenced: 'rows refer to it, which were not there before it',
};

const messages = sql`(case ${join(
  Object.entries(keptMessages).map(
    ([word, message]) => sql`when (kept.why operator(pg_catalog.=) ${literal(word)}) then ${literal(message)}`,
  ),
  ' ',
)} end)`;

/** Deletes, restores or makes again what is not listed: how many rows that are is what it touches. */
export function undoRows(target: UndoneTarget, range: JournalRange): Sql {
  const { contract, generated, columns } = target;
  const from = journalled(target, range);
  const notListed = sql`not exists (
        select
        from landfall.undo_kept as kept
        where (kept.load_id operator(pg_catalog.=) ${range.loadId}::pg_catalog.int8)
          and (kept.chunk operator(pg_catalog.=) j.chunk)
          and (kept.place operator(pg_catalog.=) j.i)
      )`;
  switch (range.kind) {
    case 'inserted':
      return sql`
    delete from ${tableOf(target)} as t
    using ${from}
    where ${isSameRow(target)}
      and ${isUnchanged}
      and ${notListed}`;
    case 'updated': {
      const set = contract.columns.filter(
        ({ name, operation }) => operation !== true && !contract.businessKey.includes(name),
      );
      return sql`
    update ${tableOf(target)} as t
    set ${join(set.map(({ name }) => sql`${ident(name)} = (j.r).${ident(name)}`))}
    from ${from}
    where ${isSameRow(target)}
      and ${isUnchanged}`;
    }
    case 'deleted': {
      const given = columns.filter((name) => !generated.includes(name));
      return sql`
    insert into ${tableOf(target)} (${join(given.map((name) => ident(name)))}) overriding system value
    select ${join(given.map((name) => sql`(j.r).${ident(name)}`))}
    from ${from}
    where not exists (select from ${tableOf(target)} as t where ${isSameRow(target)})
      and ${notListed}`;
    }
  }
}

/** What is still to be undone after that, and is not listed: { place, key }. The target let it not without a word. */
export function selectLeft(target: UndoneTarget, range: JournalRange): Sql {
  const isLeft = range.kind === 'deleted' ? isAbsent(target) : isUnchanged;
  return sql`
    select j.i as place, ${keyInWords(target.contract)} as key
    from ${journalled(target, range)}
    left join ${tableOf(target)} as t on ${isSameRow(target)}
    where ${isLeft}
      and not exists (
        select
        from landfall.undo_kept as kept
        where (kept.load_id operator(pg_catalog.=) ${range.loadId}::pg_catalog.int8)
          and (kept.chunk operator(pg_catalog.=) j.chunk)
          and (kept.place operator(pg_catalog.=) j.i)
      )
    order by j.i`;
}

/** The key of one place in words: { key }. */
export function selectKey(target: UndoneTarget, range: JournalRange): Sql {
  return sql`select ${keyInWords(target.contract)} as key from ${journalled(target, range)}`;
}

function keyInWords(contract: Contract): Sql {
  const words = keyColumns(contract).map(({ name, sensitive }, i) => {
    const value = sensitive === true ? sql`${literal(HIDDEN)}::pg_catalog.text` : sql`j.${keyName(i)}::pg_catalog.text`;
    return sql`${literal(`${name}=`)}::pg_catalog.text operator(pg_catalog.||) coalesce(${value}, 'NULL')`;
  });
  return join(words, ` operator(pg_catalog.||) ', '::pg_catalog.text operator(pg_catalog.||) `);
}
