import { z } from 'zod';

const attempt = z.strictObject({ loadId: z.int().positive(), attempt: z.int().nonnegative() });

/** What an execution of an undo is started with; `attempt` is 0 until the load's table is taken. */
export const undoRequestSchema = attempt;
/** It as a type. */
export type UndoRequest = z.infer<typeof undoRequestSchema>;

/** BeginUndo: the input of the whole execution; how long it has waited counts from executionStartedAt, ISO 8601. */
export const beginUndoInput = attempt.extend({
  state: z.literal('BeginUndo'),
  execution: z.string().min(1),
  executionStartedAt: z.string().min(1),
});
/** BeginUndo: proceed: `attempt` is the new one. wait: another load holds the target. report: it is undone, and its report does not say so yet. end: nothing is to be undone, for the reason in words; null: it is undone. */
export const beginUndoOutput = attempt.extend({
  decision: z.enum(['proceed', 'wait', 'report', 'end']),
  waitSeconds: z.int().nonnegative(),
  refused: z.string().nullable(),
});

/** UndoRows: chunks of the journal, until none is left, the time runs out or others come first. */
export const undoRowsInput = attempt.extend({ state: z.literal('UndoRows') });
/** UndoRows: to be called again after waitSeconds, or done. */
export const undoRowsOutput = attempt.extend({
  decision: z.enum(['done', 'again']),
  waitSeconds: z.int().nonnegative(),
});

/** FinishUndo: the load is undone, its table is free. */
export const finishUndoInput = attempt.extend({ state: z.literal('FinishUndo') });
/** FinishUndo: as UndoRows has it. */
export const finishUndoOutput = attempt.extend({ refused: z.null() });

/** ReportUndone: of a load that is undone, so that its report says so. */
export const reportUndoneInput = attempt.extend({ state: z.literal('ReportUndone') });
/** ReportUndone: as UndoRows has it. */
export const reportUndoneOutput = attempt.extend({ refused: z.null() });
