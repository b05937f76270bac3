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

/** The same of an expression of any type. */
export function parseExpression(expression: string, columns: readonly Typed[]): readonly Sql[] {
  const value = trustedSql(`(${expression}\n)`);
  const record = recordOfNulls(columns);
  return [
    sql`select case when true then ${value} end as "one" from ${record} limit ${0}::pg_catalog.int8`,
    sql`select 1 as "one" from ${record} where (${value} is null) limit ${0}::pg_catalog.int8`,
  ];
}

/** A temporary table of no row whose only column has the type of an expression that was parsed. */
export function createOfType(expression: string, columns: readonly Typed[]): Sql {
  return sql`
create temporary table ${typeTable} on commit drop as
select case when true then ${trustedSql(`(${expression}\n)`)} end as "one"
from ${recordOfNulls(columns)}
with no data`;
}

/** A temporary function that asks what the expression is. It is never called: PostgreSQL keeps what it is made of. */
export function createOfExpression(expression: string, columns: readonly Typed[]): Sql {
  const parameters = columns.map(({ name, type }) => sql`${ident(name)} ${typeSql(type)}`);
  return sql`
create function ${typeFunction} (${join(parameters)}) returns boolean
language sql
return (${trustedSql(`(${expression}\n)`)} is null)`;
}

const typeTable = ident('pg_temp', 'landfall expression');
const typeFunction = ident('pg_temp', 'landfall is expression');

/**
 * Of the expression that was made both of: { type, fits, changing }. It fits a column of the type `own` that is staged as `staged` where
 * it is of one of them, or becomes the latter without a cast being written; `changing` are functions that may answer otherwise each time.
 */
export function selectExpression(own: string, staged: string): Sql {
  return sql`
with wanted (own, staged) as (
  select pg_catalog.to_regtype(${own})::pg_catalog.oid, pg_catalog.to_regtype(${staged})::pg_catalog.oid
), expression as (
  select pg_attribute.atttypid as type
  from pg_catalog.pg_attribute
  where (pg_attribute.attrelid operator(pg_catalog.=) pg_catalog.to_regclass('pg_temp."landfall expression"'))
    and (pg_attribute.attnum operator(pg_catalog.=) 1)
), called as (
  select distinct called.oid
  from pg_catalog.pg_proc as made
  cross join lateral pg_catalog.regexp_matches(made.prosqlbody::pg_catalog.text, ':(?:func|opfunc)id ([0-9]+)', 'g') as named (parts)
  join pg_catalog.pg_proc as called on (called.oid operator(pg_catalog.=) named.parts[1]::pg_catalog.oid)
  where (made.proname operator(pg_catalog.=) 'landfall is expression')
    and (made.pronamespace operator(pg_catalog.=) pg_catalog.pg_my_temp_schema())
    and (called.provolatile operator(pg_catalog.=) 'v')
)
select pg_catalog.format_type(expression.type, null) as type,
  (coalesce(nullif(base.typbasetype, 0), base.oid) in (
      wanted.staged, wanted.own, (select coalesce(nullif(typbasetype, 0), oid) from pg_catalog.pg_type where (pg_type.oid operator(pg_catalog.=) wanted.own))
    ) or exists (
      select
      from pg_catalog.pg_cast
      where (pg_cast.castsource operator(pg_catalog.=) expression.type)
        and (pg_cast.casttarget operator(pg_catalog.=) wanted.staged)
        and (pg_cast.castcontext operator(pg_catalog.=) 'i')
    )) as fits,
  array(select called.oid::pg_catalog.regprocedure::pg_catalog.text from called order by 1) as changing
from wanted
cross join expression
join pg_catalog.pg_type as base on (base.oid operator(pg_catalog.=) expression.type)`;
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
