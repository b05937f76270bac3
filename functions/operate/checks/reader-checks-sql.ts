import { sql, type Sql } from '../../core/sql.ts';

/** A role, or everybody, that writes no load and may read bytes of one all the same. */
export interface ReaderFacts {
  /** Of the schema landfall. */
  readonly table: string;
  /** Null: everybody (PUBLIC). */
  readonly reader: string | null;
  /** Who granted it, and so who takes it back. */
  readonly grantor: string;
  /** The whole table was granted; else columns of it. */
  readonly isWhole: boolean;
  /** Columns with bytes of files, or rows of a target, that it may read. */
  readonly shown: readonly string[];
  /** The table's other columns. */
  readonly others: readonly string[];
}

/**
 * One row a table, role and grantor. Rights that a role has by membership are those of the role that it is a member of. Whoever owns the table, or may
 * write it, has to read it; superusers and members of pg_read_all_data read all, and are granted nothing here.
 * @param bytes columns that show them, by table.
 */
export function selectReaders(bytes: Readonly<Record<string, readonly string[]>>): Sql {
  const columns = Object.entries(bytes).flatMap(([table, names]) => names.map((name) => `${table}.${name}`));
  return sql`
    with own_columns as (
      select
        relation.oid as table_oid,
        relation.relname::pg_catalog.text as table_name,
        relation.relowner as owner_oid,
        relation.relacl as table_rights,
        attribute.attname::pg_catalog.text as column_name,
        attribute.attnum as no,
        attribute.attacl as column_rights,
        (
          pg_catalog.concat(relation.relname, '.', attribute.attname) operator(pg_catalog.=) any (${columns}::pg_catalog.text[])
        ) as has_bytes
      from pg_catalog.pg_class as relation
      join pg_catalog.pg_namespace as space on (space.oid operator(pg_catalog.=) relation.relnamespace)
      join pg_catalog.pg_attribute as attribute on (attribute.attrelid operator(pg_catalog.=) relation.oid)
      where (space.nspname operator(pg_catalog.=) 'landfall')
        and (relation.relname::pg_catalog.text operator(pg_catalog.=) any (${Object.keys(bytes)}::pg_catalog.text[]))
        and (attribute.attnum operator(pg_catalog.>) 0)
        and not attribute.attisdropped
    ),
    granted as (
      select own_columns.*, rights.grantee, rights.grantor, rights.is_whole
      from own_columns
      cross join lateral (
        select on_table.grantee, on_table.grantor, true as is_whole
        from pg_catalog.aclexplode(own_columns.table_rights) as on_table
        where (on_table.privilege_type operator(pg_catalog.=) 'SELECT')
        union all
        select on_column.grantee, on_column.grantor, false
        from pg_catalog.aclexplode(own_columns.column_rights) as on_column
        where (on_column.privilege_type operator(pg_catalog.=) 'SELECT')
      ) as rights
      where own_columns.has_bytes
        and (rights.grantee operator(pg_catalog.<>) own_columns.owner_oid)
    )
    select
      granted.table_name as "table",
      reader.rolname::pg_catalog.text as "reader",
      pg_catalog.pg_get_userbyid(granted.grantor)::pg_catalog.text as "grantor",
      pg_catalog.bool_or(granted.is_whole) as "isWhole",
      pg_catalog.array_agg(distinct granted.column_name order by granted.column_name) as "shown",
      (
        select pg_catalog.array_agg(other.column_name order by other.no)
        from own_columns as other
        where (other.table_oid operator(pg_catalog.=) granted.table_oid)
          and not other.has_bytes
      ) as "others"
    from granted
    left join pg_catalog.pg_roles as reader on (reader.oid operator(pg_catalog.=) granted.grantee)
    where (granted.grantee operator(pg_catalog.=) 0::pg_catalog.oid)
      or not pg_catalog.has_table_privilege(granted.grantee, granted.table_oid, 'insert')
    group by granted.table_oid, granted.table_name, reader.rolname, granted.grantor
    order by granted.table_name, reader.rolname, granted.grantor`;
}
