import type { LoadReport, Outcome } from '../../protocol/outcomes.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import { optionsSaying } from '../../sniff/words.ts';
import type { SniffedFormat } from '../../core/format/file-format.ts';
import type { Contract } from '../../core/contract.ts';
import { suppliedColumns } from '../../core/supplies/supplied.ts';
import { keptBytesAtMost } from '../../compile/declaration/limits.ts';
import { one, type Db } from '../../db/client.ts';
import { addedUp, type CleanedCells } from '../../cleaning/cleaned-cells.ts';
import { readSteps, writesRecords } from '../../decoding/steps.ts';
import { controlOf, type ControlRow } from '../control/control-report.ts';
import { beforeTriggersOf } from './report/before-triggers.ts';
import { decodedOf } from './report/decoded.ts';
import { firstDuplicatesOf } from './report/first-duplicates.ts';
import { indexesOf, type IndexesRow } from './report/indexes.ts';
import { objectsOf, placed, type ReportedObject } from './report/objects.ts';
import { selectCounts, selectReport } from './summary-sql.ts';
import { HIDDEN } from '../rejects/shown-text.ts';
import { undoReportOf, type UndoReportRow } from '../undos/undo-report.ts';
import { type OpenRejectsRow, replayOf } from '../rejects/open-rejects.ts';
import type { Held } from './held-sql.ts';

interface ReportRow extends ControlRow, IndexesRow, OpenRejectsRow, UndoReportRow {
  load_id: number;
  dataset: string;
  bucket: string;
  key: string;
  version_id: string;
  etag: string | null;
  size: number;
  outcome: Outcome | null;
  code: string | null;
  message: string | null;
  rejects_by_code: LoadReport['rejectsByCode'];
  unkept: number;
  request: LoadRequest;
  contract: Contract | null;
  file_columns: readonly { readonly unnamed?: true; readonly absent?: true; readonly column: string | null }[] | null;
  time_zone: string | null;
  zoneless_cells: number;
  /** By slice. */
  cleaned: readonly (readonly CleanedCells[])[] | null;
  null_words: readonly { readonly word: string; readonly cells: number }[] | null;
  record_warnings: LoadReport['warnings'] | null;
  warnings: LoadReport['loadWarnings'] | null;
  diff: LoadReport['diff'] | null;
  overtook: LoadReport['overtook'] | null;
  kept_rows: LoadReport['keptRows'] | null;
  sequences: LoadReport['sequences'] | null;
  live: LoadReport['live'] | null;
  governor: LoadReport['governor'] | null;
  memory: LoadReport['memory'] | null;
  execution: string | null;
  held: Held | null;
  held_until: Date | null;
  approved_by: string | null;
  approved_at: Date | null;
  ended_at: Date | null;
  sniffed: SniffedFormat | null;
  decoding: string | null;
  decoded_bytes: number | null;
  padding_bytes: number | null;
  trailer: readonly string[] | null;
  decoding_notes: readonly string[] | null;
  fitting_charsets: readonly string[] | null;
  skipped: { readonly blankRows: number; readonly repeatedHeaders: number } | null;
  of_objects: readonly ReportedObject[] | null;
  slices: number;
  batches: number;
  extract_ms: number;
  stage_ms: number;
  validate_ms: number;
  transform_ms: number;
  merge_ms: number;
  report_ms: number;
  report_path: string | null;
  report_forgotten_at: Date | null;
  page_path: string | null;
  rejects_path: string | null;
}

/** What became of its records, as the ledger has counted it. */
export async function readCounts(db: Db, loadId: number): Promise<Omit<LoadReport['counts'], 'records'>> {
  return (await one<{ counted: Omit<LoadReport['counts'], 'records'> }>(db, selectCounts(loadId))).counted;
}

/** What report.json holds and `--json` prints, from the ledger alone. A load without an outcome reads as FAILED. */
export async function readLoadReport(db: Db, loadId: number): Promise<LoadReport> {
  const row = await one<ReportRow>(db, selectReport(loadId));
  return {
    schemaVersion: 1,
    loadId: row.load_id,
    dataset: row.dataset,
    object: { bucket: row.bucket, key: row.key, versionId: row.version_id, etag: row.etag, size: row.size },
    ...objectsOf(row),
    outcome: row.outcome ?? 'FAILED',
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.message === null ? {} : { message: row.message }),
    counts: { records: row.records, ...row.counted },
    ...heldOf(row),
    ...plannedOf(row),
    ...(row.diff ? { diff: row.diff } : {}),
    ...undoReportOf(row),
    rejectsByCode: row.rejects_by_code,
    ...(row.counted.duplicate > 0 && (await firstDuplicatesOf(db, loadId))),
    ...replayOf(row),
    timeZone: row.time_zone === null ? null : { name: row.time_zone, cells: row.zoneless_cells },
    ...unkeptOf(row),
    ...unnamedOf(row),
    ...suppliedOf(row),
    ...cleanedOf(row),
    ...nullWordsOf(row),
    ...(row.of_objects === null ? warningsOf(row) : await placed(db, loadId, warningsOf(row))),
    ...(row.warnings ? { loadWarnings: row.warnings } : {}),
    ...(row.overtook ? { overtook: row.overtook } : {}),
    ...(row.kept_rows ? { keptRows: row.kept_rows } : {}),
    ...(row.sequences ? { sequences: row.sequences } : {}),
    ...beforeTriggersOf(row),
    ...(row.live ? { live: row.live } : {}),
    ...(row.governor ? { governor: row.governor } : {}),
    ...(row.memory ? { memory: row.memory } : {}),
    ...(row.would_be?.notJudged ? { notJudged: [...row.would_be.notJudged] } : {}),
    ...dialectOf(row),
    ...decodedOf(row),
    ...(row.skipped && { skipped: row.skipped }),
    ...indexesOf(row),
    ...controlOf(row),
    bytes: row.replay?.object.sizeBytes ?? row.size,
    slices: row.slices,
    batches: row.batches,
    milliseconds: {
      extract: row.extract_ms,
      stage: row.stage_ms,
      validate: row.validate_ms,
      transform: row.transform_ms,
      merge: row.merge_ms,
      report: row.report_ms,
    },
    reportPath: row.report_forgotten_at === null ? row.report_path : null,
    ...(row.page_path === null ? {} : { pagePath: row.page_path }),
    rejectsPath: row.rejects_path,
  };
}

function heldOf(row: ReportRow): Pick<LoadReport, 'held' | 'approvedBy' | 'approvedAt'> {
  const { outcome, held, held_until: until, ended_at: since, approved_by: approvedBy, approved_at: approvedAt } = row;
  const waits = outcome === 'HELD' && held !== null && until !== null && since !== null;
  return {
    ...(waits && {
      held: {
        since: since.toISOString(),
        until: row.execution?.startsWith('arn:') === true ? until.toISOString() : null,
        codes: [...held.codes],
        moved: [...held.moved],
      },
    }),
    ...(approvedBy !== null && approvedAt !== null && { approvedBy, approvedAt: approvedAt.toISOString() }),
  };
}

/** Records of a document stand on no line of it. */
function warningsOf({ record_warnings: found, decoding }: ReportRow): Pick<LoadReport, 'warnings'> {
  if (!found) return {};
  if (decoding === null || !writesRecords(readSteps(decoding))) return { warnings: found };
  return {
    warnings: found.map((warning) => ({
      ...warning,
      places: warning.places.map((place) => ({ ...place, line: null })),
    })),
  };
}

function dialectOf({ sniffed }: ReportRow): Pick<LoadReport, 'dialect'> {
  if (sniffed === null) return {};
  const { format, fields, share } = sniffed;
  if (format.kind !== 'csv' && format.kind !== 'tsv')
    return { dialect: { sniffed: { format: format.kind }, options: `--format ${format.kind}`, share } };
  const found = Object.entries(format).filter(([field]) => fields.includes(field));
  return { dialect: { sniffed: Object.fromEntries(found), options: optionsSaying(format, fields), share } };
}

function plannedOf({ records, counted, would_be: wouldBe }: ReportRow): Pick<LoadReport, 'planned'> {
  if (wouldBe === null) return {};
  const became: LoadReport['counts'] = { records, ...counted };
  const names = Object.keys(became) as readonly (keyof typeof became)[];
  const planned = Object.fromEntries(names.map((name) => [name, wouldBe[name] ?? 0])) as LoadReport['counts'];
  return names.every((name) => planned[name] === became[name]) ? {} : { planned };
}

function unkeptOf({ unkept, contract }: ReportRow): Pick<LoadReport, 'unkept'> {
  if (unkept === 0 || contract === null) return {};
  return { unkept: { rejects: unkept, maxKeptBytes: keptBytesAtMost(contract.limits) } };
}

function unnamedOf({ file_columns }: ReportRow): Pick<LoadReport, 'unnamedColumns'> {
  const places = (file_columns ?? []).flatMap(({ unnamed }, i) => (unnamed === true ? [i + 1] : []));
  return places.length === 0 ? {} : { unnamedColumns: places };
}

/** Nothing of a value that is shown to nobody. */
function suppliedOf({ contract }: ReportRow): Pick<LoadReport, 'supplied'> {
  const supplied = suppliedColumns({ columns: contract?.columns ?? [] }).flatMap(
    ({ name, supplied: from, sensitive }) =>
      'unmarked' in from
        ? []
        : [
            {
              column: name,
              ...('derive' in from ? { derive: from.derive } : from),
              ...(sensitive === true && 'constant' in from && { constant: HIDDEN }),
            },
          ],
  );
  return supplied.length === 0 ? {} : { supplied };
}

/** Of a column that no record named nothing was kept, so nothing is told. */
function cleanedOf({ cleaned, file_columns }: ReportRow): Pick<LoadReport, 'cleaned'> {
  const absent = (file_columns ?? []).flatMap(({ column, absent: isAbsent }) => (isAbsent === true ? [column] : []));
  const all = addedUp((cleaned ?? []).flat()).filter(({ column }) => !absent.includes(column));
  return all.length === 0 ? {} : { cleaned: all.map((each) => ({ ...each, samples: [...each.samples] })) };
}

function nullWordsOf({ null_words }: ReportRow): Pick<LoadReport, 'nullWords'> {
  return null_words === null
    ? {}
    : { nullWords: null_words.map((found) => ({ ...found, option: `--null '${found.word}'` })) };
}
