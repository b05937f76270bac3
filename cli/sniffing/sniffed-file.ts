import { z } from 'zod';

/** One way of reading. */
const way = z.strictObject({
  /** Options of load that say it. */
  options: z.string(),
  /** Fields of a dataset that say it. */
  dataset: z.string(),
  /** Records that were looked at, and those that fit: the table's types, or without one the number of cells. */
  records: z.int(),
  fitting: z.int(),
});
/** The same as a type. */
export type Way = Readonly<z.infer<typeof way>>;

/** How a file is to be read, as `landfall sniff --json` tells it, beside its version. */
export const sniffedFileSchema = z.strictObject({
  /** As typed. */
  file: z.string(),
  /** How it is packed, outermost first; null: it is not. */
  unpacked: z.string().nullable(),
  /** One way is meant, and no other comes near. */
  isSure: z.boolean(),
  /** The likeliest first; none where it is no table. */
  ways: z.array(way).readonly(),
  /** Lines before the header. */
  skipRows: z.int(),
  /** Names of the columns; null where no line looks like a header. */
  header: z.array(z.string()).readonly().nullable(),
  /** Where no load can take the header, or there is none: names of columns to declare, and the lines before the first record. Null: it can. */
  named: z.strictObject({ columns: z.array(z.string()).readonly(), skipRows: z.int() }).nullable(),
  /** The table that was asked; null: none was. */
  into: z.string().nullable(),
  /** Why nothing can be told; null: something can. */
  refusal: z.string().nullable(),
});
/** The same as a type. */
export type SniffedFile = Readonly<z.infer<typeof sniffedFileSchema>>;
