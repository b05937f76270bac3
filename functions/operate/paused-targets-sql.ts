import type { TargetName } from '../core/target-name.ts';
import { sql, type Sql } from '../core/sql.ts';

/** What the database and the ledger know of a table. */
export interface KnownTarget {
  /** There is such a table. */
  readonly is_there: boolean;
  /** A load merged into it, or was about to. */
  readonly is_loaded: boolean;
}

/** One row. */
export function selectKnownTarget({ schema, table }: TargetName, target: string): Sql {
  return sql`
    select
      exists (
        select
        from pg_catalog.pg_class
        join pg_catalog.pg_namespace on (pg_namespace.oid operator(pg_catalog.=) pg_class.relnamespace)
        where (pg_namespace.nspname operator(pg_catalog.=) ${schema})
          and (pg_class.relname operator(pg_catalog.=) ${table})
          and (pg_class.relkind operator(pg_catalog.=) any (array['r', 'p']::pg_catalog."char"[]))
      ) as is_there,
      exists (
        select
        from landfall.loads
        where (loads.target operator(pg_catalog.=) ${target})
          and (loads.gated_at is not null)
      ) as is_loaded`;
}

/** Tables that a load could have for its target, at most 10,000: what a mistyped name may have meant. */
export function selectTables(): Sql {
  return sql`
    select pg_namespace.nspname::pg_catalog.text as schema, pg_class.relname::pg_catalog.text as table
    from pg_catalog.pg_class
    join pg_catalog.pg_namespace on (pg_namespace.oid operator(pg_catalog.=) pg_class.relnamespace)
    where (pg_class.relkind operator(pg_catalog.=) any (array['r', 'p']::pg_catalog."char"[]))
      and (pg_class.relpersistence operator(pg_catalog.=) 'p')
      and (pg_namespace.nspname operator(pg_catalog.!~) '^(pg_|information_schema$|landfall)')
    order by 1, 2
    limit 10000`;
}
