import { ident, sql, type Sql } from '../core/sql.ts';
import { stagingColumns, typedTable } from '../core/staging.ts';

/** So that a batch finds its records without reading the whole slice: 2 M changed rows in batches of 5,000, 1 s less. */
export function indexRecordNumbers(loadId: number, slice: number): Sql {
  return sql`create index if not exists ${ident(`l${loadId}_s${slice}_record_no`)} on ${typedTable(loadId, slice)} (${ident(stagingColumns.recordNo)})`;
}
