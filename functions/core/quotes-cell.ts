import { join, sql, type Sql } from './sql.ts';

/**
 * Whether the words of an error quote one of a record's cells, all of them texts: then the cell is what raised it (docs/adr/0026).
 * Cells of one or two characters are in any words. One meaning for validate and merge.
 */
export function quotesCell(words: Sql, cells: readonly Sql[]): Sql {
  return sql`exists (
            select
            from pg_catalog.unnest(array[${join(cells)}]::pg_catalog.text[]) as cell (words)
            where (pg_catalog.char_length(cell.words) operator(pg_catalog.>) 2)
              and (pg_catalog.strpos(pg_catalog.lower(${words}), pg_catalog.lower(cell.words)) operator(pg_catalog.>) 0)
          )`;
}
