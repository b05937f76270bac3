import type { ContractColumn } from '../../../core/contract.ts';
import { literal, type Sql, sql } from '../../../core/sql.ts';
import { integer } from '../rule.ts';

/**
 * Levels of nesting. PostgreSQL's parser is recursive and raises 54001 instead of judging when its stack is full: with the
 * default max_stack_depth of 2 MB that is beyond 5,000 levels, so 1,000 leaves room for a stack of half that.
 */
export const MAX_JSON_DEPTH = 1000;

/** json, jsonb, and domains over what is judged as input (which may be json). */
export function mayBeJson(column: ContractColumn): boolean {
  return column.judgedAsInput && (column.isDomain || column.type === 'json' || column.type === 'jsonb');
}

/**
 * Whether a text is nested too deeply: counts opening brackets first (cheap, never fewer than the depth), and only where
 * there are too many of them walks the brackets outside of strings.
 */
export function nestsTooDeeply(value: Sql): Sql {
  return sql`case
    when pg_catalog.octet_length(${value}) operator(pg_catalog.<=) ${integer(MAX_JSON_DEPTH)} then false
    when pg_catalog.octet_length(${value}) operator(pg_catalog.-) pg_catalog.octet_length(pg_catalog.translate(${value}, '[{', ''))
      operator(pg_catalog.<=) ${integer(MAX_JSON_DEPTH)} then false
    else (
      select pg_catalog.max(steps.depth)
      from (
        select pg_catalog.sum(case when bracket.sign operator(pg_catalog.~) '^[[{]' then 1 else -1 end) over (order by bracket.no) as depth
        from pg_catalog.regexp_split_to_table(
          pg_catalog.regexp_replace(pg_catalog.regexp_replace(${value}, ${literal('"([^"\\\\]|\\\\.)*"')}, '', 'g'), '[^][{}]', '', 'g'), ''
        ) with ordinality as bracket (sign, no)
      ) as steps
    ) operator(pg_catalog.>) ${integer(MAX_JSON_DEPTH)}
  end`;
}
