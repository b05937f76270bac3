import type { LoadReport } from '../protocol/outcomes.ts';
import type { Measured } from '../runtime/metrics.ts';

/** What a load that has ended is measured by; nothing where it was a dry run, which loads nothing. */
export function loadMetrics(
  report: Pick<LoadReport, 'outcome' | 'code' | 'counts' | 'milliseconds'>,
): Measured['values'] {
  // its records and its time were measured when it began to wait
  if (report.code === 'DECLINED') return { LoadsRejected: 1 };
  switch (report.outcome) {
    case 'LOADED':
      return { LoadsLoaded: 1, ...rowsOf(report), ...millisecondsOf(report) };
    case 'REJECTED':
      return { LoadsRejected: 1, ...rowsOf(report), ...millisecondsOf(report) };
    case 'SUPERSEDED':
      return { LoadsSuperseded: 1 };
    case 'HELD':
      return { LoadsHeld: 1 };
    case 'ALREADY_LOADED':
    case 'DRY_RUN':
    case 'IGNORED':
    case 'FAILED':
      return {};
  }
}

function rowsOf({ counts }: Pick<LoadReport, 'counts'>): Measured['values'] {
  return {
    RowsInserted: counts.inserted,
    RowsUpdated: counts.updated,
    RowsUnchanged: counts.unchanged,
    RowsRejected: counts.rejected,
    RowsDuplicate: counts.duplicate,
    // of no records no share is known
    ...(counts.records === 0 ? {} : { RejectShare: (100 * counts.rejected) / counts.records }),
  };
}

function millisecondsOf({ milliseconds }: Pick<LoadReport, 'milliseconds'>): Measured['values'] {
  const { extract, stage, validate, transform, merge, report } = milliseconds;
  return {
    LoadMilliseconds: extract + stage + validate + transform + merge + report,
    ExtractMilliseconds: extract,
    StageMilliseconds: stage,
    ValidateMilliseconds: validate,
    TransformMilliseconds: transform,
    MergeMilliseconds: merge,
    ReportMilliseconds: report,
  };
}
