import type { TargetTable } from '../core/contract.ts';
import { sql, type Sql } from '../core/sql.ts';

/** Sequences that the defaults of these columns draw from and the role may not: their names as SQL. Those of identities ask nobody. */
export function selectDeniedSequences(target: TargetTable, columns: readonly string[]): Sql {
  return sql`
    select distinct drawn.refobjid::pg_catalog.regclass::pg_catalog.text as sequence
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_attrdef as d
      on (d.adrelid operator(pg_catalog.=) a.attrelid) and (d.adnum operator(pg_catalog.=) a.attnum)
    join pg_catalog.pg_depend as drawn
      on (drawn.classid operator(pg_catalog.=) 'pg_catalog.pg_attrdef'::pg_catalog.regclass)
      and (drawn.objid operator(pg_catalog.=) d.oid)
      and (drawn.refclassid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass)
    join pg_catalog.pg_sequence as s on (s.seqrelid operator(pg_catalog.=) drawn.refobjid)
    where (a.attrelid operator(pg_catalog.=) ${target.oid}::pg_catalog.oid)
      and (a.attname operator(pg_catalog.=) any (${columns}::pg_catalog.text[]))
      and (not pg_catalog.has_sequence_privilege(s.seqrelid, 'usage, update'))
    order by sequence`;
}

/** The role that the session works as, as SQL. */
export const selectRole: Sql = sql`select pg_catalog.quote_ident(current_user) as role`;
