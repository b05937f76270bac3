import { z } from 'zod';
import type { LoadProgress } from '../ledger/batches/progress.ts';
import { steps } from '../protocol/pipeline.ts';
import { columns } from '../words/quantities.ts';
import { mergedWords, waitWords } from '../words/wait-words.ts';

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
export function mergingLines(running: readonly LoadProgress[]): Merging[] {
  return running
    .filter(({ isGated }) => isGated)
    .map(({ loadId, target, rowsPlanned, rowsMerged, rowsPerSecond, wait }) => {
      return { loadId, target, rowsPlanned, rowsMerged, rowsPerSecond, wait };
    });
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
export function runningLines(running: readonly LoadProgress[]): Running[] {
  return running.map(({ isGated: _, ...line }) => line);
}
