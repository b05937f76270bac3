import { sql, trustedSql, type Sql } from '../../core/sql.ts';

/**
 * What a statement of the owner's answers, as text; at most two rows, of which the second is one too many. As a part of a query it
 * can only read, and by its parameter it is sent by the protocol that takes one statement and no second one.
 */
export function selectAnswer(statement: string): Sql {
  // a comment may end it
  const inner = trustedSql(statement.replace(/[;\s]+$/, ''));
  return sql`select answered.number::pg_catalog.text as answer from (\n${inner}\n) as answered (number) limit ${2}`;
}
