import type { LoadReport, Outcome } from '../../protocol/outcomes.ts';
import { allDispositions, dispositions } from '../../core/dispositions.ts';
import { join, literal, sql, type Sql } from '../../core/sql.ts';
import type { Limits } from '../../core/contract.ts';
import { keptBytesAtMost } from '../../compile/declaration/limits.ts';
import { one, type Db } from '../../db/client.ts';
import { countIn } from '../batches/counts-sql.ts';
import { unkeptRejects } from '../rejects/kept-sql.ts';

interface ReportRow {
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
  records: number;
  counted: Omit<LoadReport['counts'], 'records'>;
  rejects_by_code: LoadReport['rejectsByCode'];
  unkept: number;
  contract: { readonly limits: Pick<Limits, 'maxKeptBytes'> } | null;
  file_columns: readonly { readonly unnamed?: true }[] | null;
  time_zone: string | null;
  zoneless_cells: number;
  null_words: readonly { readonly word: string; readonly cells: number }[] | null;
  overtook: LoadReport['overtook'] | null;
  sequences: LoadReport['sequences'] | null;
  would_be: Pick<LoadReport, 'notJudged'> | null;
  slices: number;
  batches: number;
  extract_ms: number;
  stage_ms: number;
  validate_ms: number;
  transform_ms: number;
  merge_ms: number;
  report_ms: number;
  report_path: string | null;
  rejects_path: string | null;
}

/** What report.json holds and `--json` prints, from the ledger alone. A load without an outcome reads as FAILED. */
export async function readLoadReport(db: Db, loadId: number): Promise<LoadReport> {
  const row = await one<ReportRow>(db, selectReport(loadId));
  return {
    loadId: row.load_id,
    dataset: row.dataset,
    object: { bucket: row.bucket, key: row.key, versionId: row.version_id, etag: row.etag, size: row.size },
    outcome: row.outcome ?? 'FAILED',
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.message === null ? {} : { message: row.message }),
    counts: { records: row.records, ...row.counted },
    rejectsByCode: row.rejects_by_code,
    timeZone: row.time_zone === null ? null : { name: row.time_zone, cells: row.zoneless_cells },
    ...unkeptOf(row),
    ...unnamedOf(row),
    ...nullWordsOf(row),
    ...(row.overtook ? { overtook: row.overtook } : {}),
    ...(row.sequences ? { sequences: row.sequences } : {}),
    ...(row.would_be?.notJudged ? { notJudged: row.would_be.notJudged } : {}),
    bytes: row.size,
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
    reportPath: row.report_path,
    rejectsPath: row.rejects_path,
  };
}

function unkeptOf({ unkept, contract }: ReportRow): Pick<LoadReport, 'unkept'> {
  if (unkept === 0 || contract === null) return {};
  return { unkept: { rejects: unkept, maxKeptBytes: keptBytesAtMost(contract.limits) } };
}

function unnamedOf({ file_columns }: ReportRow): Pick<LoadReport, 'unnamedColumns'> {
  const places = (file_columns ?? []).flatMap(({ unnamed }, i) => (unnamed === true ? [i + 1] : []));
  return places.length === 0 ? {} : { unnamedColumns: places };
}

function nullWordsOf({ null_words }: ReportRow): Pick<LoadReport, 'nullWords'> {
  return null_words === null
    ? {}
    : { nullWords: null_words.map((found) => ({ ...found, option: `--null '${found.word}'` })) };
}

/** Wall milliseconds of the newest attempt, step by step; a step that was not reached took none. */
function milliseconds(from: Sql, to: Sql): Sql {
  return sql`coalesce(greatest(0, round(1000 * extract(epoch from ${to} - ${from}))), 0)::integer`;
}

function selectReport(loadId: number): Sql {
  const counted = join(
    allDispositions.map(
      (name) => sql`${literal(dispositions[name].countedAs)}, coalesce(${countIn('loads.counts', name)}, 0)`,
    ),
  );
  return sql`
    select loads.*,
      pg_catalog.jsonb_build_object(${counted}) as counted,
      loads.contract operator(pg_catalog.->>) 'timeZone' as time_zone,
      (select coalesce(pg_catalog.sum(zoneless_cells), 0)::pg_catalog.int8 from landfall.slices where (load_id = ${loadId})) as zoneless_cells,
      ${nullWords(loadId)} as null_words,
      ${unkeptRejects(loadId)} as unkept,
      (select count(*)::integer from landfall.slices where (load_id = ${loadId})) as slices,
      (select count(*)::integer from landfall.batches where (load_id = ${loadId})) as batches,
      ${milliseconds(sql`attempt_started_at`, sql`planned_at`)} as extract_ms,
      ${milliseconds(sql`planned_at`, sql`composed_at`)} as stage_ms,
      ${milliseconds(sql`composed_at`, sql`validated_at`)} as validate_ms,
      ${milliseconds(sql`validated_at`, sql`coalesce(gated_at, ended_at)`)} as transform_ms,
      ${milliseconds(sql`gated_at`, sql`ended_at`)} as merge_ms,
      ${milliseconds(sql`ended_at`, sql`coalesce(reported_at, clock_timestamp())`)} as report_ms
    from landfall.loads
    where (load_id = ${loadId})`;
}

/** The slices' counts added up, by word; NULL where there is none. */
function nullWords(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('word', counted.word, 'cells', counted.cells) order by counted.word)
        from (
          select found.key as word, pg_catalog.sum(found.value::pg_catalog.int8) as cells
          from landfall.slices
          cross join lateral pg_catalog.jsonb_each_text(slices.null_words) as found
          where (slices.load_id operator(pg_catalog.=) ${loadId})
          group by found.key
        ) as counted
      )`;
}
