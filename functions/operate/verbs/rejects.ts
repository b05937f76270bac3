import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { withoutSigns } from '../../core/decoding/undecodable.ts';
import { count, oneLine, plural } from '../../words/quantities.ts';
import { writesRecords } from '../../decoding/steps.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { OperationRefused, noSuchLoad } from '../errors.ts';
import { keyOf, objectsOfRecords } from '../../ledger/objects/objects-of-records.ts';
import { recordCommand } from '../record-command.ts';
import { mayReadRaw, readRejects } from '../rejects.ts';
import { visibleRecord } from '../../replay/visible-record.ts';
import type { RejectRow } from '../sql.ts';
import { readWarned, type WarnedRule } from '../../ledger/slices/warned.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** What else the ledger keeps with a reason is for what runs later: it is left out. */
const reasonSchema = z.object({
  /** Of the target, where the reason was found over the whole load. */
  constraint: z.string().optional(),
  /** Name of the dataset's rule in SQL. */
  rule: z.string().optional(),
  /** Of a rule that refuses the load. */
  severity: z.literal('refuse').optional(),
  code: z.string(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  message: z.string(),
  /** Of the last one, where there were too many to keep each in words: columns by code. */
  more: z.record(z.string(), z.array(z.string().nullable()).readonly()).readonly().optional(),
});
const rejectSchema = z.strictObject({
  /** Null: a rule over the whole load warned. */
  recordNo: z.int().nullable(),
  line: z.int().nullable(),
  /** The key of the object that it is of; absent: the load has one. */
  object: z.string().optional(),
  kind: z.enum(['reject', 'duplicate', 'warning']),
  reasons: z.array(reasonSchema),
  /** The record as it stands in the file; null where it was not kept. */
  raw: z.string().nullable().optional(),
  /** Whoever asks may not read the bytes of records: `raw` is null, kept or not. */
  withoutRaw: z.literal(true).optional(),
  /** Instead of raw where the record is no UTF-8. */
  rawBase64: z.string().optional(),
  /** The command that reads it from the file, where the load has more rejects than limits.maxKeptBytes keeps. */
  read: z.string().optional(),
});

/** The records that a load refused, or only warned of. */
export const rejects = defineVerb({
  name: 'rejects',
  changes: false,
  input: z.strictObject({
    loadId: loadIdSchema,
    kind: z.enum(['reject', 'duplicate', 'warning']).default('reject'),
    code: z.string().min(1).nullable().default(null),
    /** Only those that broke a rule of this column. */
    column: z.string().min(1).nullable().default(null),
    most: z.int().min(1).default(20),
  }),
  output: z.strictObject({
    loadId: z.int(),
    rejects: z.array(rejectSchema),
    /** Of warnings: how many records broke each rule; of a rule and slice the first twenty are listed. */
    warned: z
      .array(
        z.strictObject({
          code: z.string(),
          column: z.string().nullable(),
          rule: z.string().nullable(),
          records: z.int(),
        }),
      )
      .optional(),
  }),
  async run({ loadId, kind, code, column, most }, deps) {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    if (kind === 'warning') {
      const { warned, rules } = await readWarned(deps.db, { loadId, code, column, most });
      return {
        loadId,
        rejects: warned.map(({ reasons, ...place }) => ({ ...place, reasons: [...reasons] })),
        warned: [...rules],
      };
    }
    const withoutRaw = !(await mayReadRaw(deps.db));
    const found = await readRejects(deps.db, {
      ...{ loadId, kind, code, most, bytes: deps.recordBytes, withoutRaw },
      ...(column !== null && { column }),
    });
    const at = await objectsOfRecords(deps.db, load);
    const rejected = found.map((reject) => {
      const of = at(reject.record_no);
      const object = keyOf(load, of);
      return { ...asJson(reject, of, withoutRaw), ...(object !== null && { object }) };
    });
    return { loadId, rejects: rejected };
  },
  show: ({ loadId, rejects: found, warned = [] }) =>
    found.length === 0
      ? `load ${loadId} has no such records\n`
      : [
          ...found.map(asText),
          ...warned.map((rule) => countedText(rule, found)),
          ...(found.some(({ withoutRaw }) => withoutRaw === true) ? [withoutBytes] : []),
        ].join(''),
});

const withoutBytes =
  'the records themselves are not shown: this role may not read their bytes (column raw of landfall.rejects, docs/operations.md#the-roles)\n';

/** Where a rule was broken by more records than are listed. */
function countedText(
  { code, column, rule, records }: WarnedRule,
  found: readonly z.infer<typeof rejectSchema>[],
): string {
  const listed = found.filter(({ reasons }) =>
    reasons.some((each) => each.code === code && each.column === column && (each.rule ?? null) === rule),
  );
  if (listed.length === records) return '';
  const what =
    rule === null
      ? `${printable(code)}${column === null ? '' : ` of ${printable(column)}`}`
      : `the rule ${printable(rule)}`;
  return `${plural(records, 'record')} of ${what}, of which ${count(listed.length)} are listed\n`;
}

function asText({ line, object, recordNo, raw, rawBase64, read, reasons }: z.infer<typeof rejectSchema>): string {
  const inLoad = line === null ? (recordNo === null ? 'the whole load' : `record ${recordNo}`) : `line ${line}`;
  const place = object === undefined ? inLoad : `${printable(object, 300)}, ${inLoad}`;
  const told = reasons.map(
    ({ code, column, rule, message }) =>
      `  ${printable(code)}${column === null ? '' : ` ${printable(column)}`}${rule === undefined ? '' : ` ${printable(rule)}`}: ${oneLine(message, 160)}\n`,
  );
  const text =
    raw ?? (rawBase64 === undefined ? null : withoutSigns(Buffer.from(rawBase64, 'base64')).toString('utf8'));
  return `${place}\n${told.join('')}${text === null ? '' : `  > ${printable(text, 200)}\n`}${read === undefined ? '' : `  not kept (limits.maxKeptBytes); to see it: ${read}\n`}`;
}

function asJson(reject: RejectRow, load: Load, withoutRaw: boolean): z.infer<typeof rejectSchema> {
  const { line, record_no: recordNo, kind, raw, reasons, byte_offset: byteOffset, byte_length: byteLength } = reject;
  const isUnkept = kind === 'reject' && raw === null && !withoutRaw;
  const command = isUnkept ? recordCommand(load, { recordNo, byteOffset, byteLength: byteLength ?? 0 }) : null;
  const read = command === null ? {} : { read: command };
  return {
    recordNo,
    line: writesRecords(load.decoding) ? null : line,
    kind,
    reasons: [...reasons],
    ...rawJson(raw === null ? null : visibleRecord(raw, load)),
    ...read,
    ...(withoutRaw && { withoutRaw }),
  };
}

function rawJson(raw: Buffer | null): { raw: string | null } | { rawBase64: string } {
  if (raw === null) return { raw: null };
  const text = raw.toString('utf8');
  return Buffer.from(text, 'utf8').equals(raw) ? { raw: text } : { rawBase64: raw.toString('base64') };
}
