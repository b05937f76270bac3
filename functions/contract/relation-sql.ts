import { type Sql, sql } from '../core/sql.ts';
import type { TargetName } from '../core/target-name.ts';

/** More leaf partitions than this are not judged beforehand: the condition is evaluated for every row, one comparison a leaf. */
const MAX_LEAF_BOUNDS = 200;

/** The relation itself, what the role may do with it, and what stands around it. */
export function selectRelation({ schema, table }: TargetName): Sql {
  return sql`
select
  n.nspname as "schema",
  c.relname as "table",
  c.oid as "oid",
  c.relkind as "kind",
  c.relpersistence as "persistence",
  c.relrowsecurity as "rowSecurity",
  current_user as "role",
  has_schema_privilege(n.oid, 'usage') as "schemaUsage",
  has_table_privilege(c.oid, 'select') as "canSelect",
  has_table_privilege(c.oid, 'insert') as "canInsert",
  has_table_privilege(c.oid, 'update') as "canUpdate",
  has_table_privilege(c.oid, 'delete') as "canDelete",
  ${rules} as "rules",
  ${triggers} as "triggers",
  ${childTables} as "childTables",
  ${lacksReplicaIdentity} as "lacksReplicaIdentity",
  ${unfitPublications} as "unfitPublications",
  ${partitionKey} as "partitionKey",
  case when c.relispartition then pg_get_partition_constraintdef(c.oid) end as "partitionBound",
  ${leafBounds} as "leafBounds"
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where (n.nspname = ${schema})
  and (c.relname = ${table})`;
}

const rules = sql`(
    select coalesce(jsonb_agg(r.rulename order by r.rulename), '[]')
    from pg_catalog.pg_rewrite as r
    where (r.ev_class = c.oid)
  )`;

// bits of tgtype: 1 for each row, 2 before
const triggers = sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', t.tgname,
      'before', (t.tgtype & 2) <> 0,
      'perRow', (t.tgtype & 1) <> 0,
      'enabled', t.tgenabled <> 'D'
    ) order by t.tgname), '[]')
    from pg_catalog.pg_trigger as t
    where (t.tgrelid = c.oid)
      and (not t.tgisinternal)
  )`;

const childTables = sql`(
    select coalesce(jsonb_agg(h.inhrelid::regclass::text order by h.inhrelid), '[]')
    from pg_catalog.pg_inherits as h
    where (h.inhparent = c.oid)
      and (c.relkind = 'r')
  )`;

// UPDATE fails on a table whose updates are published while nothing identifies the old row
const lacksReplicaIdentity = sql`(
    c.relreplident <> 'f'
    and not exists (
      select
      from pg_catalog.pg_index as i
      where (i.indrelid = c.oid)
        and (i.indisvalid)
        and ((c.relreplident = 'd' and i.indisprimary and i.indimmediate) or (c.relreplident = 'i' and i.indisreplident))
    )
    and exists (
      select
      from pg_catalog.pg_publication as p
      where (p.pubupdate)
        and (
          p.puballtables
          or exists (select from pg_catalog.pg_publication_rel as r where (r.prpubid = p.oid) and (r.prrelid = c.oid))
          or exists (select from pg_catalog.pg_publication_namespace as s where (s.pnpubid = p.oid) and (s.pnnspid = n.oid))
        )
    )
  )`;

// what a publication filters by has to be in the replica identity, and its list of columns has to hold all of that
const unfitPublications = sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', unfit.name, 'updates', unfit.updates, 'deletes', unfit.deletes, 'filtersBy', unfit.filters, 'lacks', unfit.lacks
    ) order by unfit.name), '[]')
    from (
      select p.pubname as name, p.pubupdate as updates, p.pubdelete as deletes,
        (
          select coalesce(jsonb_agg(a.attname order by a.attnum), '[]')
          from pg_catalog.pg_attribute as a
          where (a.attrelid = c.oid) and (a.attnum > 0) and (not a.attisdropped)
            and (c.relreplident <> 'f') and (not (a.attnum = any (known.columns)))
            and (strpos(pg_get_expr(r.prqual, c.oid), quote_ident(a.attname)) > 0)
            and exists (
              select from pg_catalog.pg_depend as d
              where (d.classid = 'pg_catalog.pg_publication_rel'::regclass) and (d.objid = r.oid)
                and (d.refobjid = c.oid) and (d.refobjsubid = a.attnum)
            )
        ) as filters,
        (
          select coalesce(jsonb_agg(a.attname order by a.attnum), '[]')
          from pg_catalog.pg_attribute as a
          where (a.attrelid = c.oid) and (a.attnum > 0) and (not a.attisdropped)
            and ((c.relreplident = 'f') or (a.attnum = any (known.columns)))
            and (r.prattrs is not null) and (not (a.attnum = any (r.prattrs::smallint[])))
        ) as lacks
      from pg_catalog.pg_publication_rel as r
      join pg_catalog.pg_publication as p on (p.oid = r.prpubid)
      cross join lateral (
        select coalesce(array_agg(k.attnum), '{}') as columns
        from pg_catalog.pg_index as i
        cross join unnest(i.indkey::smallint[]) as k (attnum)
        where (i.indrelid = c.oid)
          and ((c.relreplident = 'd' and i.indisprimary) or (c.relreplident = 'i' and i.indisreplident))
      ) as known
      where (r.prrelid = c.oid)
    ) as unfit
    where (unfit.updates or unfit.deletes)
      and (jsonb_array_length(unfit.filters) + jsonb_array_length(unfit.lacks) > 0)
  )`;

const partitionKey = sql`(
    select coalesce(jsonb_agg(a.attname order by k.position), '[]')
    from pg_catalog.pg_partitioned_table as p
    cross join unnest(p.partattrs::smallint[]) with ordinality as k (attnum, position)
    left join pg_catalog.pg_attribute as a on (a.attrelid = p.partrelid) and (a.attnum = k.attnum) and (k.attnum <> 0)
    where (p.partrelid = c.oid)
  )`;

// of the values of a hash each partition takes one part in its modulus
const lacksHashPartition = sql`coalesce((
    select pg_catalog.sum(1.0 operator(pg_catalog./) (pg_catalog.substring(
      pg_catalog.pg_get_expr(part.relpartbound, part.oid), 'modulus ([0-9]+)'
    ))::pg_catalog.numeric)
    from pg_catalog.pg_inherits as h
    join pg_catalog.pg_class as part on (part.oid operator(pg_catalog.=) h.inhrelid)
    where (h.inhparent operator(pg_catalog.=) c.oid)
  ), 0) operator(pg_catalog.<) 0.999999999`;

// a leaf without a bound is the only, default partition: it takes every row; a whole set of hash partitions does the same
const leafBounds = sql`case when exists (
    select from pg_catalog.pg_partitioned_table as p
    where (p.partrelid = c.oid) and ((p.partstrat <> 'h') or ${lacksHashPartition})
  ) then (
    select case
      when count(*) > ${MAX_LEAF_BOUNDS} or bool_or(bound is null) then null
      else coalesce(jsonb_agg(bound order by leaf), '[]')
    end
    from (
      select leaf.relid as leaf, pg_get_partition_constraintdef(leaf.relid) as bound
      from pg_partition_tree(c.oid) as leaf
      where (leaf.isleaf)
        and (leaf.relid <> c.oid)
    ) as leaves
  ) end`;
