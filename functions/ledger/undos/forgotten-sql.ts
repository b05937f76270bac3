import { sql, type Sql } from '../../core/sql.ts';

/**
 * Gives up the journals of loads that ended more days ago than their contracts keep it, `most` of them; not of one that is being undone, whose lease is
 * there. From here on they cannot be undone, and their rows may go. Goes from load to load of the journal by its key.
 */
export function updateForgottenJournals(most: number): Sql {
  return sql`
    with recursive journalled (load_id) as (
      (select journal.load_id from landfall.journal order by journal.load_id limit 1)
      union all
      select (
        select journal.load_id
        from landfall.journal
        where (journal.load_id operator(pg_catalog.>) journalled.load_id)
        order by journal.load_id
        limit 1
      )
      from journalled
      where (journalled.load_id is not null)
    )
    update landfall.loads
    set journal_forgotten_at = pg_catalog.clock_timestamp()
    where (loads.load_id operator(pg_catalog.=) any (array(
      select old.load_id
      from journalled
      join landfall.loads as old on (old.load_id operator(pg_catalog.=) journalled.load_id)
      where (old.journal_forgotten_at is null)
        and (old.ended_at operator(pg_catalog.<) (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(
          days => coalesce((old.contract operator(pg_catalog.#>>) '{undo,days}'::pg_catalog.text[])::pg_catalog.int4, 0))))
        and not exists (select from landfall.leases where (leases.load_id operator(pg_catalog.=) old.load_id))
      order by old.load_id
      limit ${most}
    )))`;
}

/** Deletes chunks of journals that are given up, `most` of them. */
export function deleteForgottenJournals(most: number): Sql {
  return sql`
    delete from landfall.journal
    where (journal.ctid operator(pg_catalog.=) any (array(
      select old.ctid
      from landfall.loads
      join landfall.journal as old on (old.load_id operator(pg_catalog.=) loads.load_id)
      where (loads.journal_forgotten_at is not null)
      order by old.load_id, old.chunk
      limit ${most}
    )))`;
}
