import { z } from 'zod';

/** What a load would change of rows that are there, as report.json says it. */
export const diffSchema = z.strictObject({
  /** Columns in which rows differ from their records, those with most cells first: cells that the load would change, and how many of them from a value to NULL. */
  columns: z.array(z.strictObject({ column: z.string(), changed: z.int(), turnedNull: z.int() })),
  /** Twenty cells at most, as PostgreSQL prints them, the first 80 characters of each; null is NULL, and what is sensitive is `(hidden)`. */
  samples: z.array(
    z.strictObject({
      /** Of the row: the columns of the business key and their values. */
      key: z.record(z.string(), z.string().nullable()),
      column: z.string(),
      old: z.string().nullable(),
      new: z.string().nullable(),
    }),
  ),
});
/** The same as a type. */
export type Diff = z.infer<typeof diffSchema>;
