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
  /** Accepted records by the day of the column that the dataset's `countByDay` names, the oldest first, the newest 366; null: the record has none. `left`: older days that are not told. Absent: it names none, or the file does not have it. */
  byDay: z
    .strictObject({
      column: z.string(),
      days: z.array(
        z.strictObject({
          day: z.string().nullable(),
          inserted: z.int(),
          updated: z.int(),
          unchanged: z.int(),
          stale: z.int(),
          deleted: z.int(),
        }),
      ),
      left: z.int(),
    })
    .optional(),
});
/** The same as a type. */
export type Diff = z.infer<typeof diffSchema>;
