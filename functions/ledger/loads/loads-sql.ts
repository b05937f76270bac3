import type { LoadCode } from '../../protocol/load-codes.ts';
import type { MovedSequence, Outcome, Overtook } from '../../protocol/outcomes.ts';
import type { Contract, FileColumn } from '../../core/contract.ts';
import type { LineEnd, SniffedFormat } from '../../core/format/file-format.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import { sql, type Sql } from '../../core/sql.ts';
import type { StoredReplay } from './stored-replay.ts';

/** Answers no row where there is no such load. */
export function selectLoad(loadId: number): Sql {
  return sql`select * from landfall.loads where (load_id = ${loadId})`;
}

/** The same, locked: who ends the load, and who takes it over, see each other. */
export function selectLoadForUpdate(loadId: number): Sql {
  return sql`select * from landfall.loads where (load_id = ${loadId}) for update`;
}

/** The contract and its hash, as compiled now. */
export function updateContract(loadId: number, contract: Contract, contractHash: string): Sql {
  return sql`
    update landfall.loads
    set contract = ${JSON.stringify(contract)}, contract_hash = ${contractHash}
    where (load_id = ${loadId})`;
}

/** Why the load is refused; Finish turns it into the outcome. The attempt fences out zombies; before a lease it is 0. */
export function updateRefusal(loadId: number, attempt: number, code: LoadCode, message: string): Sql {
  return sql`
    update landfall.loads
    set code = ${code}, message = ${message}
    where (load_id = ${loadId})
      and (attempt = ${attempt})
      and (outcome is null)`;
}

/** The words of a technical error, kept before its execution fails: they may hold a cell, and what an execution tells must not. */
export function updateFailureWords(loadId: number, attempt: number, words: string): Sql {
  return sql`
    update landfall.loads
    set message = coalesce(message, ${words})
    where (load_id = ${loadId})
      and (attempt = ${attempt})
      and (outcome is null)`;
}

/** A newer version or object came first, also before a load that failed earlier: Finish turns it into the outcome. */
export function updateTooLate(
  loadId: number,
  attempt: number,
  {
    code,
    message,
  }: { readonly code: 'SUPERSEDED' | 'LOADED_MEANWHILE' | 'OLDER_THAN_MERGED'; readonly message: string },
): Sql {
  return sql`
    update landfall.loads
    set outcome = null, code = ${code}, message = ${message}
    where (load_id = ${loadId})
      and (attempt = ${attempt})
      and ((outcome is null) or (outcome = 'FAILED'))`;
}

/** What it overtook, as this attempt begins. */
export function updateOvertook(loadId: number, overtook: readonly Overtook[]): Sql {
  return sql`
    update landfall.loads
    set overtook = ${overtook.length === 0 ? null : JSON.stringify(overtook)}
    where (load_id operator(pg_catalog.=) ${loadId})`;
}

/** The attempt begins: earlier refusals and failures are history. */
export function updateAttempt(loadId: number, attempt: number, execution: string): Sql {
  return sql`
    update landfall.loads
    set attempt = ${attempt}, execution = ${execution}, attempt_started_at = clock_timestamp(),
      outcome = null, code = null, message = null, ended_at = null, reported_at = null
    where (load_id = ${loadId})`;
}

/** What PlanSlices found in the object's first bytes. */
export function updatePlan(plan: {
  readonly loadId: number;
  readonly epoch: string;
  readonly fileColumns: readonly FileColumn[];
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly lineEnd: LineEnd;
  readonly decoding: string | null;
  readonly bodyEnd: number | null;
  readonly trailer: readonly string[] | null;
  readonly sniffed: SniffedFormat | null;
  /** Of several objects: one that cannot be read is left out. */
  readonly leavesOut?: boolean;
}): Sql {
  return sql`
    update landfall.loads
    set epoch = ${plan.epoch}, file_columns = ${storedColumns(plan.fileColumns)},
      body_offset = ${plan.bodyOffset}, body_line = ${plan.bodyLine}, line_end = ${plan.lineEnd}, decoding = ${plan.decoding},
      body_end = ${plan.bodyEnd}, trailer = ${plan.trailer === null ? null : JSON.stringify(plan.trailer)},
      sniffed = ${plan.sniffed === null ? null : JSON.stringify(plan.sniffed)},
      leaves_out = ${plan.leavesOut === true ? true : null},
      planned_at = clock_timestamp()
    where (load_id = ${plan.loadId})`;
}

/** What was read of the object and planned for it is no more. */
export function updatePlanForgotten(loadId: number): Sql {
  return sql`
    update landfall.loads
    set file_columns = null, body_offset = null, body_line = null, line_end = null, decoding = null, sniffed = null,
      decoded_bytes = null, padding_bytes = null, body_end = null, trailer = null, decoding_notes = null, epoch = null, would_be = null, leaves_out = null,
      records = 0, counts = null
    where (load_id = ${loadId})`;
}

function storedColumns(fileColumns: readonly FileColumn[]): string {
  return JSON.stringify(fileColumns.map(({ column, ...rest }) => ({ ...rest, column: column?.name ?? null })));
}

/** Of the load whose rejects a replay took: { key }. */
export function selectOriginKey(loadId: number): Sql {
  return sql`select loads.key from landfall.loads where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/** The plan stands, and the staging is of this epoch from now on. */
export function updateEpoch(loadId: number, epoch: string): Sql {
  return sql`
    update landfall.loads
    set epoch = ${epoch}, planned_at = clock_timestamp()
    where (load_id = ${loadId})`;
}

/** All slices tile; the load has so many records, and its file these columns. */
export function updateComposed(loadId: number, records: number, fileColumns: readonly FileColumn[]): Sql {
  return sql`
    update landfall.loads
    set records = ${records}, file_columns = ${storedColumns(fileColumns)}, composed_at = clock_timestamp()
    where (load_id = ${loadId})`;
}

/** All slices are validated: the time, for the report. */
export function updateValidated(loadId: number): Sql {
  return sql`update landfall.loads set validated_at = clock_timestamp() where (load_id = ${loadId})`;
}

/** The lock of a step's end: waits for nothing but a takeover, and tells whose load it is now. */
export function selectAttemptForShare(loadId: number): Sql {
  return sql`select attempt, epoch, outcome from landfall.loads where (load_id = ${loadId}) for share`;
}

/** The load has ended. */
export function updateOutcome(loadId: number, outcome: Outcome): Sql {
  return sql`
    update landfall.loads
    set outcome = ${outcome}, ended_at = clock_timestamp()
    where (load_id = ${loadId})`;
}

/** What became of the sequences that the loaded columns own. */
export function updateSequences(loadId: number, sequences: readonly MovedSequence[]): Sql {
  return sql`
    update landfall.loads
    set sequences = ${JSON.stringify(sequences)}
    where (load_id = ${loadId})`;
}

/** When the report was rendered first: a second run writes the same bytes. */
export function updateReportedAt(loadId: number): Sql {
  return sql`
    update landfall.loads
    set reported_at = coalesce(reported_at, clock_timestamp())
    where (load_id = ${loadId})`;
}

/** Encodings in which its records that are no UTF-8 would be text, the likelier first. */
export function updateFittingCharsets(loadId: number, charsets: readonly string[]): Sql {
  return sql`
    update landfall.loads
    set fitting_charsets = ${charsets}::pg_catalog.text[]
    where (load_id operator(pg_catalog.=) ${loadId})`;
}

/** Where its report, the same as a page, and the rejects file lie, once they do. */
export function updateReportPlace(
  loadId: number,
  { report, page, rejects }: { readonly report: string; readonly page: string; readonly rejects: string | null },
): Sql {
  return sql`
    update landfall.loads
    set report_path = ${report}, page_path = ${page}, rejects_path = ${rejects}
    where (load_id = ${loadId})`;
}

/** So many more of its rejects are closed. */
export function addClosedRejects(loadId: number, closed: number): Sql {
  return sql`
    update landfall.loads
    set closed_rejects = coalesce(closed_rejects, 0) operator(pg_catalog.+) ${closed}::pg_catalog.int8
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/** What a replay reads its records from, and what it left out. */
export function updateReplay(loadId: number, replay: StoredReplay): Sql {
  return sql`
    update landfall.loads
    set replay = ${JSON.stringify(replay)}
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/** Its object is a mended rejects.csv: the load is a replay, and as old as the load that rejected the records. */
export function updateBecameReplay(loadId: number, of: number, request: LoadRequest): Sql {
  return sql`
    update landfall.loads
    set request = ${JSON.stringify(request)}, object_modified = origin.object_modified
    from landfall.loads as origin
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (origin.load_id operator(pg_catalog.=) ${of})`;
}

/** A technical failure, as the execution's end tells it: only of the attempt that this execution ran. */
export function updateFailure(failure: {
  readonly execution: string;
  readonly code: string;
  readonly message: string;
}): Sql {
  return sql`
    update landfall.loads
    set outcome = 'FAILED', code = coalesce(code, ${failure.code}), message = coalesce(message, ${failure.message}),
      ended_at = clock_timestamp()
    where (execution = ${failure.execution})
      and (outcome is null)
    returning load_id, attempt, target`;
}
