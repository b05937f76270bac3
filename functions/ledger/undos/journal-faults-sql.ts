import type { Contract } from '../../core/contract.ts';
import { sql, type Sql } from '../../core/sql.ts';

/** Answers { dropped, copied }: columns that images have and the table has no more; whether the journal was brought here from another server, or is so old that numbers of transactions came round. */
export function selectJournalFaults({ target }: Pick<Contract, 'target'>, loadId: number): Sql {
  return sql`
    select
      coalesce(pg_catalog.bool_or(exists (
        select
        from pg_catalog.unnest(journal.columns) as had (attnum)
        where not exists (
          select
          from pg_catalog.pg_attribute as att
          where (att.attrelid operator(pg_catalog.=) ${target.oid}::pg_catalog.oid)
            and (att.attnum operator(pg_catalog.=) had.attnum)
            and (not att.attisdropped)
        )
      )), false) as dropped,
      coalesce(pg_catalog.bool_or(
        (((journal.xmin::pg_catalog.text::pg_catalog.int8 operator(pg_catalog.-) journal.written_by::pg_catalog.text::pg_catalog.int8)
          operator(pg_catalog.&) 4294967295) operator(pg_catalog.>) 16777216)
        or (pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8
          operator(pg_catalog.-) journal.written_by::pg_catalog.text::pg_catalog.int8) not between 0 and 2147483648
      ), false) as copied
    from landfall.journal
    where (journal.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}

/** Every column of the table, in its order: { columns }. */
export function selectTableColumns({ target: { oid } }: Contract): Sql {
  return sql`
    select pg_catalog.array_agg(att.attname::pg_catalog.text order by att.attnum) as columns
    from pg_catalog.pg_attribute as att
    where (att.attrelid operator(pg_catalog.=) ${oid}::pg_catalog.oid)
      and (att.attnum operator(pg_catalog.>) 0)
      and (not att.attisdropped)`;
}
