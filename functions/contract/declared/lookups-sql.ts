import { areEqual, type Compared } from '../../core/comparison.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { ident, type Sql, sql } from '../../core/sql.ts';
import { typeSql } from '../../core/type-name.ts';

/** Has a column and what it is looked up in compared, of no row. */
export function compareWithLookup(
  column: Compared & Pick<ContractColumn, 'type' | 'equals'>,
  looked: { readonly schema: string; readonly table: string; readonly column: string },
): Sql {
  return sql`
select 1 as "one"
from ${ident(looked.schema, looked.table)} as ${ident(looked.table)}
where ${areEqual(column, ident(looked.table, looked.column), sql`null::${typeSql(column.type)}`)}
limit 0`;
}
