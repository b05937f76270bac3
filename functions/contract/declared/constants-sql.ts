import { type Sql, sql } from '../../core/sql.ts';

/** Of texts and the types that they are to be read as: { position, message } of those that cannot be. */
export function selectUnreadable(texts: readonly string[], types: readonly string[]): Sql {
  return sql`
select asked.position::pg_catalog.int4 as position, error.message
from rows from (pg_catalog.unnest(${texts}::pg_catalog.text[]), pg_catalog.unnest(${types}::pg_catalog.text[])) with ordinality as asked (text, type, position)
cross join lateral pg_catalog.pg_input_error_info(asked.text, asked.type) as error
where (error.message is not null)
order by asked.position`;
}
