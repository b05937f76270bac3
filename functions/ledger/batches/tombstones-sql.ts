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
