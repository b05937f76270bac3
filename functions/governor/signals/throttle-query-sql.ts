import { sql, trustedSql, type Sql } from '../../core/sql.ts';

/**
 * What a statement of the owner's answers, as text; at most two rows, of which the second is one too many. As a part of a query it
 * can only read, and by its parameter it is sent by the protocol that takes one statement and no second one.
 */
export function selectAnswer(statement: string): Sql {
  // a comment may end it
  const inner = trustedSql(withoutEnd(statement));
  return sql`select answered.number::pg_catalog.text as answer from (\n${inner}\n) as answered (number) limit ${2}`;
}

/** Without the semicolons that a person ends a statement with. */
function withoutEnd(statement: string): string {
  let text = statement.trimEnd();
  while (text.endsWith(';')) text = text.slice(0, -1).trimEnd();
  return text;
}
