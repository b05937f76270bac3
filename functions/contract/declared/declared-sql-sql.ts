import { ident, join, type Sql, sql, trustedSql } from '../../core/sql.ts';
import { typeSql } from '../../core/type-name.ts';

interface Typed {
  readonly name: string;
  /** As the catalogue prints it. */
  readonly type: string;
}

/**
 * Has a predicate analysed at two places where nothing but one condition can stand, and answers no row: what closes a bracket and
 * opens another one is an error at one of them, and a second statement at both, since the parameter makes each a prepared one.
 * WHERE takes no aggregate and no set.
 */
export function parsePredicate(predicate: string, columns: readonly Typed[]): readonly Sql[] {
  // a comment at its end must not hide what follows
  const condition = trustedSql(`(${predicate}\n)`);
  const record = recordOfNulls(columns);
  return [
    sql`select case when (${condition}) then 1 end as "one" from ${record} limit ${0}::pg_catalog.int8`,
    sql`select 1 as "one" from ${record} where (${condition}) limit ${0}::pg_catalog.int8`,
  ];
}

/** The same of a condition over a relation `staged` of these columns. */
export function parseLoadRule(rule: string, columns: readonly Typed[]): readonly Sql[] {
  const condition = trustedSql(`(${rule}\n)`);
  const staged = sql`with staged as (select * from ${recordOfNulls(columns)})`;
  return [
    sql`${staged} select case when (${condition}) then 1 end as "one" limit ${0}::pg_catalog.int8`,
    sql`${staged} select 1 as "one" where (${condition}) limit ${0}::pg_catalog.int8`,
  ];
}

/** `offset 0` keeps the planner from reckoning with the NULLs beforehand. */
function recordOfNulls(columns: readonly Typed[]): Sql {
  const nulls = columns.map(({ name, type }) => sql`null::${typeSql(type)} as ${ident(name)}`);
  return sql`(select ${nulls.length === 0 ? sql`1 as "landfall nothing"` : join(nulls)} offset 0) as "landfall record"`;
}
