import { mustHaveValue } from './rule.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { literal, type Sql, sql } from '../../core/sql.ts';

/** What people and programs write where there is no value; in any case. */
const words = String.raw`^(\\n|null|n/?a|#n/a|none|nil|-|--)$`;

/** Text: what a reason says of a refused cell that looks like a word for NULL; NULL of any other, and where the column needs a value. */
export function nullWordHint(cell: Sql, column: ContractColumn): Sql {
  if (mustHaveValue(column)) return sql`null`;
  return sql`case when (${cell} collate pg_catalog."C") operator(pg_catalog.~*) ${literal(words)}
    then 'without quotes it is NULL with --null ''' operator(pg_catalog.||) ${cell} operator(pg_catalog.||) ''' (null of a dataset)' end`;
}
