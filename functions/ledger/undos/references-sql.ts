import { sql, type Sql } from '../../core/sql.ts';

/** A foreign key by which rows of another table, or of the target itself, refer to rows of the target. */
export interface Reference {
  readonly oid: number;
  readonly schema: string;
  readonly table: string;
  /** A column each; the operator has the parent's on the left, as SQL. */
  readonly columns: readonly { readonly parent: string; readonly child: string; readonly operator: string }[];
  /** What becomes of them where a row goes: a: nothing may go, r: the same, c: they go too, n: NULL, d: their default. */
  readonly onDelete: string;
  /** This role sees all of its rows. */
  readonly isReadable: boolean;
}

/** Foreign keys to the table. Of a partitioned child the whole, not its parts. */
export function selectReferences(oid: number): Sql {
  return sql`
    select child.oid::pg_catalog.int8 as "oid", space.nspname as "schema", child.relname as "table", k.confdeltype as "onDelete",
      (pg_catalog.has_schema_privilege(space.oid, 'usage') and pg_catalog.has_table_privilege(child.oid, 'select')
        and not pg_catalog.row_security_active(child.oid)) as "isReadable",
      (
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'parent', parent_column.attname, 'child', child_column.attname,
          'operator', pg_catalog.format('operator(%I.%s)', operator_space.nspname, o.oprname)
        ) order by pair.position)
        from rows from (pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.conpfeqop)) with ordinality as pair (parent, child, operator, position)
        join pg_catalog.pg_attribute as parent_column
          on (parent_column.attrelid operator(pg_catalog.=) k.confrelid) and (parent_column.attnum operator(pg_catalog.=) pair.parent)
        join pg_catalog.pg_attribute as child_column
          on (child_column.attrelid operator(pg_catalog.=) k.conrelid) and (child_column.attnum operator(pg_catalog.=) pair.child)
        join pg_catalog.pg_operator as o on (o.oid operator(pg_catalog.=) pair.operator)
        join pg_catalog.pg_namespace as operator_space on (operator_space.oid operator(pg_catalog.=) o.oprnamespace)
      ) as "columns"
    from pg_catalog.pg_constraint as k
    join pg_catalog.pg_class as child on (child.oid operator(pg_catalog.=) k.conrelid)
    join pg_catalog.pg_namespace as space on (space.oid operator(pg_catalog.=) child.relnamespace)
    where (k.contype operator(pg_catalog.=) 'f')
      and (k.confrelid operator(pg_catalog.=) ${oid}::pg_catalog.oid)
      and not exists (
        select
        from pg_catalog.pg_constraint as whole
        where (whole.oid operator(pg_catalog.=) k.conparentid)
          and (whole.confrelid operator(pg_catalog.=) k.confrelid)
      )
    order by space.nspname, child.relname, k.conname`;
}
