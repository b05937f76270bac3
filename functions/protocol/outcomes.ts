import { z } from 'zod';
import { keptRowsSchema } from './kept-rows.ts';
import { decodedFields } from './decoded-fields.ts';
import { diffSchema } from './diff.ts';
import { type CountName, countNames } from '../core/dispositions.ts';
import {
  controlSchema,
  firstDuplicatesSchema,
  indexesSchema,
  madeBySchema,
  memorySchema,
  mendsSchema,
  notJudgedSchema,
} from './report-parts.ts';
import { suppliedColumnsSchema } from './supplied-columns.ts';
import { undoneSchema } from './undo/undone.ts';

/** How a load ended; HELD: it waits for a person's yes, and has changed nothing. */
export const outcomeSchema = z.enum([
  'LOADED',
  'ALREADY_LOADED',
  'DRY_RUN',
  'HELD',
  'REJECTED',
  'SUPERSEDED',
  'IGNORED',
  'FAILED',
]);
/** One of them. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** Objects that were loaded together. */
const reportedObjectsSchema = z.array(
  z.strictObject({
    key: z.string(),
    versionId: z.string(),
    size: z.int(),
    /** ALREADY_LOADED: it was loaded before and is left out here, by the load that `loadedBy` says; FAILED beside that: it is that load's still. REJECTED: it is left out, since it cannot be read. Else that of the load. */
    outcome: outcomeSchema,
    loadedBy: z.int().optional(),
    /** Of one that cannot be read and is left out (REJECTED): why. */
    code: z.string().optional(),
    message: z.string().optional(),
    records: z.int(),
  }),
);

/** What the gate says of a whole load: its batches are merged, it is refused, it waits for a person's yes, or it ends as the dry run that it is. */
export const gates = ['merge', 'refuse', 'hold', 'dryRun'] as const;
/** One of them. */
export type Gate = (typeof gates)[number];

/** The counts of a load; records = the sum of the others, which are those of core/dispositions.ts (invariant 5). */
export const countsSchema = z.strictObject({
  records: z.int(),
  ...(Object.fromEntries(countNames.map((name) => [name, z.int()])) as Record<CountName, z.ZodInt>),
});
/** Them as a type. */
export type Counts = z.infer<typeof countsSchema>;

const movedSequence = z.strictObject({
  column: z.string(),
  /** Its name as SQL. */
  sequence: z.string(),
  /** The last value that it gave, decimal: a bigint may be beyond what a number holds. Null: it could not be moved. */
  movedTo: z.string().nullable(),
  /** What moves it, for somebody who may; null where it was moved. */
  statement: z.string().nullable(),
});
/** A sequence that a loaded column owns, and what became of it. */
export type MovedSequence = z.infer<typeof movedSequence>;

const stepMilliseconds = z.strictObject({
  extract: z.int(),
  stage: z.int(),
  validate: z.int(),
  transform: z.int(),
  merge: z.int(),
  report: z.int(),
});

const overtookSchema = z.strictObject({
  loadId: z.int(),
  bucket: z.string(),
  key: z.string(),
  lastModified: z.string(),
});
/** A load of a newer object that was merged before. */
export type Overtook = z.infer<typeof overtookSchema>;

/** report.json and what `--json` prints, with its version: the public interface. */
export const loadReportSchema = z.strictObject({
  schemaVersion: z.literal(1).optional(),
  loadId: z.int().nullable(),
  dataset: z.string().nullable(),
  object: z.strictObject({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string().nullable(),
    etag: z.string().nullable(),
    size: z.int().nullable(),
  }),
  /** Of a load of several, in their order; `object` stands for all of them then, with a key and a version of its own. Absent: it has one. */
  objects: reportedObjectsSchema.optional(),
  outcome: outcomeSchema,
  code: z.string().optional(),
  message: z.string().optional(),
  counts: countsSchema,
  /** Of a load that waits for a yes: since and until when (null: no sweep comes by to decline it), limits that it breaks by their codes, and why an earlier yes does not count any more. Its counts are what would become of the records. */
  held: z
    .strictObject({
      since: z.string(),
      until: z.string().nullable(),
      codes: z.array(z.string()),
      moved: z.array(z.string()),
    })
    .optional(),
  /** Who said yes, and when. Absent: nobody was asked, or nobody has said it. */
  approvedBy: z.string().optional(),
  approvedAt: z.string().optional(),
  /**
   * What would have become of the records, as the gate judged them, where it is not what became of them: the load was refused
   * there or ended behind it, or others wrote to the table meanwhile. Absent: it is `counts`, or the load did not come so far.
   */
  planned: countsSchema.optional(),
  /** What the records would change of rows that are there, as the gate judged it: `counts` of a dry run, `planned` else. Absent: the load did not come so far. */
  diff: diffSchema.optional(),
  /** Somebody asked to undo it, and rows so far by what became of them: docs/undo.md. `at` null: it has not ended; `stopped`: its newest execution ended before. Absent: nobody asked. */
  undone: undoneSchema.optional(),
  /** The load of the same object that this one stands for, since that was undone. Absent: none. */
  afterUndo: z.strictObject({ loadId: z.int(), at: z.string(), by: z.string() }).optional(),
  rejectsByCode: z.array(z.strictObject({ code: z.string(), column: z.string().nullable(), rejects: z.int() })),
  /** What to declare so that rejects do not break their rule, of the rules that most rejects broke. Absent: the load rejected nothing, or it was not read from report.json. */
  mends: mendsSchema.optional(),
  /** The first three records in the file's order that lost against another one of their key: `counts.duplicate` has how many. Absent: none did, or they are forgotten. */
  firstDuplicates: firstDuplicatesSchema.optional(),
  /** Rejects that no other load has taken the place of, and those that a replay has. Absent: the load rejected nothing, or loaded nothing. */
  rejects: z.strictObject({ open: z.int(), closed: z.int() }).optional(),
  /** Open rejects whose only fault is a missing parent: how many, and until when a load of these tables has them judged again. Absent: none waits. */
  waits: z.strictObject({ records: z.int(), parents: z.array(z.string()), until: z.string() }).optional(),
  /** Of a replay: the load whose rejects it took, how many records, and why others were left out, by word. Absent: it is none, or was not planned. */
  replay: z.strictObject({ of: z.int(), records: z.int(), left: z.record(z.string(), z.int()) }).optional(),
  /** Records that a rule of the dataset only warns of, and merged, by rule: how many, and where the first three stand. Absent: none. */
  warnings: z
    .array(
      z.strictObject({
        code: z.string(),
        column: z.string().nullable(),
        rule: z.string().nullable(),
        records: z.int(),
        /** `object`: the key of its object, of a load that has several. */
        places: z.array(
          z.strictObject({
            record: z.int(),
            byteOffset: z.int(),
            line: z.int().nullable(),
            object: z.string().optional(),
          }),
        ),
      }),
    )
    .optional(),
  /** Rules over the whole load that do not hold and only warn of it. Absent: none. */
  loadWarnings: z
    .array(
      z.strictObject({
        code: z.literal('LOAD_RULE'),
        column: z.string().nullable(),
        rule: z.string(),
        message: z.string(),
      }),
    )
    .optional(),
  /** The zone of moments without an offset, and how many of them were read in it; null where nothing was planned. */
  timeZone: z.strictObject({ name: z.string(), cells: z.int() }).nullable(),
  /** Rejects behind `limits.maxKeptBytes`: the ledger and rejects.csv have their places, codes and reasons, and the bytes are in the object alone. Absent: none. */
  unkept: z.strictObject({ rejects: z.int(), maxKeptBytes: z.int() }).optional(),
  /** Columns of the file without a name, from 1: they were empty and are left out. Absent: none. */
  unnamedColumns: z.array(z.int()).optional(),
  /** Absent: none. */
  supplied: suppliedColumnsSchema.optional(),
  /**
   * Cells that a step of cleaning changed, by column and step as it is declared, those of rejects too, with the first of them; null is
   * NULL, and what is sensitive is `***`. Absent: none.
   */
  cleaned: z
    .array(
      z.strictObject({
        column: z.string(),
        step: z.string(),
        cells: z.int(),
        samples: z.array(z.strictObject({ from: z.string().nullable(), to: z.string().nullable() })),
      }),
    )
    .optional(),
  /** Cells of text that are a word for NULL which the dataset does not declare, by word, those of rejects too, and the option of `load` that declares it. Absent: none. */
  nullWords: z.array(z.strictObject({ word: z.string(), cells: z.int(), option: z.string() })).optional(),
  /** Objects that were changed later than this one and merged into its table before it, under other keys too, the newest first and ten at most: where they have rows of this one, its older values may have replaced theirs. Absent: none. */
  overtook: z.array(overtookSchema).optional(),
  /** Rows that the file does not hold and that are there still, since the target refuses to delete them: how many, and the first hundred with what it said. Absent: none. */
  keptRows: keptRowsSchema.optional(),
  /** Sequences that loaded columns own and that were behind what is in the table now. Absent: none. */
  sequences: z.array(movedSequence).optional(),
  /** Triggers of the table that run before a row is stored, where the load updates rows: what they changed of a row differs from the file, and is written again by each load of it. Absent: none. */
  beforeTriggers: z.array(z.string()).optional(),
  /** Whether others use the target, as far as it was seen, and why it is said. Absent: the load did not come so far. */
  live: z.strictObject({ isLive: z.boolean(), why: z.string() }).optional(),
  /** Settings of memory that statements over the whole load were given, and of what they were computed. Absent: none ran. */
  memory: memorySchema.optional(),
  /** How fast it was merged beside others: docs/production.md. Absent: it merged nothing and waited for nobody. */
  governor: z
    .strictObject({
      /** By signal: seconds in which nothing was merged. */
      secondsLost: z.record(z.string(), z.int()),
      /** Transactions of the merge: when each ended, its records, its milliseconds; of a batch its first five and its newest 495, of more than 1,000 evenly fewer. */
      batches: z.array(z.strictObject({ at: z.string(), rows: z.int(), ms: z.int() })),
      /** Signals that could not be seen at the last look. */
      unknown: z.array(z.strictObject({ signal: z.string(), why: z.string() })),
      /** As many as were configured; null: an earlier version planned it. */
      lanes: z.int().nullable(),
    })
    .optional(),
  /** Of a dry run: what of the target may refuse rows that only a load can ask. Absent: nothing. */
  notJudged: z.array(notJudgedSchema).optional(),
  /** How it was read where nobody declared it, as its beginning told: fields of a dataset, the options of load that say the same, and the share of the sampled records that fit the table. Absent: as declared, or as where nothing is said. */
  dialect: z
    .strictObject({ sniffed: z.record(z.string(), z.unknown()), options: z.string(), share: z.number() })
    .optional(),
  ...decodedFields,
  /** Records that were passed over, which nothing else counts: all of their cells are empty, or they are the header again. Absent: none. */
  skipped: z.strictObject({ blankRows: z.int(), repeatedHeaders: z.int() }).optional(),
  /** What was decided of the target's indexes, and what became of them. Absent: it has none, or the load did not come so far. */
  indexes: indexesSchema.optional(),
  /** What the source says of the object, beside what was read, staged and merged. Absent: it says nothing. */
  control: controlSchema.optional(),
  /** What wrote the file. Absent: it was not read from report.json. */
  madeBy: madeBySchema.optional(),
  bytes: z.int(),
  slices: z.int(),
  batches: z.int(),
  milliseconds: stepMilliseconds,
  reportPath: z.string().nullable(),
  /** The same for people, one HTML file. Absent: none was written, or it is deleted since its dataset keeps it no longer. */
  pagePath: z.string().optional(),
  rejectsPath: z.string().nullable(),
});
/** What became of one load, as report.json holds it. */
export type LoadReport = z.infer<typeof loadReportSchema>;
