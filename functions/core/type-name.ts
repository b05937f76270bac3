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

/** `numeric(4,2)[]` is `numeric[]`, `interval day to second(0)` is `interval`; a bare `character` would be one of length 1. */
export function withoutSize(type: string): string {
  if (/^interval\b/.test(type)) return type.endsWith('[]') ? 'interval[]' : 'interval';
  if (!/^(?:numeric|time|timestamp|character)\b/.test(type)) return type;
  return type.replace(/\(\d+(?:,-?\d+)?\)/, '').replace(/^character(?=\[|$)/, 'bpchar');
}
