import { z } from 'zod';
import { objectUrl } from '../../core/object-url.ts';
import { outcomeSchema } from '../../protocol/outcomes.ts';
import type { TargetLoad } from './row-history-sql.ts';

/** One thing that a load did with the row, or may have done. */
export const entrySchema = z.strictObject({
  /** Null: columns of the row name an object, and no load that was looked at, or several, are of it. */
  loadId: z.int().nullable(),
  dataset: z.string().nullable(),
  /** Of the load; null where it runs. */
  outcome: outcomeSchema.nullable(),
  /** When the load ended, or began where it has not. */
  at: z.string().nullable(),
  /** s3://bucket/key, or the path. */
  object: z.string().nullable(),
  /** The record's number in the object, from 1. */
  recordNo: z.int().nullable(),
  /** The line on which the record begins, from 1. */
  line: z.int().nullable(),
  /** Offsets in what the object unpacks to: of the record, or of the slice that it is a record of. */
  bytes: z.strictObject({ from: z.int(), to: z.int(), of: z.enum(['record', 'slice']) }).nullable(),
  /** What the load did with the row; may-have-written: that is not known. */
  did: z.enum(['wrote', 'inserted', 'updated', 'deleted', 'rejected', 'duplicate', 'undone', 'may-have-written']),
  /** How that is known: by columns of the row, the journal, the quarantine, the list of an undo; or it is not. */
  known: z.enum(['lineage', 'journal', 'quarantine', 'undo', 'candidate']),
  /** The same in words. */
  why: z.string(),
  /** What the row was before, by column, each value in at most 80 characters. */
  before: z.record(z.string(), z.string().nullable()).nullable(),
  /** The row in the table is the very one that the load left; null: that is not known. */
  isNow: z.boolean().nullable(),
  /** The command of a shell that shows the record, or lines of the object with the value in them. */
  read: z.string().nullable(),
});
/** The same. */
export type Entry = z.infer<typeof entrySchema>;

/** What is said of a load alike, and of nothing else. */
export function ofLoad(load: TargetLoad | null): Omit<Entry, 'did' | 'known' | 'why'> {
  const at = load?.ended_at ?? load?.started_at ?? null;
  return {
    loadId: load?.load_id ?? null,
    dataset: load?.dataset ?? null,
    outcome: load?.outcome ?? null,
    at: at?.toISOString() ?? null,
    object: load === null ? null : objectUrl(load),
    recordNo: null,
    line: null,
    bytes: null,
    before: null,
    isNow: null,
    read: null,
  };
}

/** Whether it wrote rows of the table, or may have: it broke off, or runs. */
export function wroteRows({ outcome, dry_run: dryRun, written }: TargetLoad): boolean {
  if (dryRun) return false;
  return outcome === 'LOADED' ? written > 0 : outcome === null || outcome === 'FAILED';
}
