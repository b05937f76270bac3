import type { ContractColumn } from '../../core/contract.ts';
import { serverClasses, serverStates } from '../../core/sql-state.ts';
import { ident, join, literal, type Sql, sql, trustedSql } from '../../core/sql.ts';
import { recordNoOf, STAGING_SCHEMA, typedTable } from '../../core/staging.ts';
import type { SuppliedColumn } from '../../core/supplies/supplied.ts';
import { typeSql } from '../../core/type-name.ts';
import type { Relation } from '../judging/relations.ts';
import type { Settings } from './lineage-sql.ts';
import { integer, textArray } from '../rules/rule.ts';

/** A column with its value of each record of the typed half, as SQL over `staged`. */
export interface Derivation {
  readonly column: SuppliedColumn;
  readonly value: Sql;
  /** Some column that it reads has a cell that cannot be what its column holds; null: none can. */
  readonly isUnread: Sql | null;
}

/** The function that answers an expression; it lives inside one transaction. */
export function deriveFunction(loadId: number, slice: number, position: number): Sql {
  return ident(STAGING_SCHEMA, deriveFunctionName(loadId, slice, position));
}

/** Its name in the schema of staging. */
export function deriveFunctionName(loadId: number, slice: number, position: number): string {
  return `l${loadId}_s${slice}_derive${position}`;
}

/** An expression of the dataset, and the columns that it reads. */
export interface Expression {
  readonly column: SuppliedColumn;
  readonly expression: string;
  readonly read: readonly ContractColumn[];
}

/**
 * A function of the values of the columns that an expression reads. Its body is analysed here, under Landfall's own search_path, and kept
 * as a tree, so that it means the same under the owner's. PostgreSQL puts the body in the place of the call, but for columns with a
 * collation of their own, whose values it is given in a subselect. A comment at its end hides nothing.
 * @param collations columns' own, as SQL
 */
export function createDeriveFunction(
  name: Sql,
  { column, expression, read }: Expression,
  collations: ReadonlyMap<string, Sql>,
): Sql {
  const own = read.some((each) => collations.has(each.name));
  const parameter = (each: ContractColumn, i: number): Sql => ident(own ? `landfall ${i}` : each.name);
  const parameters = read.map((each, i) => sql`${parameter(each, i)} ${typeSql(each.type)}`);
  const given = read.map((each, i) => {
    const collation = collations.get(each.name);
    const value = parameter(each, i);
    return sql`${collation === undefined ? value : sql`(${value} collate ${collation})`} as ${ident(each.name)}`;
  });
  const type = trustedSql(column.stagingType);
  const value = sql`(${trustedSql(`(${expression}\n)`)})::${type}`;
  return sql`
    create function ${name} (${join(parameters)}) returns ${type}
    language sql volatile parallel unsafe
    return ${own ? sql`(select ${value} from (select ${join(given)}) as "landfall record")` : value}`;
}

/** What each record's expressions come to, by its number; lives inside one transaction. */
const valuesTable = ident('pg_temp', 'landfall derived');

/** Records of which an expression came to nothing: it raised, or (no message) its cells could not be read. */
export const underivedTable = ident('pg_temp', 'landfall underived');

/** The table of values. */
export function createValues(derivations: readonly Derivation[]): Sql {
  const columns = derivations.map(
    ({ column: { stagingType } }, i) => sql`, ${valueOf(i)} ${trustedSql(stagingType)}, ${unreadOf(i)} pg_catalog.bool`,
  );
  return sql`create temporary table ${valuesTable} (record_no pg_catalog.int4 not null${join(columns, '')}) on commit drop`;
}

/** The table of records without one. */
export const createUnderived: Sql = sql`
  create temporary table ${underivedTable} (record_no pg_catalog.int4 not null, position pg_catalog.int4 not null, state pg_catalog.text, message pg_catalog.text) on commit drop`;

/** The table of values. */
export const dropValues: Sql = sql`drop table ${valuesTable}`;

/** The table of records without one. */
export const dropUnderived: Sql = sql`drop table ${underivedTable}`;

/** All records at once; the first that raises ends it. */
export function insertValues(relation: Relation, derivations: readonly Derivation[]): Sql {
  const values = derivations.map(({ value, isUnread }) => sql`, ${value}, ${isUnread ?? sql`false`}`);
  return sql`
    insert into ${valuesTable}
    select ${relation.recordNo}${join(values, '')}
    from ${relation.from(null)}`;
}

/**
 * Each record alone, and each expression inside an exception block: some 15 microseconds each. Runs only after insertValues
 * raised. DO takes no parameters, so all is literal here.
 */
export function insertValuesOneByOne(relation: Relation, derivations: readonly Derivation[]): Sql {
  const record = relation.from(sql`staged.ctid operator(pg_catalog.=) "landfall at"`);
  const blocks = derivations.map(
    ({ value, isUnread }, i) => sql`
    begin
      select ${value}, ${isUnread ?? sql`false`} into ${valueOf(i)}, ${unreadOf(i)} from ${record};
    exception when others or assert_failure then
      if ${isOneOf(sql`pg_catalog.left(sqlstate, 2)`, serverClasses)} or ${isOneOf(sql`sqlstate`, serverStates)} then
        raise;
      end if;
      ${valueOf(i)} := null;
      ${unreadOf(i)} := false;
      insert into ${underivedTable} values ("landfall record", ${integer(i)}, sqlstate, sqlerrm);
    end;`,
  );
  const variables = derivations.map(
    ({ column: { stagingType } }, i) => sql`
  ${valueOf(i)} ${trustedSql(stagingType)};
  ${unreadOf(i)} pg_catalog.bool;`,
  );
  const body = sql`
#variable_conflict use_column
declare
  "landfall at" pg_catalog.tid;
  "landfall record" pg_catalog.int4;${join(variables, '')}
begin
  for "landfall at", "landfall record" in select staged.ctid, ${relation.recordNo} from ${relation.table} as staged loop${join(blocks, '')}
    insert into ${valuesTable} values ("landfall record", ${join(derivations.map((_, i) => sql`${valueOf(i)}, ${unreadOf(i)}`))});
  end loop;
end`;
  if (body.values.length > 0) throw new Error('an expression holds a parameter, which a DO block cannot take');
  return sql`do language plpgsql ${literal(body.text)}`;
}

/** Records whose cells could not be read: answers how many in all have a column without a value. */
export function insertUnread(derivations: readonly Derivation[]): Sql {
  const unread = derivations.map(
    (_, i) => sql`
      select derived.record_no, ${integer(i)}, null::pg_catalog.text, null::pg_catalog.text
      from ${valuesTable} as derived
      where derived.${unreadOf(i)}`,
  );
  return sql`
    insert into ${underivedTable} (record_no, position, state, message)
    ${join(unread, ' union all ')}`;
}

/** Answers { underived }. */
export const selectWhetherUnderived: Sql = sql`select exists (select from ${underivedTable}) as underived`;

/** Into the columns of staging. */
export function setDerived(
  loadId: number,
  slice: number,
  derivations: readonly Derivation[],
  beside: Settings | null,
): Sql {
  const settings = derivations.map(({ column: { name } }, i) => sql`${ident(name)} = derived.${valueOf(i)}`);
  if (beside !== null) settings.push(beside(sql`typed`));
  return sql`
    update ${typedTable(loadId, slice)} as typed
    set ${join(settings)}
    from ${valuesTable} as derived
    where (derived.record_no operator(pg_catalog.=) ${recordNoOf(sql`typed`)})`;
}

/** Whether the expression came to nothing for the record of the relation. */
export function isUnderived(relation: Relation, position: number, onlyRaised: boolean): Sql {
  return sql`exists (
      select
      from ${underivedTable} as underived
      where (underived.record_no operator(pg_catalog.=) ${relation.recordNo})
        and (underived.position operator(pg_catalog.=) ${integer(position)})${onlyRaised ? sql` and (underived.message is not null)` : sql``}
    )`;
}

/** What the expression raised on the record, in PostgreSQL's words, or its SQLSTATE alone. */
export function raisedWords(relation: Relation, position: number, isHidden: boolean): Sql {
  const words = isHidden
    ? sql`underived.state`
    : sql`pg_catalog.concat(pg_catalog.left(underived.message, 120), ' (', underived.state, ')')`;
  return sql`(
      select ${words}
      from ${underivedTable} as underived
      where (underived.record_no operator(pg_catalog.=) ${relation.recordNo})
        and (underived.position operator(pg_catalog.=) ${integer(position)})
    )`;
}

function valueOf(position: number): Sql {
  return ident(`value ${position}`);
}

function unreadOf(position: number): Sql {
  return ident(`unread ${position}`);
}

function isOneOf(text: Sql, all: readonly string[]): Sql {
  return sql`(${text} operator(pg_catalog.=) any (${textArray(all)}))`;
}
