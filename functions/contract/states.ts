import { z } from 'zod';
import { outcomeSchema } from './outcomes.ts';

/** One pair a state: what it is given and what it answers. Ids and counts only, never rows, never the contract. */

const attempt = z.strictObject({ loadId: z.int().positive(), attempt: z.int().nonnegative() });

/** What a person asks for (command line, backfill): one object into one dataset. */
export const loadRequestSchema = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().nullable().default(null),
  dataset: z.string().min(1).optional(),
  /** An ad-hoc dataset: everything else comes from the catalogue. */
  into: z.string().min(1).optional(),
  businessKey: z.array(z.string().min(1)).optional(),
  delimiter: z.string().optional(),
  leniencies: z.array(z.string()).optional(),
  /** Conflict rule and limits of an ad-hoc dataset, as a declared one has them; checked with the dataset. */
  conflict: z.record(z.string(), z.unknown()).optional(),
  limits: z.record(z.string(), z.unknown()).optional(),
  dryRun: z.boolean().default(false),
  force: z.boolean().default(false),
  sliceBytes: z.int().positive().optional(),
});
export type LoadRequest = z.infer<typeof loadRequestSchema>;

/** S3 "Object Created" by EventBridge, parsed loosely: AWS adds fields, and sources may be IPv6. Keys are raw. */
export const objectCreatedSchema = z.looseObject({
  source: z.literal('aws.s3'),
  detail: z.looseObject({
    bucket: z.looseObject({ name: z.string() }),
    object: z.looseObject({
      key: z.string(),
      size: z.number().optional(),
      etag: z.string().optional(),
      'version-id': z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});

export const registerInput = z.strictObject({
  state: z.literal('Register'),
  execution: z.string().min(1),
  request: z.union([objectCreatedSchema, loadRequestSchema]),
});
export const registerOutput = z.strictObject({
  loadId: z.int().positive().nullable(),
  attempt: z.int().nonnegative(),
  /** proceed: take the lease. finish: refused, Finish records it. end: ALREADY_LOADED or IGNORED, nothing to do. */
  decision: z.enum(['proceed', 'finish', 'end']),
  outcome: outcomeSchema.nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});

export const acquireLeaseInput = attempt.extend({
  state: z.literal('AcquireLease'),
  execution: z.string().min(1),
  executionStartedAt: z.string().min(1),
});
export const acquireLeaseOutput = attempt.extend({
  /** wait: another load holds the target. finish: superseded meanwhile. end: loaded meanwhile. */
  decision: z.enum(['proceed', 'wait', 'finish', 'end']),
  waitSeconds: z.int().nonnegative(),
  outcome: outcomeSchema.nullable(),
});

/** Slices [slice, through] are staged one after the other; `from` null lets the first one guess where its first record starts. */
export const stageItem = z.strictObject({
  slice: z.int().nonnegative(),
  through: z.int().nonnegative(),
  from: z.int().nonnegative().nullable(),
});
export type StageItem = z.infer<typeof stageItem>;

export const planSlicesInput = attempt.extend({ state: z.literal('PlanSlices') });
export const planSlicesOutput = attempt.extend({ stage: z.array(stageItem) });

export const stageSliceInput = attempt.extend({ state: z.literal('StageSlice'), item: stageItem });
export const stageSliceOutput = z.strictObject({ records: z.int(), bytes: z.int() });

export const composeInput = attempt.extend({ state: z.literal('Compose') });
export const composeOutput = attempt.extend({ stage: z.array(stageItem), validate: z.array(z.int()) });

export const validateSliceInput = attempt.extend({ state: z.literal('ValidateSlice'), slice: z.int().nonnegative() });
export const validateSliceOutput = z.strictObject({ rejected: z.int() });

export const transformInput = attempt.extend({ state: z.literal('Transform') });
export const transformOutput = attempt.extend({
  gate: z.enum(['merge', 'refuse', 'dryRun']),
  lanes: z.array(z.int()),
});

export const mergeBatchesInput = attempt.extend({ state: z.literal('MergeLane'), lane: z.int().nonnegative(), lanes: z.int().positive() });
export const mergeBatchesOutput = attempt.extend({
  lane: z.int().nonnegative(),
  lanes: z.int().positive(),
  done: z.boolean(),
  waitSeconds: z.int().nonnegative(),
});

export const finishInput = attempt.extend({ state: z.literal('Finish') });
export const finishOutput = attempt.extend({ outcome: outcomeSchema });

export const reportInput = attempt.extend({ state: z.literal('Report') });
export const reportOutput = z.strictObject({ loadId: z.int(), outcome: outcomeSchema, reportPath: z.string().nullable() });
