import { trustedSql, type Sql } from './sql.ts';

/**
 * A type as format_type prints it where pg_catalog is the whole search_path, to be read under any other: built-in types that
 * are no key words of the grammar are printed bare (`date`, `jsonb[]`, `"char"`), and a type of that name may stand in a
 * schema that somebody else may write.
 */
export function qualifiedType(type: string): string {
  const isBare = /^(?:[a-z_][a-z0-9_]*|"[^".]+")(?:\(|\[|$)/.test(type);
  return isBare && !keyWord.test(type) ? `pg_catalog.${type}` : type;
}

/** The same as SQL. */
export function typeSql(type: string): Sql {
  return trustedSql(qualifiedType(type));
}

/** Types that the grammar itself takes from pg_catalog. */
const keyWord =
  /^(?:bigint|integer|smallint|real|double precision|numeric|boolean|bit|character|interval|time|timestamp)\b/;
