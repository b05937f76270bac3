import { z } from 'zod';

/** Settings of memory that statements over the whole load were given. */
export const memorySchema = z.strictObject({
  workMemKb: z.int(),
  hashMemMultiplier: z.number(),
  workers: z.int(),
  maintenanceWorkMemKb: z.int(),
  maintenanceWorkers: z.int(),
  why: z.string(),
});

/** One of them, as report.json has it. */
export const notJudgedSchema = z.strictObject({
  kind: z.enum(['trigger', 'exclusion constraint', 'unique index', 'check', 'foreign key', 'not null']),
  name: z.string(),
});
/** Something of the target that may refuse rows when they are merged. */
export type NotJudged = z.infer<typeof notJudgedSchema>;

/** What was decided of the target's indexes. */
export const indexesSchema = z.strictObject({
  plan: z.enum(['keep', 'rebuild']),
  why: z.string(),
  indexes: z.array(
    z.strictObject({
      name: z.string(),
      sizeBytes: z.int(),
      /** rebuild: dropped before the merge and built again after it; what a dry run says would be done. */
      plan: z.enum(['keep', 'rebuild']),
      /** missing: it was dropped and is not back. */
      became: z.enum(['kept', 'rebuilt', 'missing']),
      why: z.string(),
      /** How long building it took; null where it was not built. */
      seconds: z.number().nullable(),
    }),
  ),
});

/** Records that lost against another one of their key: the first of them, with their keys as they may be shown. */
export const firstDuplicatesSchema = z.array(
  z.strictObject({
    record: z.int(),
    /** Null: the object has no lines. */
    line: z.int().nullable(),
    /** The key of its object, of a load that has several. */
    object: z.string().optional(),
    /** Its key, the record of it that counts, and why that one. */
    message: z.string(),
  }),
);

/** What to declare so that rejects do not break a rule: at most one a rule. */
export const mendsSchema = z.array(
  z.strictObject({
    code: z.string(),
    column: z.string().nullable(),
    /** An option of `landfall load`, or what to write into the dataset. */
    way: z.string(),
    /** Others that take as many records, and make other values of them. */
    others: z.array(z.string()),
    /** Rejects that break the rule and were tried, of the first 1,000. */
    of: z.int(),
    /** Of these, those that do not break it under it. */
    taken: z.int(),
    /** Of those that are taken, records that break another rule too; where `isJudged` is false, that lack a value which its column wants or have one of another form. */
    breakAnother: z.int(),
    /** False: no other rule was asked of these records yet, since they could not be told apart into cells. */
    isJudged: z.boolean(),
  }),
);

/** What wrote a report, each with its version; null: not known, or none. */
export const madeBySchema = z.strictObject({
  landfall: z.string().nullable(),
  node: z.string(),
  /** As Node names it, with the processor: `linux arm64`. */
  platform: z.string(),
  postgresql: z.string().nullable(),
  /** Name of the stack; null: a command on one machine. */
  stack: z.string().nullable(),
});

const digestSchema = z.strictObject({ expected: z.string(), source: z.string().nullable() });

/** Figures of source, staging and table. */
export const controlSchema = z.strictObject({
  /** Who says what the object holds: the request, or names of sidecars. */
  from: z.array(z.string()),
  /** expected: null where nobody says it. staged: accepted records. merged: those of them that the target has now. */
  records: z.strictObject({ expected: z.int().nullable(), source: z.int(), staged: z.int(), merged: z.int() }),
  /** Exact sums, decimal text. source: over all records of the object; null where a reject's cell is no number. staging: over accepted records. table: over the same rows of the target. Null: the load did not come so far. */
  sums: z.array(
    z.strictObject({
      column: z.string(),
      expected: z.string().nullable(),
      source: z.string().nullable(),
      staging: z.string().nullable(),
      table: z.string().nullable(),
    }),
  ),
  /** Of the object's bytes as they lie in the bucket. Absent: nobody gives one. */
  sha256: digestSchema.optional(),
  md5: digestSchema.optional(),
});
