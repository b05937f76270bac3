import { ident, sql, type Sql } from '../core/sql.ts';

/** Of one statement, inside a transaction. */
const foundTable = ident('pg_temp', 'landfall found');

/** A table for the rows of a query. WITH NO DATA: the query is not even planned. */
export function createFound(query: Sql): Sql {
  return sql`create temporary table ${foundTable} on commit drop as ${query} with no data`;
}

/** Fills it. */
export function insertFound(query: Sql): Sql {
  return sql`insert into ${foundTable} ${query}`;
}

/** The rows that it holds. */
export const selectFound: Sql = sql`select * from ${foundTable}`;

/** The next statement may have one of other columns. */
export const dropFound: Sql = sql`drop table ${foundTable}`;

/** Whether the role may make temporary tables here, and the statement that lets it. */
export const selectTemporaryRight: Sql = sql`
  select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'temporary') as may,
    pg_catalog.format('grant temporary on database %I to %I', pg_catalog.current_database(), current_user) as "grant"`;
