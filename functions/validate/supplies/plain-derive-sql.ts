import { ident, join, literal, type Sql, sql } from '../../core/sql.ts';
import { STAGING_SCHEMA, typedTable } from '../../core/staging.ts';
import type { Relation } from '../judging/relations.ts';
import { integer } from '../rules/rule.ts';
import type { Settings } from './lineage-sql.ts';
import { type Derivation, deriveFunctionName, underivedTable } from './derive-sql.ts';

/**
 * Whether the expressions call nothing but PostgreSQL's own code that depends on its arguments alone: { plain }. What is not pinned
 * (types and their domains' CHECKs, operators, relations) is in pg_depend, and no immutable function of PostgreSQL runs code that it
 * is told by name, as table_to_xml or pg_input_is_valid do.
 */
export function selectWhetherPlain(loadId: number, slice: number, expressions: number): Sql {
  const names = Array.from({ length: expressions }, (_, i) => literal(deriveFunctionName(loadId, slice, i)));
  return sql`
    with made as (
      select pg_proc.oid, pg_proc.prosqlbody::pg_catalog.text as body
      from pg_catalog.pg_proc
      where (pg_proc.pronamespace operator(pg_catalog.=) ${literal(STAGING_SCHEMA)}::pg_catalog.regnamespace::pg_catalog.oid)
        and (pg_proc.proname operator(pg_catalog.=) any (array[${join(names)}]::pg_catalog.name[]))
    )
    select (not exists (
      select
      from made
      join pg_catalog.pg_depend on (pg_depend.objid operator(pg_catalog.=) made.oid)
      where (pg_depend.classid operator(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid)
        and (pg_depend.refclassid operator(pg_catalog.<>) 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid)
    )) and (not exists (
      select
      from made
      cross join lateral pg_catalog.regexp_matches(made.body, ':(?:func|opfunc)id ([0-9]+)', 'g') as named (parts)
      join pg_catalog.pg_proc as called on (called.oid operator(pg_catalog.=) named.parts[1]::pg_catalog.oid)
      where (called.provolatile operator(pg_catalog.<>) 'i')
    )) as plain`;
}

/** Into the columns of staging, all records at once; the first that raises ends it. */
export function setPlain(
  loadId: number,
  slice: number,
  derivations: readonly Derivation[],
  beside: Settings | null,
): Sql {
  const settings = derivations.map(({ column: { name }, value }) => sql`${ident(name)} = ${value}`);
  if (beside !== null) settings.push(beside(sql`staged`));
  return sql`
    update ${typedTable(loadId, slice)} as staged
    set ${join(settings)}`;
}

/** Records whose cells could not be read. */
export function insertUnreadOf(relation: Relation, derivations: readonly Derivation[]): Sql | null {
  const unread = derivations.flatMap(({ isUnread }, i) =>
    isUnread === null
      ? []
      : [
          sql`
      select ${relation.recordNo}, ${integer(i)}, null::pg_catalog.text, null::pg_catalog.text
      from ${relation.from(null)}
      where ${isUnread}`,
        ],
  );
  if (unread.length === 0) return null;
  return sql`
    insert into ${underivedTable} (record_no, position, state, message)
    ${join(unread, ' union all ')}`;
}
