import { z } from 'zod';
import { countsSchema, outcomeSchema } from '../../functions/protocol/outcomes.ts';

const problem = z.strictObject({
  /** Of a load that would be refused so: one of functions/protocol/load-codes.ts. DATASET_INVALID: the declaration by itself. */
  code: z.string(),
  /** The way to the field in the file; of a module the name of the export first. Empty: the whole file. */
  path: z.array(z.union([z.string(), z.int()])),
  /** From 1; of a module the nearest that was found. */
  line: z.int(),
  column: z.int(),
  message: z.string(),
});
/** What is wrong, and where. */
export type CheckedProblem = z.infer<typeof problem>;

const checkedDataset = z.strictObject({
  /** Null: a file that declares none, or none that can be told. */
  name: z.string().nullable(),
  /** From the project's folder, with slashes. */
  file: z.string(),
  /** As it is declared; null where that is not right. */
  table: z.string().nullable(),
  problems: z.array(problem),
});
/** A dataset, or a file that should declare one. */
export type CheckedDataset = z.infer<typeof checkedDataset>;

const rejects = z.strictObject({ code: z.string(), column: z.string().nullable(), rejects: z.int() });

const judgedFile = z.strictObject({
  /** As typed. */
  file: z.string(),
  dataset: z.string().nullable(),
  /** DRY_RUN: it would be loaded, but for its rejects. Null: it was not judged, and the message says why. */
  outcome: outcomeSchema.nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** What would become of its records; null where it did not come so far. */
  counts: countsSchema.nullable(),
  rejectsByCode: z.array(rejects),
  /** The first record of each of the five reasons that reject most. */
  samples: z.array(
    z.strictObject({
      code: z.string(),
      column: z.string().nullable(),
      line: z.int().nullable(),
      value: z.string().nullable(),
      message: z.string(),
    }),
  ),
  /** The newest load of it that was judged to its end; null: there is none. */
  before: z
    .strictObject({
      loadId: z.int(),
      outcome: outcomeSchema,
      rejected: z.int(),
      rejectsByCode: z.array(rejects),
      /** Whether the file has other bytes by now. */
      isOther: z.boolean(),
    })
    .nullable(),
  /** Reasons that reject more records than they did in that load, and by how many. */
  more: z.array(rejects),
});
/** A file that was judged as a load would judge it. */
export type JudgedFile = z.infer<typeof judgedFile>;

/** What `landfall check --json` prints, beside its version. */
export const checkedProjectSchema = z.strictObject({
  /** Absolute; null: there is none. */
  config: z.string().nullable(),
  /** host:port/database whose tables were asked; null: none was. */
  database: z.string().nullable(),
  datasets: z.array(checkedDataset),
  /** Of --against; absent without it. */
  against: z.array(judgedFile).optional(),
});
/** All that was found. */
export type CheckedProject = z.infer<typeof checkedProjectSchema>;
