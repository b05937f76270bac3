import { literal, sql, type Sql } from '../core/sql.ts';
import type { TargetName } from '../core/target-name.ts';

/** Code that PostgreSQL runs with the rights of whoever loads a table, and whose it is. */
export interface OwnCode {
  /** Of the table in the list that was asked for, from 0. */
  readonly place: number;
  readonly kind: 'function' | 'domain' | 'type' | 'table';
  /** Qualified, as PostgreSQL prints it. */
  readonly name: string;
  readonly owner: string;
  /** It is a function in a language that may write: all but C and internal, which only a superuser makes. */
  readonly mayWrite: boolean;
}

/** PostgreSQL's own objects have smaller numbers. */
const firstOfUsers = sql`16384::pg_catalog.oid`;

const oidOf = (catalogue: string): Sql =>
  sql`${literal(`pg_catalog.${catalogue}`)}::pg_catalog.regclass::pg_catalog.oid`;

/**
 * For each table: itself, its partitions, the types of its columns, and each function that the catalogue knows to be called for a
 * row: by triggers, CHECKs, defaults, generated columns, indexes, rules, policies, domains, casts, and by those functions where
 * their bodies are parsed. What a body of text calls nobody knows beforehand. Owners may change all of it at any time.
 */
export function selectOwnCode(tables: readonly TargetName[]): Sql {
  return sql`
    with recursive targets as (
      select (wanted.place operator(pg_catalog.-) 1)::pg_catalog.int4 as place, member.oid
      from unnest(${tables.map(({ schema }) => schema)}::pg_catalog.text[], ${tables.map(({ table }) => table)}::pg_catalog.text[])
        with ordinality as wanted (schema, name, place)
      join pg_catalog.pg_namespace as n on (n.nspname operator(pg_catalog.=) wanted.schema)
      join pg_catalog.pg_class as c on (c.relnamespace operator(pg_catalog.=) n.oid) and (c.relname operator(pg_catalog.=) wanted.name)
      cross join lateral (
        select c.oid
        union
        select leaf.relid::pg_catalog.oid from pg_catalog.pg_partition_tree(c.oid::pg_catalog.regclass) as leaf
      ) as member (oid)
    ),
    used (place, class, object) as (
      ${startsOf}
      union
      ${stepOf}
    )
    select distinct used.place, found.kind, found.name, pg_catalog.pg_get_userbyid(found.owner)::pg_catalog.text as owner,
      found.may_write as "mayWrite"
    from used
    cross join lateral (${namesOf}) as found
    order by used.place, found.kind, found.name`;
}

const startsOf = sql`
      select targets.place, ${oidOf('pg_class')}, targets.oid from targets
      union all
      select targets.place, ${oidOf('pg_trigger')}, t.oid from targets
      join pg_catalog.pg_trigger as t on (t.tgrelid operator(pg_catalog.=) targets.oid) and (not t.tgisinternal)
      union all
      select targets.place, ${oidOf('pg_constraint')}, k.oid from targets
      join pg_catalog.pg_constraint as k on (k.conrelid operator(pg_catalog.=) targets.oid) and (k.contype operator(pg_catalog.<>) 'f')
      union all
      select targets.place, ${oidOf('pg_attrdef')}, d.oid from targets
      join pg_catalog.pg_attrdef as d on (d.adrelid operator(pg_catalog.=) targets.oid)
      union all
      select targets.place, ${oidOf('pg_class')}, i.indexrelid from targets
      join pg_catalog.pg_index as i on (i.indrelid operator(pg_catalog.=) targets.oid)
      union all
      select targets.place, ${oidOf('pg_rewrite')}, r.oid from targets
      join pg_catalog.pg_rewrite as r on (r.ev_class operator(pg_catalog.=) targets.oid)
      union all
      select targets.place, ${oidOf('pg_policy')}, p.oid from targets
      join pg_catalog.pg_policy as p on (p.polrelid operator(pg_catalog.=) targets.oid)`;

// a domain's constraints, a composite type's columns and the casts of a type depend on it, and not it on them
const stepOf = sql`
      select used.place, step.class, step.object
      from used
      cross join lateral (
        select d.refclassid, d.refobjid
        from pg_catalog.pg_depend as d
        where (d.classid operator(pg_catalog.=) used.class)
          and (d.objid operator(pg_catalog.=) used.object)
          and (d.refobjid operator(pg_catalog.>=) ${firstOfUsers})
          and (d.refclassid operator(pg_catalog.=) any (array[${oidOf('pg_proc')}, ${oidOf('pg_type')}, ${oidOf('pg_operator')}]))
        union all
        select ${oidOf('pg_constraint')}, k.oid
        from pg_catalog.pg_constraint as k
        where (used.class operator(pg_catalog.=) ${oidOf('pg_type')})
          and (k.contypid operator(pg_catalog.=) used.object)
        union all
        select ${oidOf('pg_class')}, t.typrelid
        from pg_catalog.pg_type as t
        where (used.class operator(pg_catalog.=) ${oidOf('pg_type')})
          and (t.oid operator(pg_catalog.=) used.object)
          and (t.typrelid operator(pg_catalog.<>) 0::pg_catalog.oid)
        union all
        select ${oidOf('pg_proc')}, c.castfunc
        from pg_catalog.pg_cast as c
        where (used.class operator(pg_catalog.=) ${oidOf('pg_type')})
          and ((c.castsource operator(pg_catalog.=) used.object) or (c.casttarget operator(pg_catalog.=) used.object))
          and (c.castfunc operator(pg_catalog.>=) ${firstOfUsers})
      ) as step (class, object)`;

const namesOf = sql`
      select
        'function' as kind, p.oid::pg_catalog.regprocedure::pg_catalog.text as name, p.proowner as owner,
        (l.lanname operator(pg_catalog.<>) all (array['c', 'internal'])) as may_write
      from pg_catalog.pg_proc as p
      join pg_catalog.pg_language as l on (l.oid operator(pg_catalog.=) p.prolang)
      where (used.class operator(pg_catalog.=) ${oidOf('pg_proc')})
        and (p.oid operator(pg_catalog.=) used.object)
      union all
      select case t.typtype when 'd' then 'domain' else 'type' end, pg_catalog.format_type(t.oid, null), t.typowner, false
      from pg_catalog.pg_type as t
      where (used.class operator(pg_catalog.=) ${oidOf('pg_type')})
        and (t.oid operator(pg_catalog.=) used.object)
        and (t.typtype operator(pg_catalog.<>) 'b')
        and (t.typrelid operator(pg_catalog.=) 0::pg_catalog.oid)
      union all
      select 'table', c.oid::pg_catalog.regclass::pg_catalog.text, c.relowner, false
      from pg_catalog.pg_class as c
      where (used.class operator(pg_catalog.=) ${oidOf('pg_class')})
        and (c.oid operator(pg_catalog.=) used.object)
        and (c.relkind operator(pg_catalog.=) any (array['r', 'p']::pg_catalog."char"[]))`;
