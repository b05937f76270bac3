import { z } from 'zod';

/** What `landfall init --json` prints, beside its version: what was proposed, and written where it was asked for. */
export const initialisedSchema = z.strictObject({
  /** From where the person stands. */
  file: z.string(),
  /** As it was written. */
  dataset: z.record(z.string(), z.unknown()),
  /** Tries it. */
  command: z.string(),
  /** Statements that make its table, where there is none; else null. */
  ddl: z.string().nullable(),
  /** Config that was written too, from where the person stands; null: the project has one. */
  config: z.string().nullable(),
  proposals: z.array(z.strictObject({ question: z.string(), answer: z.string(), why: z.string() })),
});
/** The same as a value. */
export type Initialised = z.infer<typeof initialisedSchema>;
