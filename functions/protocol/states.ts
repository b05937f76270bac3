import { z } from 'zod';
import { controlTotalsSchema } from './control-totals.ts';
import { gates, outcomeSchema } from './outcomes.ts';

/**
 * One pair a state: what it is given and what it answers. Ids, counts and a hash only, never rows, never the contract.
 *
 * Over 250 lines: one contract of all states, field by field.
 */

const attempt = z.strictObject({ loadId: z.int().positive(), attempt: z.int().nonnegative() });

/** From PlanSlices on: the seal (core/contract-hash.ts) of the contract that this execution compiled from the catalogue. */
const sealed = attempt.extend({ seal: z.string().length(64) });

/** Records that a load rejected are loaded again: from the bytes that the quarantine keeps, or from a mended rejects.csv. */
export const replayRequestSchema = z.strictObject({
  /** The load that rejected them. */
  of: z.int().positive(),
  /** quarantine: bucket and key are those of that load, and nothing is read there. file: the object is its mended rejects.csv. */
  from: z.enum(['quarantine', 'file']),
  /** Of the quarantine only records that broke one of these rules; absent: all. */
  codes: z.array(z.string().min(1)).min(1).optional(),
  /** And no other rule than these. */
  only: z.literal(true).optional(),
  /** How that load's bytes were told apart. */
  format: z.strictObject({
    kind: z.enum(['csv', 'tsv', 'ndjson', 'fixed']),
    delimiter: z.string().optional(),
    quote: z.string().optional(),
    escape: z.string().optional(),
    fixed: z.array(z.strictObject({ name: z.string(), width: z.int() })).optional(),
  }),
  /** loads.gated_below of that load; null: it is not known. */
  gatedBelow: z.string().regex(/^\d+$/).nullable(),
});
/** The same as a type. */
export type ReplayRequest = z.infer<typeof replayRequestSchema>;

/** What a person asks for (command line, backfill): one object into one dataset. */
export const loadRequestSchema = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().nullable().default(null),
  dataset: z.string().min(1).optional(),
  /** An ad-hoc dataset: everything else comes from the catalogue. */
  into: z.string().min(1).optional(),
  businessKey: z.array(z.string().min(1)).optional(),
  format: z.string().optional(),
  delimiter: z.string().optional(),
  quote: z.string().optional(),
  /** Words for NULL. */
  nulls: z.array(z.string()).optional(),
  /** How else the object's bytes are read, as a declared dataset has it; checked with the dataset. */
  reading: z.record(z.string(), z.unknown()).optional(),
  /** Column, or `*` -> its cleaning steps in order; checked with the dataset. */
  clean: z.record(z.string(), z.array(z.string())).optional(),
  /** Column -> the text that every record has in it. */
  constants: z.record(z.string(), z.string()).optional(),
  /** Column -> what it says of where a record came from; checked with the dataset. */
  lineage: z.record(z.string(), z.string()).optional(),
  /** Column -> how a row that is there takes its values; checked with the dataset. */
  merge: z.record(z.string(), z.string()).optional(),
  /** Columns whose values are shown nowhere. */
  sensitive: z.array(z.string().min(1)).optional(),
  leniencies: z.array(z.string()).optional(),
  /** Name in the file -> column, and names that are read and dropped, as a declared dataset has them in columns; checked with it. */
  rename: z.record(z.string(), z.string()).optional(),
  ignore: z.array(z.string()).optional(),
  /** Columns of the file that are read and dropped, by their place from 1. */
  ignorePositions: z.array(z.int().positive()).optional(),
  /** What becomes of names that are no column, as a declared dataset has it; checked with the dataset. */
  unknownColumns: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  timeZone: z.string().optional(),
  order: z.string().optional(),
  /** Conflict rule and limits of an ad-hoc dataset, as a declared one has them; checked with the dataset. */
  conflict: z.record(z.string(), z.unknown()).optional(),
  replaceWhere: z.record(z.string(), z.unknown()).optional(),
  limits: z.record(z.string(), z.unknown()).optional(),
  /** Column -> its rules, as a declared dataset has them in columns.rules; checked with the dataset. */
  rules: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  /** The load was asked for with rules in SQL that were typed to its command, and have this hash (contract/typed-sql.ts). */
  typedRules: z.string().length(64).optional(),
  /** The same of a statement that was typed and stops the merge while it answers more than 0. */
  typedThrottle: z.string().length(64).optional(),
  /** How the load behaves towards others that use the target, in place of what its dataset says; checked with the dataset. */
  traffic: z.record(z.string(), z.unknown()).optional(),
  /** Days that records wait for their parents, as a declared dataset has it; checked with the dataset. */
  waitForParents: z.number().optional(),
  /** Column by whose day records are counted, as a declared dataset has it; checked with the dataset. */
  countByDay: z.string().optional(),
  /** When a person is asked before rows are merged, in place of what the dataset says; checked with the dataset. */
  approve: z.string().optional(),
  /** Whether what rows were before is kept, so that the load can be undone, in place of what the dataset says. */
  undo: z.boolean().optional(),
  /** What the source says that the object holds; beside what its sidecars say. */
  control: controlTotalsSchema.optional(),
  /** Objects of this bucket that are loaded together, in their order; `key` is that of the first then, and nothing is read there. */
  objects: z
    .array(z.strictObject({ key: z.string().min(1), size: z.int().nonnegative().optional() }))
    .min(1)
    .optional(),
  /** `key` is that of an object that lists them. */
  manifest: z.literal(true).optional(),
  /** `key` is that of an object that says that all others in its folder are there: they are what is loaded, as the dataset has it. */
  marker: z.literal(true).optional(),
  /** What becomes of a set of which an object cannot be read, in place of what the dataset says. */
  refusedObjects: z.enum(['refuse', 'leave-out']).optional(),
  /** The object is loaded with others, where its dataset gathers. */
  gather: z.literal(true).optional(),
  /** The objects that were gathered in this window; `key` is that of one of them. */
  window: z.int().positive().optional(),
  dryRun: z.boolean().default(false),
  force: z.boolean().default(false),
  replay: replayRequestSchema.optional(),
  /** Nothing is loaded: the report of this load, which was declined, is written anew. */
  reportOf: z.int().positive().optional(),
  /** What a yes to this load begins: where a no came first nothing is loaded, the object anew neither. Not kept. */
  yesTo: z.int().positive().optional(),
  sliceBytes: z.int().positive().optional(),
});
/** A request with its defaults; what landfall.loads keeps of it. */
export type LoadRequest = z.infer<typeof loadRequestSchema>;

/** S3 "Object Created" by EventBridge, parsed loosely: AWS adds fields, and sources may be IPv6. Keys are raw. */
export const objectCreatedSchema = z.looseObject({
  source: z.literal('aws.s3'),
  // a bucket's other events (Object Deleted, Object Restore Completed, ...) have the same shape
  'detail-type': z.literal('Object Created'),
  detail: z.looseObject({
    bucket: z.looseObject({ name: z.string().min(1) }),
    object: z.looseObject({
      key: z.string().min(1),
      size: z.number().optional(),
      etag: z.string().optional(),
      'version-id': z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});

/** An event names its source, a request has no such field: neither is ever taken for the other, nor judged by its rules. */
const requestOrEvent = z.unknown().transform((input, context) => {
  const isEvent = typeof input === 'object' && input !== null && 'source' in input;
  const parsed = isEvent ? objectCreatedSchema.safeParse(input) : loadRequestSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.addIssue({ ...issue, code: 'custom', input });
  return z.NEVER;
});

/** InOneCall: the input of the whole execution, as Register has it. */
export const inOneCallInput = z.strictObject({
  state: z.literal('InOneCall'),
  execution: z.string().min(1),
  executionStartedAt: z.string().min(1),
  request: z.unknown(),
});
/** InOneCall: the state that the machine goes on in, and its input; and which functions' states ran, milliseconds since 1970. */
export const inOneCallOutput = z.strictObject({
  next: z.string().min(1),
  input: z.unknown(),
  calls: z.array(z.strictObject({ functionName: z.string(), startedAt: z.int(), endedAt: z.int() })),
});

/** The same as a type. */
export type InOneCall = z.output<typeof inOneCallOutput>;

/** Register: the input of the whole execution, a person's request or an upload's event. */
export const registerInput = z.strictObject({
  state: z.literal('Register'),
  execution: z.string().min(1),
  request: requestOrEvent,
});
/** Register: the load that was claimed; loadId is null where nothing was. */
export const registerOutput = z.strictObject({
  loadId: z.int().positive().nullable(),
  attempt: z.int().nonnegative(),
  /** Finish is given it on every way out; PlanSlices makes it. */
  seal: z.null(),
  /**
   * proceed: take the lease. wait: it is asked again after waitSeconds, when what is loaded with the object has come. finish: refused, or ended without a
   * report. end: ALREADY_LOADED, HELD, IGNORED, or REJECTED without a load: nothing to do.
   */
  decision: z.enum(['proceed', 'wait', 'finish', 'end']),
  waitSeconds: z.int().nonnegative(),
  outcome: outcomeSchema.nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});

/** AcquireLease: how long it has waited counts from executionStartedAt, ISO 8601. */
export const acquireLeaseInput = attempt.extend({
  state: z.literal('AcquireLease'),
  execution: z.string().min(1),
  executionStartedAt: z.string().min(1),
});
/** AcquireLease: `attempt` is the new one where the decision is to proceed. */
export const acquireLeaseOutput = attempt.extend({
  seal: z.null(),
  /** wait: another load holds the target. finish: superseded, or ended without a report. end: loaded meanwhile. */
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
/** A run of slices for one call of stage. */
export type StageItem = z.infer<typeof stageItem>;

/** How many slices are staged or judged at the same time. */
const slicesAtOnce = z.int().positive();

/** PlanSlices: again after lost staging. */
export const planSlicesInput = attempt.extend({ state: z.literal('PlanSlices'), slicesAtMost: slicesAtOnce });
/** PlanSlices: the slices whose staging is not there; one at a time where others use the target. */
export const planSlicesOutput = sealed.extend({ stage: z.array(stageItem), slicesAtOnce });

/** StageSlice: one item of `stage`. */
export const stageSliceInput = sealed.extend({ state: z.literal('StageSlice'), item: stageItem });
/** StageSlice: of all slices of the item; bytes from the first record's start to the last one's end, of rows their share of the object. */
export const stageSliceOutput = z.strictObject({ records: z.int(), bytes: z.int() });

/** Compose: the slices are in the ledger. */
export const composeInput = sealed.extend({ state: z.literal('Compose'), slicesAtOnce });
/** Compose: misfits to stage again, or, when there are none, the slices to validate. */
export const composeOutput = sealed.extend({ stage: z.array(stageItem), validate: z.array(z.int()), slicesAtOnce });

/** ValidateSlice: one slice. */
export const validateSliceInput = sealed.extend({ state: z.literal('ValidateSlice'), slice: z.int().nonnegative() });
/** ValidateSlice: how many records of the slice are rejects. */
export const validateSliceOutput = z.strictObject({ rejected: z.int() });

/** Transform: the whole load. */
export const transformInput = sealed.extend({ state: z.literal('Transform') });
/** Transform: what the gate says, and the numbers of the lanes that merge, from 0. */
export const transformOutput = sealed.extend({
  gate: z.enum(gates),
  lanes: z.array(z.int()),
});

/** MergeLane: the lane's number, from 0, and how many there are. */
export const mergeLaneInput = sealed.extend({
  state: z.literal('MergeLane'),
  lane: z.int().nonnegative(),
  lanes: z.int().positive(),
});
/** MergeLane: done: nothing is left for it. again: to be called again after waitSeconds. govern: others come first, or another number of lanes does. */
export const mergeLaneOutput = sealed.extend({
  lane: z.int().nonnegative(),
  lanes: z.int().positive(),
  decision: z.enum(['done', 'again', 'govern']),
  waitSeconds: z.int().nonnegative(),
});

/** Govern: after lanes that stopped; `lanes` is how many they were. */
export const governInput = sealed.extend({ state: z.literal('Govern'), lanes: z.int().positive() });
/** Govern: merge on with these lanes, or look again after waitSeconds. */
export const governOutput = sealed.extend({
  lanes: z.array(z.int()),
  decision: z.enum(['merge', 'wait']),
  waitSeconds: z.int().nonnegative(),
});

/** Finish: on every way out; without a seal where no slices were planned. */
export const finishInput = attempt.extend({ state: z.literal('Finish'), seal: sealed.shape.seal.nullable() });
/** Finish: rebuild: indexes that were dropped come first. report: the outcome stands in the ledger. */
export const finishOutput = finishInput.omit({ state: true }).extend({
  decision: z.enum(['rebuild', 'report']),
  outcome: outcomeSchema.nullable(),
});

/** RebuildIndexes: before a load ends, also one that is refused. */
export const rebuildIndexesInput = finishInput.extend({ state: z.literal('RebuildIndexes') });
/** RebuildIndexes: none is missing that can be built, or one is being built: look again after waitSeconds. */
export const rebuildIndexesOutput = rebuildIndexesInput.omit({ state: true }).extend({
  decision: z.enum(['done', 'wait']),
  waitSeconds: z.int().nonnegative(),
});

/** Report: of a load that has ended. */
export const reportInput = attempt.extend({ state: z.literal('Report'), execution: z.string().min(1) });
/** Report: where report.json lies; null where there is none. */
export const reportOutput = z.strictObject({
  loadId: z.int(),
  outcome: outcomeSchema,
  reportPath: z.string().nullable(),
});
