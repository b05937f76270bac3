import { keyColumns } from '../core/arbiter/key-columns.ts';
import { incoming } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { join, sql, trustedSql, type Sql } from '../core/sql.ts';

/**
 * SHA-256 of the key of the staged record `s`: the same for keys that the types of the target call equal. Numbers without zeros that say
 * nothing, blank-padded and case-insensitive text as it is compared, all else as PostgreSQL prints it as JSON.
 */
export function keyHash(contract: Contract): Sql {
  const values = keyColumns(contract).map((column) => sql`pg_catalog.to_jsonb(${canonical(column)})`);
  return sql`pg_catalog.sha256(pg_catalog.convert_to((pg_catalog.jsonb_build_array(${join(values)}))::pg_catalog.text, 'UTF8'))`;
}

function canonical(column: ContractColumn): Sql {
  const value = incoming(column);
  if (/^numeric\b/.test(column.type)) return sql`pg_catalog.trim_scale(${value})`;
  if (/^character\(\d+\)$/.test(column.type)) return sql`pg_catalog.rtrim((${value})::pg_catalog.text)`;
  if (/\bcitext"?$/.test(column.type)) return sql`pg_catalog.lower((${value})::pg_catalog.text)`;
  return value;
}

/** The key of the record `s` was deleted by an object that is newer than that of the load. */
export function isBuried(contract: Contract, loadId: number): Sql {
  return sql`exists (
        select
        from landfall.tombstones
        where (tombstones.table_oid operator(pg_catalog.=) ${trustedSql(String(contract.target.oid))}::pg_catalog.oid)
          and (tombstones.key_hash operator(pg_catalog.=) ${keyHash(contract)})
          and (tombstones.deleted_at operator(pg_catalog.>) (
            select coalesce(loads.object_modified, loads.started_at) from landfall.loads where (loads.load_id operator(pg_catalog.=) ${trustedSql(String(loadId))})
          ))
      )`;
}
