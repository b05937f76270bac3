import { type Db, many, maybeOne } from '../../db/client.ts';
import type { Step } from '../../protocol/pipeline.ts';
import type { WaitNow } from './merging-sql.ts';
import { type ProgressRow, selectProgressOfExecution, selectProgressOfLoads } from './progress-sql.ts';

/** How far a load is. */
export interface LoadProgress {
  readonly loadId: number;
  readonly target: string;
  readonly key: string;
  readonly step: Step;
  /** Of this attempt; null before it held the table for the first time. */
  readonly since: string | null;
  /** The gate was passed: it merges, or is to. */
  readonly isGated: boolean;
  /** Null while nobody knows: a packed file, before it was unpacked to its end. */
  readonly bytesTotal: number | null;
  readonly bytesStaged: number;
  readonly recordsStaged: number;
  readonly slices: number;
  readonly slicesValidated: number;
  /** Rows that change the target, planned and done; 0 before the gate. */
  readonly rowsPlanned: number;
  readonly rowsMerged: number;
  /** Merged lately; null before the first transaction. */
  readonly rowsPerSecond: number | null;
  readonly wait: WaitNow | null;
}

/** Of the load of an execution; null before it holds the table's lease for the first time. */
export async function readProgressOf(db: Db, execution: string): Promise<LoadProgress | null> {
  const row = await maybeOne<ProgressRow>(db, selectProgressOfExecution(execution));
  return row === null ? null : progressIn(row);
}

/** Of loads by their numbers. */
export async function readProgressOfLoads(db: Db, loadIds: readonly number[]): Promise<readonly LoadProgress[]> {
  if (loadIds.length === 0) return [];
  return (await many<ProgressRow>(db, selectProgressOfLoads(loadIds))).map(progressIn);
}

function progressIn(row: ProgressRow): LoadProgress {
  return {
    loadId: row.load_id,
    target: row.target,
    key: row.key,
    step: row.step,
    since: row.attempt_started_at?.toISOString() ?? null,
    isGated: row.is_gated,
    bytesTotal: row.content_bytes,
    bytesStaged: row.staged_bytes,
    recordsStaged: row.staged_records,
    slices: row.slices,
    slicesValidated: row.validated_slices,
    rowsPlanned: row.planned_rows,
    rowsMerged: row.merged_rows,
    rowsPerSecond: row.rows_per_second === null ? null : Math.round(row.rows_per_second),
    wait: row.wait,
  };
}
