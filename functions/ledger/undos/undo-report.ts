import type { LoadReport } from '../../protocol/outcomes.ts';

/** What undo-report-sql.ts says of a load. */
export interface UndoReportRow {
  undone: LoadReport['undone'] | null;
  after_undo: LoadReport['afterUndo'] | null;
}

/** The same as report.json has it. */
export function undoReportOf({
  undone,
  after_undo: afterUndo,
}: UndoReportRow): Pick<LoadReport, 'undone' | 'afterUndo'> {
  return { ...(undone && { undone }), ...(afterUndo && { afterUndo }) };
}
