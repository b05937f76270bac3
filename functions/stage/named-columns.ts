import type { FileColumn } from '../core/contract.ts';
import { requireColumns } from '../compile/header/missing-columns.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { SliceRow } from '../ledger/slices/slices-sql.ts';

/**
 * The columns of a file whose records name them: what no record names is absent, as a column is that a header lacks, so that
 * its default and what stands in the target stay. Where no record is sound nothing is known, and all columns stay.
 * @throws LoadRejected MISSING_COLUMN where no record names a column that every row needs, as where a header lacks it
 */
export function namedColumns(
  { contract, fileColumns }: Pick<PlannedLoad, 'contract' | 'fileColumns'>,
  slices: readonly Pick<SliceRow, 'namedColumns' | 'records' | 'unsoundRecords'>[],
): readonly FileColumn[] {
  const isSound = slices.some(({ records, unsoundRecords: unsound }) => (records ?? 0) > (unsound ?? 0));
  const staged = slices.filter(({ records }) => (records ?? 0) > 0);
  if (!isSound || staged.some(({ namedColumns: named }) => named === null)) return fileColumns;
  const named = new Set(staged.flatMap(({ namedColumns: places }) => places ?? []));
  const columns = fileColumns.map(({ absent: _, ...column }, place) =>
    named.has(place) ? column : { ...column, absent: true as const },
  );
  requireColumns(contract, columns);
  return columns;
}
