import { type Sql, sql } from '../core/sql.ts';
import { isEnforced, isPeriod } from './newer-catalogue-sql.ts';

/** The search_path in force. */
export const selectSearchPath = sql`select current_setting('search_path') as "searchPath"`;

/** The columns in attribute order, each with the type beneath its domains. */
export function selectColumns(oid: number): Sql {
  return sql`
with recursive types_beneath as (
  select a.attnum, a.atttypid as type, a.atttypmod as modifier, false as not_null, false as has_default, 0 as depth
  from pg_catalog.pg_attribute as a
  where (a.attrelid = ${oid})
    and (a.attnum > 0)
    and (not a.attisdropped)
  union all
  select
    b.attnum,
    d.typbasetype,
    case when d.typtypmod >= 0 then d.typtypmod else b.modifier end,
    b.not_null or d.typnotnull,
    b.has_default or d.typdefault is not null,
    b.depth + 1
  from types_beneath as b
  join pg_catalog.pg_type as d on (d.oid = b.type) and (d.typtype = 'd')
),
base_types as (
  select distinct on (attnum) *
  from types_beneath
  order by attnum, depth desc
)
select
  a.attname as "name",
  format_type(a.atttypid, a.atttypmod) as "type",
  t.typname as "baseType",
  t.typnamespace = 'pg_catalog'::regnamespace as "builtIn",
  t.typtype as "baseKind",
  b.modifier as "modifier",
  b.depth > 0 as "isDomain",
  a.attnotnull or b.not_null as "notNull",
  (a.atthasdef or b.has_default) and a.attgenerated = '' as "hasDefault",
  (
    select pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    from pg_catalog.pg_attrdef as d
    where (d.adrelid operator(pg_catalog.=) a.attrelid)
      and (d.adnum operator(pg_catalog.=) a.attnum)
      and (a.attgenerated operator(pg_catalog.=) '')
  ) as "defaultExpression",
  a.attidentity as "identity",
  a.attgenerated <> '' as "generated",
  case when a.attgenerated <> '' then (
    select pg_get_expr(g.adbin, g.adrelid)
    from pg_catalog.pg_attrdef as g
    where (g.adrelid = a.attrelid) and (g.adnum = a.attnum)
  ) end as "generatedAs",
  case when t.typtype = 'e' then (
    select jsonb_agg(e.enumlabel order by e.enumsortorder)
    from pg_catalog.pg_enum as e
    where (e.enumtypid = t.oid)
  ) end as "labels",
  ${isOrderable} as "orderable",
  ${equalityOperator} as "equals",
  case when (b.depth > 0) and (t.typtype = 'e') then format_type(t.oid, null) end as "enumType",
  case when a.attcollation <> t.typcollation then (
    select format('%I.%I', n.nspname, c.collname)
    from pg_catalog.pg_collation as c
    join pg_catalog.pg_namespace as n on n.oid = c.collnamespace
    where (c.oid = a.attcollation)
  ) end as "collation"
from base_types as b
join pg_catalog.pg_attribute as a on (a.attrelid = ${oid}) and (a.attnum = b.attnum)
join pg_catalog.pg_type as t on t.oid = b.type
order by a.attnum`;
}

// varchar has no operator class of its own (it uses text's); arrays, enums and ranges use those of their polymorphic type
const isOrderable = sql`(
    t.typname = 'varchar'
    or t.typtype in ('e', 'r', 'm')
    or t.typcategory = 'A'
    or exists (
      select
      from pg_catalog.pg_opclass as o
      join pg_catalog.pg_am as m on (m.oid = o.opcmethod) and (m.amname = 'btree')
      where (o.opcintype = t.oid)
        and (o.opcdefault)
    )
  )`;

// as in isOrderable, types without a class of their own compare with pg_catalog's; citext and its like bring theirs
const equalityOperator = sql`coalesce(
    (
      select format('operator(%I.%s)', n.nspname, e.oprname)
      from pg_catalog.pg_opclass as o
      join pg_catalog.pg_am as m on (m.oid = o.opcmethod) and (m.amname = 'btree')
      join pg_catalog.pg_amop as f
        on (f.amopfamily = o.opcfamily)
        and (f.amopstrategy = 3)
        and (f.amoplefttype = t.oid)
        and (f.amoprighttype = t.oid)
      join pg_catalog.pg_operator as e on (e.oid = f.amopopr)
      join pg_catalog.pg_namespace as n on (n.oid = e.oprnamespace)
      where (o.opcintype = t.oid)
        and (o.opcdefault)
    ),
    'operator(pg_catalog.=)'
  )`;

/** CHECK, foreign key and exclusion constraints, in one row of three arrays. */
export function selectConstraints(oid: number): Sql {
  return sql`
select
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', k.conname,
      'expression', pg_get_expr(k.conbin, k.conrelid),
      'columns', case when 0 < all (k.conkey) then ${columnNames(sql`k.conrelid`, sql`k.conkey`)} end
    ) order by k.conname), '[]')
    from pg_catalog.pg_constraint as k
    where (k.conrelid = ${oid})
      and (k.contype = 'c')
      and ${isEnforced(sql`k`)}
  ) as "checks",
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', k.conname,
      'columns', ${columnNames(sql`k.conrelid`, sql`k.conkey`)},
      'parentSchema', n.nspname,
      'parentTable', p.relname,
      'parentColumns', ${columnNames(sql`k.confrelid`, sql`k.confkey`)},
      'selfReferencing', k.confrelid = k.conrelid
        or exists (select from pg_catalog.pg_partition_ancestors(k.conrelid) as whole (oid) where (whole.oid = k.confrelid)),
      'operators', (
        select jsonb_agg(format('operator(%I.%s)', opn.nspname, o.oprname) order by equal.position)
        from unnest(k.conpfeqop) with ordinality as equal (operator, position)
        join pg_catalog.pg_operator as o on (o.oid = equal.operator)
        join pg_catalog.pg_namespace as opn on (opn.oid = o.oprnamespace)
      ),
      'matchFull', k.confmatchtype = 'f',
      'deferrable', k.condeferrable,
      'period', ${isPeriod(sql`k`)},
      'parentReadable', has_schema_privilege(n.oid, 'usage') and has_table_privilege(p.oid, 'select')
        and not row_security_active(p.oid)
    ) order by k.conname), '[]')
    from pg_catalog.pg_constraint as k
    join pg_catalog.pg_class as p on p.oid = k.confrelid
    join pg_catalog.pg_namespace as n on n.oid = p.relnamespace
    where (k.conrelid = ${oid})
      and (k.contype = 'f')
      and (not ${isCopyForPartition})
      and ${isEnforced(sql`k`)}
  ) as "foreignKeys",
  (
    select coalesce(jsonb_agg(k.conname order by k.conname), '[]')
    from pg_catalog.pg_constraint as k
    join pg_catalog.pg_index as i on (i.indexrelid = k.conindid)
    where (k.conrelid = ${oid})
      and (k.contype in ('x', 'p', 'u'))
      and (i.indisexclusion)
  ) as "exclusions"`;
}

// a foreign key to a partitioned parent has, on the same table, a copy for each of the parent's partitions
const isCopyForPartition = sql`exists (
        select
        from pg_catalog.pg_constraint as whole
        where (whole.oid = k.conparentid)
          and (whole.conrelid = k.conrelid)
      )`;

function columnNames(relation: Sql, attributeNumbers: Sql): Sql {
  return sql`(
        select coalesce(jsonb_agg(a.attname order by u.position), '[]')
        from unnest(${attributeNumbers}) with ordinality as u (attnum, position)
        join pg_catalog.pg_attribute as a on (a.attrelid = ${relation}) and (a.attnum = u.attnum)
      )`;
}

/** Every unique index with what decides whether ON CONFLICT may use it. */
export function selectIndexes(oid: number): Sql {
  return sql`
select
  c.relname as "name",
  (
    select jsonb_agg(a.attname order by k.position)
    from unnest(i.indkey::smallint[]) with ordinality as k (attnum, position)
    left join pg_catalog.pg_attribute as a on (a.attrelid = i.indrelid) and (a.attnum = k.attnum) and (k.attnum <> 0)
    where (k.position <= i.indnkeyatts)
  ) as "columns",
  i.indpred is not null as "partial",
  pg_catalog.pg_get_expr(i.indpred, i.indrelid) as "predicate",
  not i.indimmediate as "deferrable",
  i.indisvalid and i.indisready and i.indislive as "usable",
  i.indisexclusion as "withoutOverlaps",
  (
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'column', a.attname,
      'collation', format('%I.%I', n.nspname, c.collname),
      'deterministic', c.collisdeterministic,
      'ownDeterministic', own.collisdeterministic
    ) order by k.position)
    from unnest(i.indkey::smallint[], i.indcollation::oid[]) with ordinality as k (attnum, used, position)
    join pg_catalog.pg_attribute as a on (a.attrelid = i.indrelid) and (a.attnum = k.attnum) and (k.attnum <> 0)
    join pg_catalog.pg_collation as c on (c.oid = k.used) and (c.oid <> a.attcollation)
    join pg_catalog.pg_namespace as n on (n.oid = c.collnamespace)
    join pg_catalog.pg_collation as own on (own.oid = a.attcollation)
    where (k.position <= i.indnkeyatts)
      and not (c.collisdeterministic and own.collisdeterministic)
  ) as "collations",
  i.indnullsnotdistinct as "nullsNotDistinct"
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
where (i.indrelid = ${oid})
  and (i.indisunique)
order by c.relname`;
}

/** Names to suggest from. */
export const selectTableNames = sql`
select n.nspname as "schema", c.relname as "table"
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where (c.relkind in ('r', 'p'))
  and (n.nspname not in ('pg_catalog', 'information_schema', 'landfall', 'landfall_staging'))
  and (n.nspname not like 'pg\_%')
order by n.nspname, c.relname
limit 5000`;

/** PostgreSQL compiles the pattern; it raises 2201B where that is no regular expression. */
export function matchNothing(pattern: string): Sql {
  return sql`select '' operator(pg_catalog.~) ${pattern}::pg_catalog.text`;
}
