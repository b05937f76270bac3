import { z } from 'zod';
import { many } from '../db/client.ts';
import { type MergingRow, selectMerging } from '../ledger/batches/merging-sql.ts';
import { type ProgressRow, selectProgressOfLoads } from '../ledger/batches/progress-sql.ts';
import { steps } from '../protocol/pipeline.ts';
import { columns } from '../words/quantities.ts';
import { mergedWords, waitWords } from '../words/wait-words.ts';
import type { OperateDeps } from './deps.ts';

/** A wait that has not ended. */
export const waitSchema = z.strictObject({ signal: z.string(), figure: z.string(), seconds: z.int() });

/** Of a load that runs and whose gate was passed: how far its merge is, how fast, and what it waits for. */
export const mergingSchema = z.strictObject({
  loadId: z.int(),
  target: z.string(),
  rowsPlanned: z.int(),
  rowsMerged: z.int(),
  /** Lately; null before the first transaction. */
  rowsPerSecond: z.int().nullable(),
  wait: waitSchema.nullable(),
});
type Merging = z.infer<typeof mergingSchema>;

/** Those among these loads that merge. */
export async function mergingLines(
  running: readonly { readonly loadId: number; readonly target: string }[],
  { db }: Pick<OperateDeps, 'db'>,
): Promise<Merging[]> {
  if (running.length === 0) return [];
  const rows = await many<MergingRow>(db, selectMerging(running.map(({ loadId }) => loadId)));
  return rows.map((row) => ({
    loadId: row.load_id,
    target: running.find(({ loadId }) => loadId === row.load_id)?.target ?? '',
    rowsPlanned: row.planned_rows,
    rowsMerged: row.merged_rows,
    rowsPerSecond: row.rows_per_second === null ? null : Math.round(row.rows_per_second),
    wait: row.wait,
  }));
}

/** As a person reads them; nothing where none merges. */
export function mergingTable(merging: readonly Merging[]): string {
  if (merging.length === 0) return '';
  const lines = merging.map(({ loadId, target, rowsPlanned, rowsMerged, rowsPerSecond, wait }) => {
    const [rows, rate] = mergedWords(rowsPlanned, rowsMerged, rowsPerSecond);
    return [`load ${loadId}`, target, rows, wait === null ? rate : waitWords(wait)];
  });
  return `\nloads that merge\n${columns(lines)}`;
}

/** Of a load that runs: which step it is in, and how much of it is done. */
export const runningSchema = z.strictObject({
  loadId: z.int(),
  target: z.string(),
  key: z.string(),
  step: z.enum(steps),
  /** Of this attempt; null before it held the table for the first time. */
  since: z.string().nullable(),
  /** Null while nobody knows: a packed file, before it was unpacked to its end. */
  bytesTotal: z.int().nullable(),
  bytesStaged: z.int(),
  recordsStaged: z.int(),
  slices: z.int(),
  slicesValidated: z.int(),
  /** Rows that change the target, planned and done; 0 before the gate. */
  rowsPlanned: z.int(),
  rowsMerged: z.int(),
  /** Merged lately; null before the first transaction. */
  rowsPerSecond: z.int().nullable(),
  wait: waitSchema.nullable(),
});
/** The same as a type. */
export type Running = z.infer<typeof runningSchema>;

/** How far these loads are. */
export async function runningLines(
  running: readonly { readonly loadId: number }[],
  { db }: Pick<OperateDeps, 'db'>,
): Promise<Running[]> {
  if (running.length === 0) return [];
  const rows = await many<ProgressRow>(db, selectProgressOfLoads(running.map(({ loadId }) => loadId)));
  return rows.map((row) => ({
    loadId: row.load_id,
    target: row.target,
    key: row.key,
    step: row.step,
    since: row.attempt_started_at?.toISOString() ?? null,
    bytesTotal: row.content_bytes,
    bytesStaged: row.staged_bytes,
    recordsStaged: row.staged_records,
    slices: row.slices,
    slicesValidated: row.validated_slices,
    rowsPlanned: row.planned_rows,
    rowsMerged: row.merged_rows,
    rowsPerSecond: row.rows_per_second === null ? null : Math.round(row.rows_per_second),
    wait: row.wait,
  }));
}
