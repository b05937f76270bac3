import type { RecordRange, Written } from '../../conflict/range-sql.ts';
import { ruleOf } from '../../conflict/all.ts';
import { controlColumns, type SummedColumn } from '../../contract/control/control-columns.ts';
import { sameDecimal } from '../../core/control/decimal.ts';
import { printable } from '../../core/printable.ts';
import { one, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import type { BatchRow } from '../../ledger/batches/batches-sql.ts';
import type { BatchReceipt, ReconciledSum } from '../../ledger/batches/parts-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { ReconciliationMismatch } from '../../protocol/errors.ts';
import { plannedCounts } from '../write.ts';
import { selectWrittenSums, type WrittenSums } from './reconcile-sql.ts';

/**
 * Sums of what a transaction wrote, over its records in staging and over the rows that the target has of them, before it commits:
 * others cannot have changed those meanwhile. Only for columns that control totals ask for, and where rows have a key.
 * @throws {ReconciliationMismatch} where they differ: a trigger or a rule of the target stored something else
 */
export async function reconcile(
  load: PlannedLoad,
  { range, part, receipt }: { readonly range: RecordRange; readonly part: BatchRow; readonly receipt: BatchReceipt },
  db: Db,
): Promise<readonly ReconciledSum[]> {
  // a column that is merged in a way of its own need not have what the file says
  const columns = controlColumns(load, load.control).filter(({ column }) => column.merge === undefined);
  if (columns.length === 0 || !ruleOf(load.contract).demands.key) return [];
  const planned = plannedCounts(part);
  const dispositions = (['new', 'changed'] as const satisfies readonly Written[]).filter((name) => planned[name] > 0);
  const stale = receipt.counts.stale - planned.stale;
  const left = { some: stale > 0, refused: receipt.counts.rejected > 0 };
  const sums = await withOwnSettings(db, async () => {
    const found: WrittenSums[] = [];
    for (const disposition of dispositions)
      found.push(await one<WrittenSums>(db, selectWrittenSums(range, { disposition, columns }, left)));
    return found;
  });
  const kept = sums.reduce((all, each) => all + each.kept, 0);
  const missing = sums.reduce((all, each) => all + each.missing, 0);
  if (missing > 0 || kept < stale)
    throw mismatch(
      part,
      `${missing} rows are not under the keys they were written with, and ${kept} are others' where ${stale} should be`,
    );
  return sums.flatMap((each) => columns.map((column, i) => agreeing(part, column, each, i)));
}

function agreeing(part: BatchRow, { column }: SummedColumn, sums: WrittenSums, i: number): ReconciledSum {
  const staging = sums.staging[i] ?? '0';
  const table = sums.table[i] ?? '0';
  if (!sameDecimal(staging, table))
    throw mismatch(
      part,
      `the rows that were written of column ${printable(column.name)} do not add up to the accepted records`,
    );
  return { column: column.name, staging, table };
}

/** Without the sums: of one record they are its cell, and these words go into logs and mails. */
function mismatch({ batch, from_record: from, to_record: to }: BatchRow, words: string): ReconciliationMismatch {
  return new ReconciliationMismatch(
    `batch ${batch}, records ${from} to ${to - 1} of its slice: ${words}. This transaction is undone; does a trigger of the target change what is stored?`,
  );
}
