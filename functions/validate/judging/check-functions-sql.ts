import type { CheckRule, ContractColumn } from '../../core/contract.ts';
import { ident, join, type Sql, sql, trustedSql } from '../../core/sql.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import { typeSql } from '../../core/type-name.ts';

/** Name of the function that a CHECK is judged by; it lives inside one transaction. */
export function checkFunction(loadId: number, slice: number, position: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_s${slice}_check${position}`);
}

/** The same of a predicate of the dataset. */
export function recordRuleFunction(loadId: number, slice: number, position: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_s${slice}_rule${position}`);
}

/** What a CHECK, or a predicate of the dataset, is made a function of. */
export interface CheckToCompile {
  readonly check: Pick<CheckRule, 'expression' | 'generated'>;
  /** Its columns, in its order. */
  readonly columns: readonly ContractColumn[];
  /** Columns' own collations, as SQL. */
  readonly collations: ReadonlyMap<string, Sql>;
  /** It calls functions or operators that are not PostgreSQL's own: workers of a parallel query may not run those. */
  readonly callsOwnCode: boolean;
}

/**
 * A function of the columns' values that answers whether they break the CHECK. The text of a constraint has the names of
 * pg_catalog unqualified; the body is analysed here, under Landfall's own search_path, and kept as a tree, so that it means
 * the same under the owner's, and what it calls sees the owner's. PostgreSQL puts the body in the place of the call, but for
 * columns with a collation of their own and generated ones, whose values it is given in a subselect.
 */
export function createCheckFunction(name: Sql, { check, columns, collations, callsOwnCode }: CheckToCompile): Sql {
  const { generated = [] } = check;
  const own = generated.length > 0 || columns.some((column) => collations.has(column.name));
  const parameter = (column: ContractColumn, i: number): Sql => ident(own ? `landfall ${i}` : column.name);
  const parameters = columns.map((column, i) => sql`${parameter(column, i)} ${typeSql(column.type)}`);
  const values = columns.map((column, i) => {
    const collation = collations.get(column.name);
    const value = collation === undefined ? parameter(column, i) : sql`(${parameter(column, i)} collate ${collation})`;
    return sql`${value} as ${ident(column.name)}`;
  });
  const breaks = sql`not (${trustedSql(check.expression)})`;
  const computed = generated.map(({ name: column, type, expression }) => {
    const value = sql`(${trustedSql(expression)})::${typeSql(type)}`;
    const collation = collations.get(column);
    return sql`, ${collation === undefined ? value : sql`(${value} collate ${collation})`} as ${ident(column)}`;
  });
  const given = sql`(select ${join(values)}) as given`;
  return sql`
create function ${name} (${join(parameters)}) returns boolean
language sql volatile parallel ${callsOwnCode ? sql`unsafe` : sql`safe`}
return ${own ? sql`(select ${breaks} from (select given.* ${join(computed, '')} from ${given}) as checked)` : breaks}`;
}

/** With all that the transaction made of them. */
export function dropCheckFunctions(names: readonly Sql[]): Sql {
  return sql`drop function ${join(names)}`;
}

/** CHECKs of the target that depend on more than its columns: functions, operators or types that are not PostgreSQL's own. */
export function selectChecksOfOwnCode(targetOid: number): Sql {
  return sql`
select distinct k.conname as "name"
from pg_catalog.pg_constraint as k
join pg_catalog.pg_depend as d on (d.classid operator(pg_catalog.=) k.tableoid)
  and (d.objid operator(pg_catalog.=) k.oid)
where (k.conrelid operator(pg_catalog.=) ${targetOid}::pg_catalog.oid)
  and (k.contype operator(pg_catalog.=) 'c')
  and (d.refobjid operator(pg_catalog.<>) k.conrelid)`;
}
