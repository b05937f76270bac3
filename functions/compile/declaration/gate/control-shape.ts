import { z } from 'zod';

/**
 * What the dataset demands of sidecars. 240 minutes at most: a load that waits looks again and again, and an execution has room for
 * so many looks beside those at its lease.
 */
export const controlShape = z.strictObject({
  /** required: an object without one waits for it, and is refused where none comes. */
  sidecar: z.enum(['required', 'optional']).default('optional'),
  waitMinutes: z.number().min(0).max(240).default(0),
});
/** The same, checked. */
export type DeclaredControl = z.output<typeof controlShape>;
