import { sql, type Sql } from '../../core/sql.ts';

/** A role that owns something of the ledger, and those, superusers apart, that can become it. */
export interface LedgerOwnerFacts {
  readonly owner: string;
  readonly others: readonly string[];
}

/** One row a role. */
export function selectLedgerOwners(): Sql {
  return sql`
    select
      owner.rolname::pg_catalog.text as owner,
      array(
        select distinct member.rolname::pg_catalog.text
        from pg_catalog.pg_auth_members
        join pg_catalog.pg_roles as member on (member.oid operator(pg_catalog.=) pg_auth_members.member)
        where (pg_auth_members.roleid operator(pg_catalog.=) owner.oid) and not member.rolsuper
        order by 1
      ) as others
    from pg_catalog.pg_roles as owner
    where (
        owner.oid operator(pg_catalog.=) any (
          select nspowner
          from pg_catalog.pg_namespace
          where (nspname operator(pg_catalog.=) any (array['landfall', 'landfall_staging']::pg_catalog.name[]))
          union
          select relowner
          from pg_catalog.pg_class
          join pg_catalog.pg_namespace on (pg_namespace.oid operator(pg_catalog.=) pg_class.relnamespace)
          where (nspname operator(pg_catalog.=) 'landfall')
        )
      )
    order by owner.rolname`;
}
