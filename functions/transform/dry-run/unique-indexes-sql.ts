import { sql, type Sql } from '../../core/sql.ts';

/** A unique index of the target, with what its keys are made of; text is PostgreSQL's own, to be read under pg_catalog alone. */
export interface UniqueIndex {
  readonly name: string;
  readonly keys: readonly IndexKey[];
  /** Of a partial index, over unqualified column names. */
  readonly predicate: string | null;
  readonly nullsNotDistinct: boolean;
  /** Judged at the end of a statement or transaction only. */
  readonly deferrable: boolean;
  /** Columns that keys and predicate read. */
  readonly reads: readonly ReadColumn[];
}

/** One key of an index. */
export interface IndexKey {
  /** Null where it is an expression. */
  readonly column: string | null;
  readonly expression: string;
  /** As SQL: `operator(pg_catalog.=)`, of the index's own operator class. */
  readonly equals: string;
  /** As SQL; null where the type has none. */
  readonly collation: string | null;
  /** Values that are equal to the index lie together where they are sorted. */
  readonly sortable: boolean;
}

/** A column that an index reads, and what a new row has in it where the file does not fill it. */
export interface ReadColumn {
  readonly name: string;
  /** fresh: a number that nobody had, of a sequence. */
  readonly unfilled: 'null' | 'fresh' | 'default';
}

/** Every unique index that new rows have to satisfy, in the order in which PostgreSQL asks them. */
export function selectUniqueIndexes(targetOid: number): Sql {
  return sql`
    select
      c.relname as "name",
      ${keys} as "keys",
      pg_catalog.pg_get_expr(i.indpred, i.indrelid) as "predicate",
      i.indnullsnotdistinct as "nullsNotDistinct",
      not i.indimmediate as "deferrable",
      ${readColumns} as "reads"
    from pg_catalog.pg_index as i
    join pg_catalog.pg_class as c on (c.oid operator(pg_catalog.=) i.indexrelid)
    where (i.indrelid operator(pg_catalog.=) ${targetOid}::pg_catalog.oid)
      and i.indisunique
      and (not i.indisexclusion)
      and i.indisready
      and i.indislive
    order by i.indexrelid`;
}

// a domain over an enum has no comparison of its own (core/comparison.ts); a domain over one is no index's type, so one step is enough
const asEnum = sql`(
            with recursive beneath as (
              select a.atttypid as type
              union all
              select t.typbasetype from beneath join pg_catalog.pg_type as t on (t.oid operator(pg_catalog.=) beneath.type)
              where (t.typtype operator(pg_catalog.=) 'd')
            )
            select '::' operator(pg_catalog.||) pg_catalog.format_type(t.oid, null)
            from beneath
            join pg_catalog.pg_type as t on (t.oid operator(pg_catalog.=) beneath.type) and (t.typtype operator(pg_catalog.=) 'e')
            where (beneath.type operator(pg_catalog.<>) a.atttypid)
          )`;

// pattern classes sort otherwise than their types do, and find the same values equal
const keys = sql`(
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'column', a.attname,
          'expression', pg_catalog.concat(pg_catalog.pg_get_indexdef(i.indexrelid, k.position, false), ${asEnum}),
          'equals', pg_catalog.format('operator(%I.%s)', n.nspname, e.oprname),
          'collation', (
            select pg_catalog.format('%I.%I', cn.nspname, co.collname)
            from pg_catalog.pg_collation as co
            join pg_catalog.pg_namespace as cn on (cn.oid operator(pg_catalog.=) co.collnamespace)
            where (co.oid operator(pg_catalog.=) i.indcollation[k.position operator(pg_catalog.-) 1])
          ),
          'sortable', o.opcdefault or (o.opcname operator(pg_catalog.~~) '%\_pattern\_ops')
        ) order by k.position)
        from pg_catalog.generate_series(1, i.indnkeyatts::pg_catalog.int4) as k (position)
        join pg_catalog.pg_opclass as o on (o.oid operator(pg_catalog.=) i.indclass[k.position operator(pg_catalog.-) 1])
        join pg_catalog.pg_amop as f on (f.amopfamily operator(pg_catalog.=) o.opcfamily)
          and (f.amopstrategy operator(pg_catalog.=) 3)
          and (f.amoplefttype operator(pg_catalog.=) o.opcintype)
          and (f.amoprighttype operator(pg_catalog.=) o.opcintype)
        join pg_catalog.pg_operator as e on (e.oid operator(pg_catalog.=) f.amopopr)
        join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) e.oprnamespace)
        left join pg_catalog.pg_attribute as a on (a.attrelid operator(pg_catalog.=) i.indrelid)
          and (a.attnum operator(pg_catalog.>) 0)
          and (a.attnum operator(pg_catalog.=) i.indkey[k.position operator(pg_catalog.-) 1])
      )`;

/** Of the index `i`, as ReadColumn: columns of expressions and of the predicate are dependencies; those of plain keys may be the constraint's instead. */
export const readColumns = sql`(
        select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'name', a.attname,
          'unfilled', case
            when (a.attidentity operator(pg_catalog.<>) '') or (pg_catalog.pg_get_expr(d.adbin, d.adrelid) operator(pg_catalog.~~) 'nextval(%')
              then 'fresh'
            when a.atthasdef or (t.typdefault is not null) then 'default'
            else 'null'
          end
        ) order by a.attnum), '[]'::pg_catalog.jsonb)
        from pg_catalog.pg_attribute as a
        join pg_catalog.pg_type as t on (t.oid operator(pg_catalog.=) a.atttypid)
        left join pg_catalog.pg_attrdef as d on (d.adrelid operator(pg_catalog.=) a.attrelid)
          and (d.adnum operator(pg_catalog.=) a.attnum)
        where (a.attrelid operator(pg_catalog.=) i.indrelid)
          and (a.attnum operator(pg_catalog.>) 0)
          and (
            exists (
              select
              from pg_catalog.generate_series(0, i.indnkeyatts operator(pg_catalog.-) 1) as k (position)
              where (i.indkey[k.position] operator(pg_catalog.=) a.attnum)
            )
            or exists (
              select
              from pg_catalog.pg_depend as p
              where (p.classid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass)
                and (p.objid operator(pg_catalog.=) i.indexrelid)
                and (p.refobjid operator(pg_catalog.=) i.indrelid)
                and (p.refobjsubid operator(pg_catalog.=) a.attnum)
            )
          )
      )`;
