import { z } from 'zod';
import { problemOfWritten } from './written-steps.ts';

/** Column of the target, or `*` for all columns of text -> its steps in order: `trim`, `null:NA`. */
export const cleaningShape = z.record(z.string().min(1), z.array(z.string().min(1).superRefine(checkStep)).min(1));

function checkStep(written: string, context: z.RefinementCtx): void {
  const message = problemOfWritten(written);
  if (message !== null) context.addIssue({ code: 'custom', message });
}
