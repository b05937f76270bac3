import { ruleOf } from '../../conflict/all.ts';
import { records, type RecordRange, target, type Written } from '../../conflict/range-sql.ts';
import { keyColumns } from '../../core/arbiter/key-columns.ts';
import { incoming, keyMatch } from '../../core/comparison.ts';
import type { Contract } from '../../core/contract.ts';
import { ident, join, literal, sql, type Sql } from '../../core/sql.ts';
import { recordNoOf } from '../../core/staging.ts';

/** Keys or images of 500 records that stand together are a row of the journal: 100 kB where a row has 200 bytes. */
const chunkRecords = 500;

/** What a statement of the journal is about. */
export interface Journalled {
  readonly loadId: number;
  readonly batch: number;
}

const keyName = (i: number): Sql => ident(`k${i + 1}`);

/** Keeps the keys of records that are about to be inserted: of all, or of those whose key the target does not have. Answers { rows }. */
export function insertKeys(
  range: RecordRange,
  { loadId, batch }: Journalled,
  { disposition, absent }: { readonly disposition: Written; readonly absent: boolean },
): Sql {
  const { contract } = range;
  const keys = keyColumns(contract);
  const isAbsent = absent
    ? sql`
        where not exists (select from ${target(range)} as t where ${keyMatch(contract)})`
    : sql``;
  return sql`
    with kept as (
      insert into landfall.journal (load_id, batch, kind, rows, written_by, keys)
      select ${loadId}::pg_catalog.int8, ${batch}::pg_catalog.int4, 'inserted', pg_catalog.count(*),
        pg_catalog.pg_current_xact_id(), array[${join(keys.map((_, i) => sql`pg_catalog.array_agg(l.${keyName(i)})`))}]
      from (
        select ${chunkOf(recordNoOf(sql`s`))} as chunk,
          ${join(keys.map((column, i) => sql`(${incoming(column)})::pg_catalog.text as ${keyName(i)}`))}
        from ${records(range, disposition)}${isAbsent}
      ) as l
      group by l.chunk
      order by l.chunk
      returning journal.rows
    )
    ${howMany}`;
}

/** Locks the rows that records of this disposition update or delete, and keeps them as they are. Answers { rows }. */
export function insertImages(range: RecordRange, place: Journalled, disposition: Written): Sql {
  const { contract, filled } = range;
  const isDeletion = disposition === 'deleted';
  const differs = sql`
          and ${ruleOf(contract).classify.differs(contract, filled)}`;
  return insertLocked(contract, place, {
    isDeletion,
    number: recordNoOf(sql`s`),
    rows: sql`${records(range, disposition)}
        join ${target(range)} as t on ${keyMatch(contract)}
        where true${isDeletion ? sql`` : differs}`,
  });
}

/**
 * The same of rows `t` that a FROM names, each with a number by which they are put together.
 * FOR UPDATE waits for whoever writes such a row, and what is kept is the row that he leaves behind.
 */
export function insertLocked(
  { target: { oid } }: Contract,
  { loadId, batch }: Journalled,
  { isDeletion, number, rows }: { readonly isDeletion: boolean; readonly number: Sql; readonly rows: Sql },
): Sql {
  return sql`
    with kept as (
      insert into landfall.journal (load_id, batch, kind, rows, written_by, columns, images)
      select ${loadId}::pg_catalog.int8, ${batch}::pg_catalog.int4, ${literal(isDeletion ? 'deleted' : 'updated')}, pg_catalog.count(*),
        pg_catalog.pg_current_xact_id(), (
          select pg_catalog.array_agg(att.attnum order by att.attnum)
          from pg_catalog.pg_attribute as att
          where (att.attrelid operator(pg_catalog.=) ${oid}::pg_catalog.oid)
            and (att.attnum operator(pg_catalog.>) 0)
            and (not att.attisdropped)
        ),
        pg_catalog.array_agg(l.image)
      from (
        select ${chunkOf(number)} as chunk, row(t.*)::pg_catalog.text as image
        from ${rows}
        for ${isDeletion ? sql`update` : sql`no key update`} of t
      ) as l
      group by l.chunk
      order by l.chunk
      returning journal.rows
    )
    ${howMany}`;
}

function chunkOf(number: Sql): Sql {
  return sql`(${number} operator(pg_catalog./) ${chunkRecords}::pg_catalog.int4)`;
}

const howMany = sql`select coalesce(pg_catalog.sum(rows), 0)::pg_catalog.int4 as rows from kept`;
