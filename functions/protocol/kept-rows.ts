import { z } from 'zod';

/** Rows that a load was to delete and that are there still: how many, and some of them with what the target said. */
export const keptRowsSchema = z.strictObject({
  rows: z.int(),
  shown: z.array(z.strictObject({ key: z.string(), sqlState: z.string().nullable(), message: z.string() })),
});
