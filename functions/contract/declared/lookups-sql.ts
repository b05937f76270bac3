import { ident, type Sql, sql, trustedSql } from '../../core/sql.ts';
import { typeSql } from '../../core/type-name.ts';

/** Has a column and what it is looked up in compared, of no row. */
export function compareWithLookup(
  { type, equals }: { readonly type: string; readonly equals: string },
  { schema, table, column }: { readonly schema: string; readonly table: string; readonly column: string },
): Sql {
  return sql`
select 1 as "one"
from ${ident(schema, table)} as "landfall looked"
where ("landfall looked".${ident(column)} ${trustedSql(equals)} null::${typeSql(type)})
limit 0`;
}
