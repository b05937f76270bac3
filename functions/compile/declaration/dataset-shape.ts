import { z } from 'zod';
import { conflictRules, ruleOf } from '../../conflict/all.ts';
import { cleaningShape } from './cleaning/cleaning-shape.ts';
import { columnRulesShape, contradictions } from './rules/column-rules-shape.ts';
import { loadRulesShape, recordRulesShape } from './rules/sql-rules-shape.ts';
import { conflictShape } from './conflict-shape.ts';
import type { ConflictChoice, Leniency } from '../../core/contract.ts';
import { between } from './problems.ts';
import { foldHeader } from '../../formats/shared/column-names.ts';
import { showText } from '../../words/did-you-mean.ts';
import { crossCheckFeed, crossCheckGathered, type Feed, feedFields } from '../schedule/feed-shape.ts';
import { holdFields } from './hold-shape.ts';
import { undoFields } from './gate/undo-shape.ts';
import { controlShape } from './gate/control-shape.ts';
import { limitsShape } from './gate/limits-shape.ts';
import { parseTargetName } from '../../core/target-name.ts';
import { isDelimiter, isPunctuation, readingFields } from './reading/reading-fields.ts';
import { undeclaredFields } from './reading/undeclared.ts';
import { crossCheckReading } from './reading/cross-checks.ts';
import { crossCheckReplaced, replacedFields, type Replacing } from './replaced-shape.ts';
import { crossCheckSupplied, noneSupplied, suppliedFields } from './supplies/supplied-shape.ts';
import { trafficFields, trafficOf } from './traffic-shape.ts';

const leniencies = [
  'trimBlanks',
  'quotedEmptyIsNull',
  'booleanWords',
  'numberForms',
  'specialNumbers',
  'roundNumbers',
  'specialDates',
  'dateForms',
  'dropZone',
  'truncateText',
] as const satisfies readonly Leniency[];

const named = z.string().min(1);
const nullWord = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\0\r\n]*$/u, 'must not hold a line end or a NUL')
  .refine((word) => word.isWellFormed(), 'must be well-formed Unicode');
const columnsSchema = z
  .strictObject({
    /** Header as the file has it (case and surrounding blanks do not count) -> column of the target. */
    rename: z.record(named, named).default({}),
    /** Headers that are read and dropped. */
    ignore: z.array(named).default([]),
    /** Columns of the file that are read and dropped by their place, from 1, whatever their name. */
    ignorePositions: z.array(z.int().min(1)).default([]),
    /** Names that are no column a file may fill: refused, read and dropped, or captured in a json or jsonb column. */
    unknown: z.union([z.enum(['refuse', 'ignore']), z.strictObject({ capture: named })]).exactOptional(),
    /** Column of the target -> what holds beyond the table's own constraints. */
    rules: z.record(named, columnRulesShape).default({}),
    /** Column of the target, or `*` -> what becomes of its cells before they are judged. */
    clean: cleaningShape.default({}),
    /** Column of the target -> how a row that is there takes its values: keep, onInsert, onlyIfNull, onChange, or an expression of greatest, least and coalesce over `target.COLUMN` and `source.COLUMN`. */
    merge: z.record(named, z.string().trim().min(1).max(2_000)).default({}),
    /** Columns of the target that are GENERATED ALWAYS AS IDENTITY, whose values the file brings all the same. */
    overrideIdentity: z.array(named).default([]),
    ...suppliedFields,
    /** Columns of the target whose values are shown nowhere: `(hidden)` stands in reasons, reports and rejects.csv. */
    sensitive: z.array(named).default([]),
  })
  .default({
    rename: {},
    ignore: [],
    ignorePositions: [],
    rules: {},
    clean: {},
    merge: {},
    overrideIdentity: [],
    ...noneSupplied,
    sensitive: [],
  });

/** The declaration of a dataset, as a person writes it, with its defaults. */
export const datasetShape = z
  .strictObject({
    /** How commands, reports and messages call it. With the object's version it is what a load is known by. */
    name: named.max(200),
    /** Objects whose key starts with it belong to this dataset: `orders/`. Null for an ad-hoc dataset. */
    prefix: z
      .string()
      .regex(/^[^/].*\/$/u, 'must end with / and not start with one, like "orders/"')
      .nullable(),
    /** The table that rows go into: `schema.table`, or `table` of schema public. */
    table: z
      .string()
      .refine((text) => parseTargetName(text) !== null, 'must be "schema.table" or "table" (then schema public)'),
    /** Columns whose values identify a row, those of a unique index. Absent where the conflict rule takes none. */
    key: z.array(named).min(1, 'must name at least one column').default([]),
    /** How records stand in the object; fixed: lines of columns of fixed width. */
    format: z.enum(['csv', 'tsv', 'ndjson', 'json', 'json-seq', 'parquet', 'xlsx', 'fixed']).default('csv'),
    /** What stands between cells; absent: a comma, of tsv a tab. */
    delimiter: z
      .string()
      .regex(/^[^\0]{1,8}$/su, 'must be one character, or up to 8')
      .refine(isDelimiter, 'must not be a quote, a line end, a letter or a digit, or hold one')
      .exactOptional(),
    /** What encloses cells; none: quotes are data. */
    quote: z
      .string()
      .refine((text) => text === 'none' || isPunctuation(text), 'must be one ASCII punctuation character, or "none"')
      .exactOptional(),
    /** Words that are NULL in every column, where a cell without quotes is one of them to the letter; an empty list: there are none. */
    null: z.array(nullWord).exactOptional(),
    ...readingFields,
    /** What becomes of a row whose key the table has already. */
    conflict: conflictShape,
    ...replacedFields,
    columns: columnsSchema,
    /** Predicates in SQL over a record's columns. */
    recordRules: recordRulesShape,
    /** Conditions in SQL over all accepted records of a load. */
    loadRules: loadRulesShape,
    /** What is let through beyond the strict rules. */
    leniencies: z.array(z.enum(leniencies)).default([]),
    /** Name of the zone in which a moment without an offset is read; the database knows whether there is one. */
    timeZone: named.max(64).exactOptional(),
    /** strict: an object that is older than one that was merged into the table before is refused. */
    order: z.enum(['oldest-first', 'strict']).exactOptional(),
    /** Where a load is refused as a whole: too many rejects, too few records. */
    limits: limitsShape,
    /** Whether control totals have to lie beside each object. */
    control: controlShape.exactOptional(),
    /** Days after which the sweep forgets the rejects of a load that has ended for good; absent: never. */
    keepRejectsDays: z.int().min(1).max(36_500).exactOptional(),
    /** Days after a load until the sweep forgets which keys it deleted: an older file that comes still later brings them back; absent: never. */
    keepTombstonesDays: z.int().min(1).max(36_500).exactOptional(),
    /** Days that records whose only fault is a missing parent wait for it; then they are rejects as others. Absent: none waits. */
    waitForParents: z.int().min(1).max(365).exactOptional(),
    /** Column of the target by whose day plans and reports count records: a date or a moment. */
    countByDay: named.exactOptional(),
    ...trafficFields,
    ...holdFields,
    ...undoFields,
    ...feedFields,
  })
  .refine((dataset) => problemOfKey(dataset) === null, {
    path: ['key'],
    error: ({ input }) => problemOfKey(input as Keyed) ?? '',
    // also beside problems of other fields
    when: ({ value }) => isKeyed(value),
  })
  .check(z.superRefine(crossChecks))
  .transform((dataset) => ({
    ...dataset,
    traffic: trafficOf(dataset),
    delimiter: dataset.delimiter ?? (dataset.format === 'tsv' ? '\t' : ','),
    undeclared: undeclaredFields(dataset),
  }));

/** Whose records may ask that a row goes. */
const leavingTombstones = conflictRules
  .filter((rule) => rule.asked !== undefined)
  .map(({ words: [word] }) => `"${word}"`);

interface CrossChecked extends Feed, Replacing {
  readonly keepRejectsDays?: number;
  readonly keepTombstonesDays?: number;
  readonly waitForParents?: number;
  readonly key: readonly string[];
  readonly format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'json-seq' | 'parquet' | 'xlsx' | 'fixed';
  readonly delimiter?: string;
  readonly quote?: string;
  readonly null?: readonly string[];
  readonly columns: z.output<typeof columnsSchema>;
}

function crossChecks(
  { key, columns, format, delimiter, quote, null: nulls, ...rest }: CrossChecked,
  context: z.RefinementCtx,
): void {
  const report = (path: readonly (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path: [...path], message, params: between });
  };
  crossCheckFeed(rest, report);
  crossCheckGathered(rest, report);
  const { waitForParents = 0, keepRejectsDays = Infinity } = rest;
  if (waitForParents > keepRejectsDays)
    report(['waitForParents'], 'is above keepRejectsDays: what waits would be forgotten first');
  key.forEach((name, i) => {
    if (key.indexOf(name) < i) report(['key', i], `names ${showText(name)} a second time`);
  });
  crossCheckReading({ format, delimiter, quote, null: nulls, columns, ...rest }, report);
  crossCheckSupplied(columns, report);
  crossCheckReplaced(rest, report);
  const { keepTombstonesDays, conflict } = rest;
  if (keepTombstonesDays !== undefined && conflict !== undefined && ruleOf({ conflict }).asked === undefined)
    report(['keepTombstonesDays'], `goes with conflict: { rule: ${leavingTombstones.join(' or ')} } alone`);
  const ignored = new Set(columns.ignore.map(foldHeader));
  const renamed = new Set<string>();
  for (const header of Object.keys(columns.rename)) {
    const folded = foldHeader(header);
    if (ignored.has(folded)) report(['columns', 'rename', header], 'is also in columns.ignore: choose one');
    if (renamed.has(folded))
      report(['columns', 'rename', header], 'is there twice, but for case and surrounding blanks');
    renamed.add(folded);
  }
  for (const [name, rules] of Object.entries(columns.rules)) {
    for (const problem of contradictions(rules)) report(['columns', 'rules', name], problem);
  }
}

interface Keyed {
  readonly conflict: ConflictChoice;
  readonly key: readonly string[];
}

function isKeyed(value: unknown): value is Keyed {
  if (typeof value !== 'object' || value === null) return false;
  const { conflict, key } = value as Partial<Keyed>;
  return Array.isArray(key) && conflictRules.some(({ name }) => name === conflict?.rule);
}

function problemOfKey({ conflict, key }: Keyed): string | null {
  const rule = ruleOf({ conflict });
  if (!rule.demands.key) return key.length === 0 ? null : `does not go with the rule ${rule.words[0]}: ${rule.keeps}`;
  if (key.length > 0) return null;
  const keyless = conflictRules.filter(({ demands }) => !demands.key).map(({ words: [word] }) => `"${word}"`);
  const without = keyless.length === 0 ? '' : `; without one: conflict: { rule: ${keyless.join(' or ')} }`;
  return `is missing: the columns whose values identify a row, those of a unique index${without}`;
}
