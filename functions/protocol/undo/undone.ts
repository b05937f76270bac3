import { z } from 'zod';

/** Rows of a load's target, by what its undo made of them. */
export const undoCountsSchema = z.strictObject({
  /** They have their values from before again. */
  restored: z.int(),
  /** The load had inserted them, and they are gone. */
  removed: z.int(),
  /** The load had deleted them, and they are there again. */
  returned: z.int(),
  /** They were as before when they were asked. */
  untouched: z.int(),
  /** They stay as they are. */
  kept: z.int(),
});

/** What became of a load that somebody asked to undo. */
export const undoneSchema = undoCountsSchema.extend({
  /** When it had ended; null: it has not. */
  at: z.string().nullable(),
  /** Who asked first, when, and why. */
  by: z.string(),
  askedAt: z.string(),
  why: z.string().nullable(),
  /** How its newest execution ended before the undo had; asked again, it goes on. Absent: it did not. */
  stopped: z.strictObject({ at: z.string(), code: z.string(), message: z.string() }).optional(),
});
