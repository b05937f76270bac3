import { type Sql, sql } from '../../core/sql.ts';
import { shortened } from './shown-text.ts';

/**
 * Reasons that show the cell as the file has it, where cleaning made another of it: `(in the file: 'abcd')`.
 * @param reasons jsonb, as validate/judging/reasons-sql.ts makes them.
 * @param sources jsonb, `{ column: text or null }` of the cells that were changed; NULL where none was.
 */
export function withSources(reasons: Sql, sources: Sql): Sql {
  const column = sql`(reason.said operator(pg_catalog.->>) 'column')`;
  const source = sql`(${sources} operator(pg_catalog.->>) ${column})`;
  return sql`case
      when ${sources} is null then ${reasons}
      else (
        select pg_catalog.jsonb_agg(
          case
            when ${sources} operator(pg_catalog.?) ${column} then pg_catalog.jsonb_set(reason.said, '{message}', pg_catalog.to_jsonb(pg_catalog.concat(
              reason.said operator(pg_catalog.->>) 'message',
              ' (in the file: ', coalesce('''' operator(pg_catalog.||) ${shortened(source)} operator(pg_catalog.||) '''', 'empty'), ')'
            )))
            else reason.said
          end
          order by reason.no
        )
        from pg_catalog.jsonb_array_elements(${reasons}) with ordinality as reason (said, no)
      )
    end`;
}
