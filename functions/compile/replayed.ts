import type { Contract } from '../core/contract.ts';
import type { FixedColumn } from '../core/format/file-format.ts';
import type { Dataset } from './declaration/schema.ts';

/**
 * A dataset as it judges records that it rejected before. They stand in the format of that time, whatever the dataset says of
 * files that come now, below a header of one row, and what it demands of a whole file is not asked of a few records of one. What it
 * rejects waits under the first load.
 */
export function replayed(
  dataset: Dataset,
  { format, gatedBelow }: NonNullable<Contract['replay']> & { readonly format: Readonly<ReplayedFormat> },
): Dataset {
  const {
    quote: _quote,
    recordEnd: _end,
    escape: _escape,
    comment: _comment,
    skipRows: _skipRows,
    trailerRows: _trailerRows,
    trailerTotals: _totals,
    repeatedHeaders: _repeatedHeaders,
    blankRows,
    header: _names,
    headerRows: _rows,
    encoding: _encoding,
    fixed: _fixed,
    cells: _cells,
    member: _member,
    control: _control,
    waitForParents: _days,
    ...declared
  } = dataset;
  const {
    maxRejectsByCode: _byCode,
    minRecords: _least,
    maxRecords: _most,
    nullShare: _nulls,
    ...limits
  } = dataset.limits;
  const { kind, delimiter = ',', recordEnd, quote, escape, fixed } = format;
  return {
    ...declared,
    format: kind,
    undeclared: [],
    delimiter,
    // each record that comes back has a number, so none is passed over
    ...(kind !== 'ndjson' && { blankRows: blankRows === 'keep' ? blankRows : ('reject' as const) }),
    ...(recordEnd !== undefined && { recordEnd }),
    ...(quote !== undefined && { quote }),
    ...(escape !== undefined && { escape }),
    ...(fixed !== undefined && { fixed: [...fixed] }),
    limits: { ...limits, maxRejects: null, maxRejectShare: null, allowAllRejected: true },
    loadRules: [],
    replay: { gatedBelow },
  };
}

/** How records were told apart; words for NULL are those of today. */
export interface ReplayedFormat {
  readonly kind: Contract['format']['kind'];
  readonly delimiter?: string | undefined;
  readonly recordEnd?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  readonly fixed?: readonly FixedColumn[] | undefined;
}
