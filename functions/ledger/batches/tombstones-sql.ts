import { keyHash } from '../../conflict/tombstones-sql.ts';
import type { Asked } from '../../conflict/rule.ts';
import type { Contract } from '../../core/contract.ts';
import { dispositions } from '../../core/dispositions.ts';
import { ident, literal, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { recordNoOf, typedTable, verdictsTable } from '../../core/staging.ts';

/**
 * A tombstone for each accepted record of a slice that asks that its row goes, whether one is there or not: a file that is older may
 * come later. Of two that say so the newer one counts.
 */
export function insertTombstones(contract: Contract, asked: Asked, loadId: number, slice: number): Sql {
  const { rejected, duplicate } = dispositions;
  return sql`
    insert into landfall.tombstones (table_oid, key_hash, deleted_at, load_id)
    select ${contract.target.oid}::pg_catalog.oid, ${keyHash(contract)}, coalesce(loads.object_modified, loads.started_at), loads.load_id
    from (
      select *
      from ${typedTable(loadId, slice)} as typed
      where ${asked.isDeletion(sql`typed.${ident(asked.column)}`)}
        and not exists (
          select
          from ${verdictsTable(loadId)} as v
          where (v.slice operator(pg_catalog.=) ${trustedSql(String(slice))})
            and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`typed`)})
            and (v.disposition operator(pg_catalog.=) any (array[${literal(rejected.letter)}, ${literal(duplicate.letter)}]::pg_catalog."char"[]))
        )
      offset 0
    ) as s
    join landfall.loads on (loads.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
    on conflict (table_oid, key_hash) do update
      set deleted_at = excluded.deleted_at, load_id = excluded.load_id
      where (excluded.deleted_at operator(pg_catalog.>) tombstones.deleted_at)`;
}

/** Forgets tombstones of a dataset's loads that ended so many days ago and go on no more, `most` of them, those of the oldest loads first. */
export function deleteOldTombstones({
  dataset,
  days,
  most,
}: {
  readonly dataset: string;
  readonly days: number;
  readonly most: number;
}): Sql {
  return sql`
    delete from landfall.tombstones
    where (tombstones.ctid operator(pg_catalog.=) any (array(
      select old.ctid
      from landfall.loads
      join landfall.tombstones as old on (old.load_id operator(pg_catalog.=) loads.load_id)
      where (loads.dataset operator(pg_catalog.=) ${dataset})
        and (loads.outcome operator(pg_catalog.=) 'LOADED')
        and (loads.ended_at operator(pg_catalog.<) (pg_catalog.clock_timestamp()
          operator(pg_catalog.-) pg_catalog.make_interval(days => ${days}::pg_catalog.int4)))
      order by old.load_id
      limit ${most}
    )))`;
}
